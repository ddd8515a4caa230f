"""Follow a migration that runs by itself: figures, wishes of people, and its end."""

import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_noop

from jobs.context import JobContext
from jobs.errors import Cancelled
from migration.models import Migration, Phase
from virt.domain import Domain
from virt.errors import HostUnreachable, NotFound, OperationTimeout, VirtError
from virt.facts.domain import DomainState
from virt.moving import migration as moving
from virt.moving.migration import MoveProgress
from vms.operations.target import Target

from .recording import Recorder

STEP_SECONDS = 0.5
PHASES = {
    Phase.COPYING: gettext_noop("Copying memory"),
    Phase.SWITCHING: gettext_noop("Switching over"),
    Phase.POST_COPY: gettext_noop("Fetching the rest"),
}


@dataclass(slots=True)
class Watch:
    """One attempt that watches. `work` is the call that moves, None where another began it."""

    target: Target
    recorder: Recorder
    work: Future[None] | None = None
    is_cancelled: bool = False
    _aborted: bool = field(default=False)

    @property
    def job(self) -> JobContext:
        """The job."""
        return self.target.job

    def follow(self) -> None:
        """Return when nothing moves any more. Raises FenceLost after a take-over."""
        while not self._is_over():
            try:
                with self.target.aside() as domain:
                    self._follow(domain)
                return
            except (HostUnreachable, OperationTimeout):
                if self.work is None:
                    raise
                self._step()  # the call itself will tell

    def _is_over(self) -> bool:
        return self.work is not None and self.work.done()

    def _follow(self, domain: Domain) -> None:
        while not self._is_over():
            progress = moving.progress(domain)
            if progress.is_outgoing:
                self._take(domain, progress)
            elif self.work is None:
                return
            self._obey(domain)
            self._step()

    def _step(self) -> None:
        """Wait a moment, or until the call ends; a person who cancels is heard."""
        if self.work is None:
            time.sleep(STEP_SECONDS)
        else:
            wait([self.work], timeout=STEP_SECONDS)
        try:
            self.job.check_cancelled()
        except Cancelled:
            self.is_cancelled = True

    def _take(self, domain: Domain, progress: MoveProgress) -> None:
        phase = _phase(domain, progress, self.recorder.row)
        if phase != self.recorder.row.phase and phase == Phase.SWITCHING:
            self.recorder.event("switching")
        self.recorder.phase(phase)
        self.recorder.sample(progress)
        self.job.progress(progress.percent, PHASES[phase])

    def _obey(self, domain: Domain) -> None:
        """Do what people wish, each once; what the host refuses is written down."""
        row = self.recorder.row
        if self.is_cancelled and not self._aborted and row.phase != Phase.POST_COPY:
            self._aborted = True
            self.recorder.event("cancel")
            domain.abort_job()
            return
        row.refresh_from_db(fields=["controls"])
        for name, act in ACTS.items():
            wish = row.controls.get(name)
            if wish and wish != row.applied.get(name):
                self._apply(domain, name, wish, act)

    def _apply(
        self, domain: Domain, name: str, wish: dict[str, Any], act: Callable[[Domain, Any], None]
    ) -> None:
        row = self.recorder.row
        self.recorder.write(applied={**row.applied, name: wish})
        try:
            act(domain, wish["value"])
        except HostUnreachable:
            raise
        except VirtError as error:
            self.recorder.event("refused", wish["who"], message=error.message)
        else:
            self.recorder.event(name, wish["who"], value=wish["value"])


def _phase(domain: Domain, progress: MoveProgress, row: Migration) -> Phase:
    try:
        info = domain.info(sizes=False)
    except NotFound:
        return Phase.SWITCHING
    if info.state_reason in {"post-copy", "post-copy-failed"}:
        return Phase.POST_COPY
    if info.state is DomainState.PAUSED and info.state_reason == "migration":
        return Phase.SWITCHING
    return Phase.COPYING


def _pause(domain: Domain, _value: Any) -> None:
    domain.pause()


def _post_copy(domain: Domain, _value: Any) -> None:
    moving.start_post_copy(domain)


ACTS: dict[str, Callable[[Domain, Any], None]] = {
    "bandwidth": moving.set_bandwidth,
    "max_downtime_ms": moving.set_max_downtime,
    "post_copy": _post_copy,
    "pause": _pause,
}
