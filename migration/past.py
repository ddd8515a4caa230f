"""What did earlier migrations show of the way between two hosts? Measured, or not known."""

from dataclasses import dataclass

from hosts.models import Host

from .models import Migration, Outcome

LOOKED_AT = 5
LEAST = 1.0  # seconds; a shorter one says nothing of the rate


@dataclass(frozen=True, slots=True)
class Past:
    """Bytes a second, and the pause in milliseconds, of the last ones; None is not known."""

    rate: int | None = None
    downtime_ms: int | None = None


def past_between(source: Host, target: Host) -> Past:
    """Return what the last migrations from one host to the other reached."""
    rows = Migration.objects.filter(
        source=source, target=target, outcome=Outcome.MIGRATED, ended_at__isnull=False
    ).order_by("-ended_at")[:LOOKED_AT]
    found = list(rows)
    rates = [rate for row in found if (rate := rate_of(row)) is not None]
    pauses = [row.downtime_ms for row in found if row.downtime_ms]
    return Past(max(rates, default=None), max(pauses, default=None))


def rate_of(row: Migration) -> int | None:
    """Return the mean bytes a second of one that is over."""
    if not row.bytes or row.started_at is None or row.ended_at is None:
        return None
    seconds = (row.ended_at - row.started_at).total_seconds()
    return int(row.bytes / seconds) if seconds >= LEAST else None
