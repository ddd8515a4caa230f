"""What the screen of each machine shows, where that is certain. Pictures are in Redis, not here."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from screens.health import FAILED, LOOKS, Health
from vms.models import VM

# A log of a start that stands still for so long is no start any more, and we cannot say what.
LONGEST_START = timedelta(minutes=15)
# A boot loader's last words are a start for so long, and then one that stands still.
SHORTEST_STUCK = timedelta(minutes=2)
# What was heard on a text console is true for so long after nobody listens any more.
LONGEST_HEARD = timedelta(minutes=15)


def shortest_blank() -> timedelta:
    """Return for how long a screen is blank before that is said: else it is between two things."""
    return timedelta(minutes=settings.SCREEN_BLANK_MINUTES)


class Source(models.TextChoices):
    """Where we know it from."""

    SCREEN = "screen", _("its screen")
    SERIAL = "serial", _("its text console")


class Screen(models.Model):
    """What a machine shows, and since when; "" is "not sure"."""

    vm = models.OneToOneField(VM, on_delete=models.CASCADE, primary_key=True, related_name="screen")
    health = models.CharField(
        max_length=16,
        blank=True,
        db_index=True,
        choices=[(str(key), look.word) for key, look in LOOKS.items()],
    )
    since = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)  # when people were told of a failure
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.SCREEN)
    heard_at = models.DateTimeField(null=True)  # when its text console said so last

    def __str__(self) -> str:
        return f"{self.vm}: {self.health or 'not sure'}"

    @property
    def shown(self) -> str:
        """What may be said of it now."""
        if self.is_hearsay:
            return ""
        if self.health == Health.STUCK and self.vm.agent_connected:
            return ""  # it runs, and says nothing on its screen
        return shown_health(self.health, timezone.now() - self.since)

    @property
    def is_hearsay(self) -> bool:
        """Whether its text console said so too long ago, or before the machine started anew."""
        if self.source != Source.SERIAL or self.heard_at is None:
            return False
        if self.vm.started_at is not None and self.vm.started_at > self.heard_at:
            return True
        is_old = timezone.now() - self.heard_at > LONGEST_HEARD
        return is_old and self.health not in FAILED


def shown_health(health: str, lasts: timedelta) -> str:
    """Return what may be said of a screen that has looked like this for so long."""
    if health == Health.STARTING and lasts > LONGEST_START:
        return ""
    if health == Health.STUCK and lasts < SHORTEST_STUCK:
        return Health.STARTING
    return "" if health == Health.BLANK and lasts < shortest_blank() else health
