"""What an operation holds while it works: its parameters, and how it tells how far it is."""

import time
from typing import Any

from django.db import transaction
from django.db.models import F

from .announce import job_changed
from .errors import Cancelled, FenceLost
from .models import Job, JobState

PROGRESS_INTERVAL = 0.25  # seconds between two writes


class JobContext:
    """One claim of one job. Every write holds only while the claim does; else FenceLost.

    Not for several threads at once, except `progress`, which libvirt's callbacks may call.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.params: dict[str, Any] = job.params
        self.attempt = job.attempt
        self._written_at = float("-inf")

    @property
    def is_retry(self) -> bool:
        """Whether an earlier worker died over this job: look first at what it did."""
        return self.attempt > 1

    def progress(self, percent: float | None, phase: str = "") -> None:
        """Tell how far the work is, 0 to 100, or None where that cannot be known.

        At most 4 writes a second, so call it as often as you like. `phase` is English, marked
        with `gettext_noop`; a new phase is always written.
        """
        if percent is not None:
            percent = round(min(max(percent, 0.0), 100.0), 1)
        phase = phase or self.job.phase
        due = time.monotonic() - self._written_at >= PROGRESS_INTERVAL
        if phase != self.job.phase or (due and percent != self.job.progress):
            self._written_at = time.monotonic()
            self.write(progress=percent, phase=phase[:120])

    def command(self, text: str) -> None:
        """Note the virsh command that would do the same; shown to people, without secrets."""
        if text not in self.job.commands:
            self.write(commands=[*self.job.commands, text])

    def note(self, **facts: Any) -> None:
        """Keep JSON facts in the job's result now, for a next attempt to find."""
        self.write(result={**self.job.result, **facts})

    def check_cancelled(self) -> None:
        """Come to a safe point: raise Cancelled when asked to stop, FenceLost when taken over."""
        self.job.refresh_from_db(fields=["state", "attempt", "cancel_requested"])
        if self.job.attempt != self.attempt or self.job.state != JobState.RUNNING:
            raise FenceLost
        if self.job.cancel_requested:
            raise Cancelled

    def holds(self) -> bool:
        """Say whether this claim is still the newest."""
        mine = Job.objects.filter(pk=self.job.pk, attempt=self.attempt, state=JobState.RUNNING)
        return mine.exists()

    def write(self, **changes: Any) -> None:
        """Write columns of the row and announce it. Raises FenceLost after a take-over."""
        with transaction.atomic():
            self._update(changes)
            job_changed(self.job)

    def _update(self, changes: dict[str, Any]) -> None:
        mine = Job.objects.filter(pk=self.job.pk, attempt=self.attempt, state=JobState.RUNNING)
        if not mine.update(rev=F("rev") + 1, **changes):
            raise FenceLost
        self.job.refresh_from_db(fields=["rev", "cancel_requested", *changes])
