"""People who sign in, and accounts of programs that act for a team."""

from datetime import timedelta

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

JUST_NOW = timedelta(minutes=6)  # it is noted once in five


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


class SiteRole(models.TextChoices):
    """What a person is on the whole site, beside administrators, who are superusers."""

    NONE = "", _("None")
    AUDITOR = "auditor", _("Auditor")


class User(AbstractUser):
    """A person who signs in. Administrators are superusers.

    A service account is a user without a password that belongs to one team; only tokens act for
    it. Its user name ("service:teaching/backup") is one that no person can have.
    """

    must_change_password = models.BooleanField(default=False)
    site_role = models.CharField(
        max_length=10, choices=SiteRole.choices, default=SiteRole.NONE, blank=True
    )
    service_team = models.ForeignKey(
        "accounts.Team",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="service_accounts",
    )
    last_seen_at = models.DateTimeField(null=True, blank=True)
    theme = models.CharField(max_length=8, choices=Theme.choices, default=Theme.AUTO)
    density = models.CharField(max_length=12, choices=Density.choices, default=Density.COMPACT)

    # What a token that acts for this user leaves of their rights; None outside such a request.
    limited_to: frozenset[str] | None = None

    # The team to which the person has narrowed lists and overview; None outside pages.
    scope_id: int | None = None

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    @property
    def display_name(self) -> str:
        """The full name, or the user name where none is given; programs are called that."""
        name = self.get_full_name() or self.username
        return gettext("%(name)s (service)") % {"name": name} if self.is_service else name

    @property
    def is_here(self) -> bool:
        """Whether the person was seen just now."""
        return self.last_seen_at is not None and timezone.now() - self.last_seen_at < JUST_NOW

    @property
    def initials(self) -> str:
        """Two letters for the avatar."""
        words = self.display_name.split()
        return "".join(word[0] for word in words[:2]).upper() or "?"

    @property
    def is_service(self) -> bool:
        """Whether a program uses this account, not a person."""
        return self.service_team_id is not None
