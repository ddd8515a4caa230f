"""What the screen of each machine shows, where that is certain. Pictures are in Redis, not here."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from screens.health import LOOKS, Health
from vms.models import VM

# A log of a start that stands still for so long is no start any more, and we cannot say what.
LONGEST_START = timedelta(minutes=15)
# A screen that is blank for a moment is between two things.
SHORTEST_BLANK = timedelta(minutes=1)


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

    def __str__(self) -> str:
        return f"{self.vm}: {self.health or 'not sure'}"

    @property
    def shown(self) -> str:
        """What may be said of it now."""
        return shown_health(self.health, timezone.now() - self.since)


def shown_health(health: str, lasts: timedelta) -> str:
    """Return what may be said of a screen that has looked like this for so long."""
    if health == Health.STARTING and lasts > LONGEST_START:
        return ""
    return "" if health == Health.BLANK and lasts < SHORTEST_BLANK else health
