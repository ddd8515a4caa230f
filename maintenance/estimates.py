"""How long will it take? From what moves have really taken here; None where there were none."""

from collections.abc import Iterable

from django.db.models import F

from migration.models import Migration, Outcome

LAST = 20  # moves that count


def seconds_per_gib() -> float | None:
    """Return how long a GiB has taken lately, all in; None before the first move."""
    rows = Migration.objects.filter(
        outcome=Outcome.MIGRATED, bytes__gt=0, started_at__isnull=False, ended_at__isnull=False
    ).annotate(took=F("ended_at") - F("started_at"))
    found = list(rows.order_by("-ended_at").values_list("bytes", "took")[:LAST])
    moved = sum(amount or 0 for amount, _took in found)
    if not moved:
        return None
    return float(sum(took.total_seconds() for _amount, took in found) / (moved / 1024**3))


def estimate(memories: Iterable[int], at_once: int) -> float | None:
    """Return the seconds that moving so much memory takes, several at once."""
    rate = seconds_per_gib()
    if rate is None:
        return None
    return sum(memory / 1024**3 * rate for memory in memories) / max(1, at_once)
