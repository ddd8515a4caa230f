"""Where is a machine after its migration came to some end? From what both hosts say. Pure."""

from dataclasses import dataclass

from virt.facts.domain import DomainInfo, DomainState

from .models import Outcome

_STILL = frozenset({"migration", "starting"})
_LOST = "post-copy-failed"


@dataclass(frozen=True, slots=True)
class Sight:
    """What one host says of the guest: nothing where it does not answer, None for no guest."""

    answers: bool
    info: DomainInfo | None = None

    @property
    def is_on(self) -> bool:
        """Whether it has a process there."""
        return self.info is not None and self.info.state.is_active

    @property
    def is_still(self) -> bool:
        """Whether its process waits for memory, or has sent it away."""
        info = self.info
        return bool(
            info
            and info.state is DomainState.PAUSED
            and info.state_reason in {*_STILL, "post-copy"}
        )

    @property
    def is_lost(self) -> bool:
        """Whether the rest of its memory will never come."""
        return bool(self.info and self.info.state_reason == _LOST)

    @property
    def runs(self) -> bool:
        """Whether the guest may run there, or may be let run."""
        return self.is_on and not self.is_still


def decide(source: Sight, target: Sight, *, live: bool) -> Outcome:
    """Return the outcome, or NONE while the two hosts are still about it."""
    if not (source.answers and target.answers):
        return Outcome.UNDETERMINED
    if source.is_lost or target.is_lost:
        return Outcome.LOST
    if not live:
        return _decide_off(source, target)
    if source.runs and target.runs:
        return Outcome.TWO_COPIES
    if target.runs:
        return Outcome.NONE if source.is_still else Outcome.MIGRATED
    if source.runs:
        return Outcome.NONE if target.is_still else Outcome.STAYED
    if source.is_still or target.is_still:
        return Outcome.NONE
    return _both_off(source)


def _both_off(source: Sight) -> Outcome:
    info = source.info
    if info is None or info.state is DomainState.CRASHED or info.state_reason == "failed":
        return Outcome.CRASHED
    return Outcome.STAYED


def _decide_off(source: Sight, target: Sight) -> Outcome:
    """Decide for a machine that was off: its definition went, or it did not."""
    if source.is_on or target.is_on:
        return decide(source, target, live=True)
    if target.info is None:
        return Outcome.CRASHED if source.info is None else Outcome.STAYED
    return Outcome.MIGRATED if source.info is None else Outcome.STAYED
