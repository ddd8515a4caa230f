"""Webhooks, and what was sent to them."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Team
from vault.fields import EncryptedTextField

from .states import Sendable


class Webhook(models.Model):
    """An address that is told of lines of the audit record: all of them, or those of a team.

    `after_seq` is the last line looked at; so nothing is lost between a line and its delivery.
    `place` is what is shown of the address, whose path may hold a token.
    """

    name = models.CharField(max_length=80)
    url = EncryptedTextField()
    place = models.CharField(max_length=260)
    secret = EncryptedTextField()
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="webhooks")
    actions: Any = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    after_seq = models.BigIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def wants(self, action: str) -> bool:
        """Say whether the webhook asked for this action: "vm.start", "vm.*"; none means all."""
        return not self.actions or any(
            action == wish or (wish.endswith("*") and action.startswith(wish[:-1]))
            for wish in self.actions
        )


class Delivery(Sendable):
    """One event for one webhook, and how its last try went."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    number = models.UUIDField(default=uuid.uuid4, unique=True)
    seq = models.BigIntegerField(null=True)
    action = models.CharField(max_length=60)
    body = models.TextField()
    status_code = models.PositiveSmallIntegerField(null=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "next_try_at"], name="delivery_due")]

    def __str__(self) -> str:
        return f"{self.action} to {self.webhook_id}"
