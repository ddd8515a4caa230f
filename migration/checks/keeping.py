"""Keep what a check found, and tell open pages that there is something new."""

import time
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from hosts.models import Host
from live.publish import announce
from migration.services.asking import why_not
from vms.models import VM

from .case import Case
from .examine import examine
from .findings import Finding, blocker
from .models import CheckReport
from .registry import findings_of_rooms

LIVE_KIND = "migration-check"


def findings_of(case: Case, vm: VM, target: Host) -> list[Finding]:
    """Return everything that is known: of the hosts, and of the rooms of this portal."""
    found = [*findings_of_rooms(vm, target), *_rules(vm, target), *examine(case)]
    order = ("blocker", "warning", "passed", "unknown")
    return sorted(found, key=lambda finding: order.index(finding.level))


def _rules(vm: VM, target: Host) -> Iterable[Finding]:
    """Yield what the rows say at once: the host is away, or somebody's rule is against it."""
    if not target.is_online:
        yield blocker("host-away", host=target.name)
    elif reason := why_not(vm, target):
        yield blocker("policy", reason=reason)


def keep(vm: VM, target: Host, case: Case) -> CheckReport:
    """Write what was found about one target."""
    copied = {d.target: d.capacity or 0 for d in case.guest.definition.disks}
    return _write(
        vm,
        target,
        findings=[finding.as_json() for finding in findings_of(case, vm, target)],
        options=case.options.as_json(),
        copied_bytes=sum(copied.get(name, 0) for name in case.options.copy_disks),
        was_on=case.guest.is_active,
        error="",
    )


def keep_failure(vm: VM, target: Host, code: str) -> CheckReport:
    """Write that a target could not be checked."""
    return _write(vm, target, findings=[], options={}, was_on=vm.is_on, error=code[:40])


def keep_rate(vm: VM, targets: Sequence[Host], rate: int | None) -> None:
    """Write how much memory the guest changes, which is the same for every target."""
    with transaction.atomic():
        mine = CheckReport.objects.filter(vm=vm, target__in=targets)
        mine.update(dirty_rate=rate, rev=F("rev") + 1)
        tell(vm)


def _write(vm: VM, target: Host, **columns: object) -> CheckReport:
    with transaction.atomic():
        report, _made = CheckReport.objects.update_or_create(
            vm=vm,
            target=target,
            defaults={"source": vm.host, "checked_at": timezone.now(), **columns},
        )
        CheckReport.objects.filter(pk=report.pk).update(rev=F("rev") + 1)
        tell(vm)
    return report


def tell(vm: VM) -> None:
    """Have open pages fetch what was found; the number only has to grow."""
    announce(LIVE_KIND, vm.pk, time.time_ns() // 1_000_000, {"checked": True}, vm.audiences)
