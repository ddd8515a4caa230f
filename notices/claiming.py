"""Who sends what when: each try is claimed in the database, so that workers may die at any time."""

from datetime import timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from .models import SendingState

# Seconds to wait after each failed try: eight tries over a day.
PAUSES = (30, 120, 600, 1800, 7200, 21_600, 54_000)
LEASE = 120  # seconds a try may take before another worker takes it over
LARGEST_ERROR = 300


def claim(row: Any) -> bool:
    """Take `row` for one try; of several workers one gets it."""
    now = timezone.now()
    due = type(row).objects.filter(pk=row.pk, state=SendingState.WAITING, next_try_at__lte=now)
    mine = due.filter(tries=row.tries).update(
        tries=F("tries") + 1, next_try_at=now + timedelta(seconds=LEASE)
    )
    if mine:
        row.tries += 1
    return bool(mine)


def sent(row: Any, **facts: Any) -> None:
    """Note that the try was taken."""
    now = timezone.now()
    _write(row, state=SendingState.SENT, sent_at=now, error="", **facts)


def failed(row: Any, error: str, **facts: Any) -> None:
    """Note why the try failed, and when the next one is due, if any."""
    if row.tries > len(PAUSES):
        _write(row, state=SendingState.GIVEN_UP, error=error[:LARGEST_ERROR], **facts)
        return
    due = timezone.now() + timedelta(seconds=PAUSES[row.tries - 1])
    _write(row, next_try_at=due, error=error[:LARGEST_ERROR], **facts)


def again(row: Any) -> None:
    """Make `row` due once more, with all of its tries."""
    _write(row, state=SendingState.WAITING, tries=0, next_try_at=timezone.now())


def _write(row: Any, **facts: Any) -> None:
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(update_fields=list(facts))
