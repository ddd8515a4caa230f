"""Teams, who is in them, and who was asked to come."""

from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .people import User
from .roles import Role


class LinkPolicy(models.TextChoices):
    """Who may come to a console by a link."""

    OFF = "off", _("Nobody: no links")
    PEOPLE = "people", _("People who sign in")
    ANYONE = "anyone", _("Whoever has the link")


class RecordingPolicy(models.TextChoices):
    """Whether consoles are recorded."""

    NEVER = "never", _("Never")
    DEMAND = "demand", _("When somebody wishes it")
    ALWAYS = "always", _("Always: no console opens unrecorded")


class Team(models.Model):
    """People who share machines, and the rules for them."""

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    description = models.CharField(max_length=200, blank=True)
    members: Any = models.ManyToManyField(User, through="Membership", related_name="teams")
    created_at = models.DateTimeField(default=timezone.now)

    # Rules. Days; null means none. Ended machines go into the bin `ended_days` after their end, and
    # are deleted `bin_days` later; 0 is no bin, and then nothing is deleted by itself.
    lease_days = models.PositiveIntegerField(null=True, blank=True)
    longest_lease_days = models.PositiveIntegerField(null=True, blank=True)
    ended_days = models.PositiveIntegerField(null=True, blank=True, default=7)
    bin_days = models.PositiveIntegerField(default=14)
    approves_creation = models.BooleanField(default=False)
    approves_resize = models.BooleanField(default=False)
    approves_deletion = models.BooleanField(default=False)
    needs_second_factor = models.BooleanField(default=False)
    console_links = models.CharField(
        max_length=8, choices=LinkPolicy.choices, default=LinkPolicy.PEOPLE
    )
    console_recording = models.CharField(
        max_length=8, choices=RecordingPolicy.choices, default=RecordingPolicy.DEMAND
    )
    recordings_days = models.PositiveIntegerField(
        null=True, blank=True, default=30, validators=[MinValueValidator(1)]
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    def __str__(self) -> str:
        return self.name

    @property
    def team_id(self) -> int:
        """A team belongs to itself, so that rights on it are asked for like any other."""
        return self.pk

    @property
    def owner_id(self) -> None:
        """Nobody by themselves; the role decides."""
        return None


class Membership(models.Model):
    """One person in one team. `role` is a value of `Role` or the slug of a `CustomRole`.

    `source` says who keeps it: "" people, "ldap" or "oidc" the directory at sign-in.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=40, default=Role.MEMBER)
    source = models.CharField(max_length=10, blank=True)
    joined_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "team"], name="one_membership_per_team")
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"


class Invitation(models.Model):
    """A link that lets one person into a team. Only the SHA-256 of its key is kept."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(blank=True)
    role = models.CharField(max_length=40, default=Role.MEMBER)
    key_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.email or self.pk} to {self.team}"

    @property
    def is_open(self) -> bool:
        """Whether the link still lets somebody in."""
        return not (self.accepted_at or self.revoked_at) and self.expires_at > timezone.now()
