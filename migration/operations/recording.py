"""Write down what happens during a migration, as long as the job's claim holds."""

import time
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from jobs.context import JobContext
from jobs.errors import FenceLost
from live.publish import announce
from migration.models import Migration, Phase
from migration.statistics import Sample, sample_of, thinned
from migration.words import Event
from virt.moving.migration import MoveProgress

SAMPLE_SECONDS = 2.0  # between two that are kept for the chart
FIRST_SAMPLES = 8  # are kept one and all, so that a short move has a chart too
KIND = "migration"


@dataclass(slots=True)
class Recorder:
    """One attempt's pen. Every write raises FenceLost once another worker has taken over."""

    job: JobContext
    row: Migration
    _kept_at: float = field(default=float("-inf"))

    def phase(self, phase: Phase) -> None:
        """Note how far it is; the same again is no write."""
        if self.row.phase != phase:
            self.write(phase=phase)

    def event(self, what: str, who: str = "", **facts: Any) -> None:
        """Note that something happened."""
        self.write(events=[*self.row.events, event_of(what, who, **facts)])

    def sample(self, progress: MoveProgress) -> None:
        """Note libvirt's figures; now and then also for the chart."""
        sample = sample_of(progress)
        if sample == self.row.statistics:
            return
        changes: dict[str, Any] = {"statistics": sample}
        is_new = len(self.row.samples) < FIRST_SAMPLES
        if is_new or time.monotonic() - self._kept_at >= SAMPLE_SECONDS:
            self._kept_at = time.monotonic()
            kept: list[Sample] = [*self.row.samples, sample]
            changes["samples"] = thinned(kept)
        self.write(**changes)

    def write(self, **changes: Any) -> None:
        """Write columns of the row and announce it."""
        with transaction.atomic():
            if not self.job.holds():
                raise FenceLost
            write(self.row, **changes)


def event_of(what: str, who: str = "", **facts: Any) -> Event:
    """Return an event of this moment."""
    now = timezone.now().isoformat(timespec="milliseconds")
    return Event(at=now, what=what, who=who, facts=facts)


def write(row: Migration, **changes: Any) -> None:
    """Write columns of a row and announce it, within a transaction."""
    Migration.objects.filter(pk=row.pk).update(rev=F("rev") + 1, **changes)
    row.refresh_from_db(fields=["rev", *changes])
    facts = {
        "phase": row.phase,
        "outcome": row.outcome,
        "statistics": row.statistics,
        "events": len(row.events),
    }
    announce(KIND, row.pk, row.rev, facts, row.audiences)
