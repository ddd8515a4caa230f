"""People, the teams they are in, and the tokens that act for them."""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Theme(models.TextChoices):
    """Which colours a person sees."""

    AUTO = "auto", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(models.TextChoices):
    """How high the rows of tables are."""

    COMPACT = "compact", _("Compact")
    COMFORTABLE = "comfortable", _("Comfortable")
    ROOMY = "roomy", _("Roomy")


class Role(models.TextChoices):
    """What a person is in a team."""

    OWNER = "owner", _("Owner")
    OPERATOR = "operator", _("Operator")
    MEMBER = "member", _("Member")
    VIEWER = "viewer", _("Viewer")


class User(AbstractUser):
    """A person who signs in. Administrators are superusers."""

    must_change_password = models.BooleanField(default=False)
    theme = models.CharField(max_length=8, choices=Theme.choices, default=Theme.AUTO)
    density = models.CharField(max_length=12, choices=Density.choices, default=Density.COMPACT)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    @property
    def display_name(self) -> str:
        """The full name, or the user name where none is given."""
        return self.get_full_name() or self.username

    @property
    def initials(self) -> str:
        """Two letters for the avatar."""
        words = self.display_name.split()
        return "".join(word[0] for word in words[:2]).upper() or "?"


class Team(models.Model):
    """People who share machines."""

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    members: Any = models.ManyToManyField(User, through="Membership", related_name="teams")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person in one team, with a role."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "team"], name="one_membership_per_team")
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"


class ApiToken(models.Model):
    """A key for the API. Only its SHA-256 is kept; the key itself is shown once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    token_hash = models.CharField(max_length=64, unique=True)
    scope = models.CharField(
        max_length=8,
        choices=[("read", _("Read")), ("write", _("Read and change"))],
        default="write",
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
