"""What stands on the page of a group of hosts."""

from dataclasses import dataclass
from functools import cached_property

from accounts.access import Capability, allows
from accounts.models import User
from jobs.models import Job
from jobs.services import active_job_of
from vms.models import VM

from .models import ProcessorGroup, ProcessorMember, Verdict

LOOKS = {
    Verdict.FITS: ("leaf", "check"),
    Verdict.NEXT_START: ("iris", "reload"),
    Verdict.OWN: ("amber", "alert-triangle"),
    Verdict.LACKS: ("brick", "circle-x"),
    Verdict.UNKNOWN: ("", "help-circle"),
}
WORTH_IT = frozenset({Verdict.OWN, Verdict.LACKS, Verdict.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Line:
    """A machine, whether it could go everywhere, and how that looks."""

    vm: VM
    verdict: Verdict
    tone: str
    glyph: str

    @property
    def can_change(self) -> bool:
        """Whether the group's processor would make it fit."""
        return self.verdict in WORTH_IT


class GroupPage:
    """A group as `user` sees it."""

    def __init__(self, group: ProcessorGroup, user: User) -> None:
        self.group = group
        self.may_change = allows(user, Capability.HOST_MANAGE)

    @cached_property
    def members(self) -> list[ProcessorMember]:
        """The hosts, by name."""
        return list(self.group.members.select_related("host"))

    @cached_property
    def job(self) -> Job | None:
        """The search that waits or runs."""
        return active_job_of("processors", self.group.pk)

    @cached_property
    def lines(self) -> list[Line]:
        """The machines that were looked at and still are on these hosts; what fits comes last."""
        hosts = [member.host_id for member in self.members]
        rows = VM.objects.filter(host__in=hosts, recycled_at=None).select_related("host")
        found = [self._line(vm) for vm in rows if str(vm.pk) in self.group.verdicts]
        order = list(LOOKS)
        return sorted(found, key=lambda line: (-order.index(line.verdict), line.vm.name))

    def _line(self, vm: VM) -> Line:
        stored = self.group.verdicts[str(vm.pk)]
        verdict = Verdict(stored) if stored in Verdict.values else Verdict.UNKNOWN
        return Line(vm, verdict, *LOOKS[verdict])

    @cached_property
    def unfit(self) -> list[Line]:
        """The machines that the group's processor would help."""
        return [line for line in self.lines if line.can_change]
