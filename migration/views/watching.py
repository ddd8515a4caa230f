"""What stands on the page of a migration that runs, or is over."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from accounts.access import Capability, allows
from accounts.models import User
from jobs.services import may_cancel
from migration.checks.words import size, title_of
from migration.forms import TOP_RATE
from migration.models import Migration, Outcome, Phase
from migration.services import steering
from migration.services.starting import accepted_findings
from migration.words import sentence_of
from virt.units import MIB

STEPS = {
    Phase.WAITING: 1,
    Phase.PREPARING: 1,
    Phase.COPYING: 2,
    Phase.SWITCHING: 3,
    Phase.POST_COPY: 3,
    Phase.SETTLING: 4,
    Phase.ENDED: 5,
}
USUAL_PAUSE = 300  # ms, QEMU's own


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of what happened."""

    at: datetime
    words: str
    who: str


class Watch:
    """One migration, as `user` may see and steer it."""

    def __init__(self, migration: Migration, user: User) -> None:
        self.row = migration
        self.user = user
        self.now: dict[str, Any] = migration.statistics or {}

    @property
    def is_over(self) -> bool:
        """Whether nothing moves any more."""
        return self.row.is_over

    @property
    def step(self) -> int:
        """Which of the four steps it is at; 5 is over."""
        return STEPS[Phase(self.row.phase)]

    @cached_property
    def may_steer(self) -> bool:
        """Whether the reader may change how it goes."""
        vm = self.row.vm
        return vm is not None and allows(self.user, Capability.VM_MIGRATE, vm)

    # Figures

    @property
    def percent(self) -> float:
        """How much is there; memory that is written anew lowers it."""
        total = self.now.get("total") or 0
        if self.row.outcome == Outcome.MIGRATED:
            return 100.0
        return 100.0 * (total - self.now.get("remaining", 0)) / total if total else 0.0

    @property
    def knob(self) -> float:
        """Where the handle stands."""
        return min(98.0, max(0.0, self.percent - 1))

    @property
    def done_bytes(self) -> int:
        """How much is at the target and still holds."""
        return max(0, int(self.now.get("total", 0)) - int(self.now.get("remaining", 0)))

    @property
    def seconds_left(self) -> float | None:
        """How long it takes if all goes on like this; None where it would not end."""
        rate, dirty = self.now.get("rate"), self.now.get("dirty_rate") or 0
        if not rate or rate <= dirty or not self.now.get("remaining"):
            return None
        return float(self.now["remaining"] / (rate - dirty))

    @property
    def converges(self) -> str:
        """Whether more is sent than the guest changes: "yes", "no", or "" where it is not known."""
        rate, dirty = self.now.get("rate"), self.now.get("dirty_rate")
        if not rate or dirty is None:
            return ""
        return "yes" if rate > dirty else "no"

    @property
    def max_downtime_ms(self) -> int:
        """The longest pause that is allowed now."""
        wished = self._control("max_downtime_ms") or self.row.wish.max_downtime_ms
        return int(wished or USUAL_PAUSE)

    @property
    def bandwidth(self) -> int:
        """The limit of the rate in MiB/s, at most the end of the slider."""
        return min(TOP_RATE, int(self._control("bandwidth") or self.row.wish.bandwidth or TOP_RATE))

    def _control(self, name: str) -> Any:
        return (self.row.controls.get(name) or {}).get("value")

    @property
    def limit(self) -> int | None:
        """The limit in bytes a second, for the chart; None without one."""
        return None if self.bandwidth >= TOP_RATE else self.bandwidth * MIB

    @property
    def pause_tone(self) -> str:
        """How the predicted pause stands to the longest allowed one."""
        expected = self.now.get("downtime_ms")
        if expected is None:
            return ""
        if expected > self.max_downtime_ms:
            return "brick"
        return "amber" if expected > 0.8 * self.max_downtime_ms else "leaf"

    # Knobs

    @cached_property
    def why_not_tune(self) -> str:
        """Why the limits cannot be changed now."""
        return self._blocked(steering.why_not_tune(self.row))

    @cached_property
    def why_not_post_copy(self) -> str:
        """Why it cannot be switched to post-copy now."""
        return self._blocked(steering.why_not_post_copy(self.row))

    @cached_property
    def why_not_pause(self) -> str:
        """Why the guest cannot be paused for the rest."""
        return self._blocked(steering.why_not_pause(self.row))

    @cached_property
    def why_not_cancel(self) -> str:
        """Why it cannot be cancelled now."""
        job = self.row.job
        if job is None or not job.is_active:
            return _("It is over.")
        if not may_cancel(job, self.user):
            return _("You may look at this migration, not stop it.")
        if job.cancel_requested:
            return _("It is being stopped.")
        if self.row.phase == Phase.POST_COPY:
            return _("From post-copy there is no way back.")
        return ""

    def _blocked(self, reason: str) -> str:
        return reason if self.may_steer else _("You may look at this migration, not steer it.")

    @property
    def why_fixed(self) -> str:
        """Why the other options cannot be changed."""
        return steering.why_fixed()

    @property
    def rest_seconds(self) -> float | None:
        """How long the guest would stand still for what is left now."""
        rate, left = self.now.get("rate"), self.now.get("remaining")
        return left / rate if rate and left else None

    # What happened

    @cached_property
    def events(self) -> list[Happened]:
        """What happened, the newest first."""
        found = [
            Happened(datetime.fromisoformat(event["at"]), sentence_of(event), event.get("who", ""))
            for event in self.row.events
        ]
        return found[::-1]

    @cached_property
    def accepted(self) -> list[str]:
        """What somebody knew of, in a line each."""
        return [title_of(finding) for finding in accepted_findings(self.row.accepted)]

    @property
    def figures(self) -> dict[str, Any]:
        """What the chart draws: seconds since 1970, bytes a second."""
        began = self.row.started_at or self.row.created_at
        start = began.timestamp()
        samples = self.row.samples
        return {
            "at": [start + one["t"] for one in samples],
            "sent": [one.get("rate") for one in samples],
            "dirty": [one.get("dirty_rate") for one in samples],
            "start": start,
            "limit": self.limit,
        }

    @property
    def memory_words(self) -> str:
        """What is on the way, in words."""
        host = self.row.target_name
        if not self.now.get("total"):
            return _("Nothing is copied yet")
        done, whole = size(self.done_bytes), size(self.now["total"])
        names = {"done": done, "all": whole, "host": host}
        return _("%(done)s of %(all)s are on %(host)s") % names
