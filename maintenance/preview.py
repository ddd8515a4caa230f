"""What would become of each machine of a host that is emptied? From rows alone, so at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from hosts.models import Host
from migration.checks.models import CheckReport
from migration.checks.words import title_of
from vms.busy import attach_jobs
from vms.models import VM
from vms.placement import Verdict, judge
from vms.placement.needs import need_of
from vms.placement.rooms import Room, rooms_of
from vms.rules import can

from .estimates import estimate
from .planning import Assigned, Guest, Place, assign


@dataclass(frozen=True, slots=True)
class Line:
    """One machine of the preview: where it goes, or why it cannot."""

    vm: VM
    target: Host | None
    reason: str = ""
    note: str = ""


class Preview:
    """The plan as it would be made now."""

    def __init__(self, host: Host, at_once: int = 2) -> None:
        self.host = host
        self.at_once = at_once

    @cached_property
    def machines(self) -> list[VM]:
        """The machines that are on, which have to go or to be asked about."""
        rows = VM.objects.filter(host=self.host).select_related("host", "team", "owner")
        return attach_jobs([vm for vm in rows if vm.is_on])

    @cached_property
    def off_count(self) -> int:
        """How many machines are off, and stay where they are."""
        return VM.objects.filter(host=self.host).count() - len(self.machines)

    @cached_property
    def _rooms(self) -> list[Room]:
        others = Host.objects.exclude(pk=self.host.pk).exclude(transport="test")
        return rooms_of(others.prefetch_related("pools", "kept_for"))

    @cached_property
    def _reports(self) -> dict[tuple[int, int], CheckReport]:
        reports = CheckReport.objects.filter(vm__in=self.machines, source=self.host)
        by_pk = {vm.pk: vm for vm in self.machines}
        return {
            (one.vm_id, one.target_id): one for one in reports if one.is_fresh_for(by_pk[one.vm_id])
        }

    @cached_property
    def lines(self) -> list[Line]:
        """Every machine in the order of the plan; those that cannot move come last."""
        by_pk = {vm.pk: vm for vm in self.machines}
        hosts = {room.host.pk: room.host for room in self._rooms}
        guests = [Guest(vm.pk, vm.name, vm.memory) for vm in self.machines]
        free = {room.host.pk: room.free_memory for room in self._rooms}
        assigned = assign(
            guests, free, lambda guest, planned: self._places(by_pk[guest.pk], planned)
        )
        found = [self._line(by_pk[one.guest.pk], one, hosts) for one in assigned]
        return sorted(found, key=lambda line: line.target is None)

    def _line(self, vm: VM, one: Assigned, hosts: dict[int, Host]) -> Line:
        if one.target is None:
            return Line(vm, None, one.reason)
        report = self._reports.get((vm.pk, one.target))
        return Line(vm, hosts[one.target], note="" if report else _("not checked yet"))

    def _places(self, vm: VM, planned: Mapping[int, int | None]) -> Sequence[Place] | str:
        """Return the hosts for a machine, or why there is none."""
        if refusal := can(vm, "migrate"):
            return refusal.message
        if not self._rooms:
            return _("There is no other host.")
        verdicts = judge(need_of(vm, planned), rooms=self._rooms)
        open_to = [one for one in verdicts if one.fits and not self._blockers(vm, one)]
        if open_to:
            return [Place(one.host.pk, len(one.reasons)) for one in open_to]
        return "; ".join(self._why(vm, one) for one in verdicts[:3])

    def _blockers(self, vm: VM, verdict: Verdict) -> list[str]:
        report = self._reports.get((vm.pk, verdict.host.pk))
        return [title_of(one) for one in report.blockers] if report else []

    def _why(self, vm: VM, verdict: Verdict) -> str:
        if not verdict.fits:
            return f"{verdict.host.name} {verdict.why}"
        return f"{verdict.host.name}: {', '.join(self._blockers(vm, verdict))}"

    @property
    def moving(self) -> list[Line]:
        """The machines that have a host to go to."""
        return [line for line in self.lines if line.target is not None]

    @property
    def staying(self) -> list[Line]:
        """The machines that cannot move live, about which somebody has to say something."""
        return [line for line in self.lines if line.target is None]

    @property
    def unchecked(self) -> int:
        """For how many the hosts have not been asked yet."""
        return sum(bool(line.note) for line in self.moving)

    @property
    def target_count(self) -> int:
        """To how many hosts they go."""
        return len({line.target.pk for line in self.moving if line.target})

    @cached_property
    def seconds(self) -> float | None:
        """How long it takes, from what moves took so far; None where nothing is known."""
        return estimate([line.vm.memory for line in self.moving], self.at_once)
