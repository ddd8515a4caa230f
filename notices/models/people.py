"""What people were told, and where else they want to be told."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Team
from vault.fields import EncryptedTextField

from .states import Sendable


class Notice(models.Model):
    """One thing that one person was told; the bell shows it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    kind = models.CharField(max_length=30)
    subject = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["user", "read_at"], name="notice_unread")]

    def __str__(self) -> str:
        return self.subject


class Preference(models.Model):
    """Which notices a person gets by mail."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preference"
    )
    mail_kinds: Any = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"mail of {self.user_id}"


class Target(models.Model):
    """A messenger, phone or room that a person or a team is told at. `kinds` empty means all."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.CASCADE,
        related_name="notice_targets",
    )
    team = models.ForeignKey(
        Team, null=True, on_delete=models.CASCADE, related_name="notice_targets"
    )
    name = models.CharField(max_length=80)
    service = models.CharField(max_length=60)
    url = EncryptedTextField()
    kinds: Any = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, team__isnull=False) | Q(team=None, user__isnull=False),
                name="target_of_a_person_or_a_team",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def wants(self, kind: str) -> bool:
        """Say whether notices of this kind go here."""
        return not self.kinds or kind in self.kinds


class Posting(Sendable):
    """One message on its way: to a target, or by mail to a person where there is no target."""

    target = models.ForeignKey(Target, null=True, on_delete=models.CASCADE, related_name="postings")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    subject = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "next_try_at"], name="posting_due")]

    def __str__(self) -> str:
        return self.subject
