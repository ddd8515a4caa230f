"""To which host does a machine's row belong when guests with its UUID are seen on several?

A machine has one row, however it moved: by us, by virsh, or by an administrator who took its
definition along. Guests of its UUID elsewhere are copies; the row goes where the guest runs. The
watchers of both hosts write here, in any order.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F
from django.utils import timezone

from hosts.facts import announce_inventory
from hosts.models import Host
from virt.facts.domain import DomainInfo
from vms.above.signals import states_changed
from vms.models import VM, Copy
from vms.states import ARRIVING, VMState
from vms.sync.reading import columns_of

MIRRORED = ("state", "state_reason", "domain_id", "is_persistent", "name", "autostart")


def see_copies(host: Host, twins: Mapping[str, VM], infos: Sequence[DomainInfo]) -> list[VM]:
    """Note guests on `host` whose rows are elsewhere; return the rows that came here.

    Within a transaction.
    """
    came = []
    for info in infos:
        vm = VM.objects.select_for_update().select_related("host").get(pk=twins[info.uuid].pk)
        if vm.host_id == host.pk:
            continue
        copy = _note(vm, host, info)
        if copy.is_running and not _runs(vm):
            came.append(move(vm, copy, keeps_copy=True))
    return came


def left_at_home(rows: Sequence[VM]) -> list[VM]:
    """Let rows follow whose guest stopped here while a copy runs; return those that went.

    Within the transaction that wrote them.
    """
    stopped = {row.pk: row for row in rows if not _runs(row)}
    if not stopped:
        return []
    copies = Copy.objects.select_related("host").filter(vm__in=list(stopped))
    return [move(stopped[copy.vm_id], copy, keeps_copy=True) for copy in copies if copy.is_running]


def follow_vanished(rows: Sequence[VM]) -> list[VM]:
    """Let rows follow whose host knows them no more, where a copy is left; return those that went.

    One that runs comes first, then one that arrives, then a definition.
    """
    found: dict[int, Copy] = {}
    for copy in Copy.objects.select_related("host").filter(vm__in=[row.pk for row in rows]):
        known = found.get(copy.vm_id)
        if known is None or _rank(copy) > _rank(known):
            found[copy.vm_id] = copy
    return [move(row, found[row.pk], keeps_copy=False) for row in rows if row.pk in found]


def forget_copies(host: Host, *, but: Sequence[str] = (), uuid: str = "") -> None:
    """Forget copies on `host` that it does not know any more: one, or all but those listed."""
    gone = Copy.objects.filter(host=host)
    gone = gone.filter(vm__uuid=uuid) if uuid else gone
    stale = [copy.pk for copy in gone.select_related("vm") if str(copy.vm.uuid) not in but]
    if stale:
        Copy.objects.filter(pk__in=stale).delete()


def move(vm: VM, copy: Copy, *, keeps_copy: bool) -> VM:
    """Take the row to the copy's host, with the facts from there; what stays behind is the copy.

    Within a transaction that announces the row. The gap in `rev` makes open pages fetch it again:
    the host's name is not for everybody who hears of the machine.
    """
    old, was = vm.host, vm.state
    left: dict[str, Any] = {name: getattr(vm, name) for name in MIRRORED}
    columns = dict(copy.columns)
    if columns.get("state") != vm.state:
        columns["state_since"] = timezone.now()
    for name, value in columns.items():
        setattr(vm, name, value)
    vm.host, vm.rev = copy.host, vm.rev + 2
    VM.objects.filter(pk=vm.pk).update(host=copy.host, rev=F("rev") + 2, **columns)
    copy.delete()
    if keeps_copy:
        Copy.objects.update_or_create(
            vm=vm, host=old, defaults={"columns": left, "since": timezone.now()}
        )
    if vm.state != was:
        states_changed.send(sender=VM, ids=[vm.pk])
    announce_inventory(old)
    announce_inventory(vm.host)
    return vm


def _note(vm: VM, host: Host, info: DomainInfo) -> Copy:
    columns = columns_of(info, vm)
    copy = Copy.objects.select_related("host").filter(vm=vm, host=host).first()
    if copy is None:
        return Copy.objects.create(vm=vm, host=host, columns=columns)
    if copy.columns != columns:
        if copy.state != columns["state"] or copy.reason != columns["state_reason"]:
            copy.since = timezone.now()
        copy.columns = columns
        copy.save()
    return copy


def _runs(vm: VM) -> bool:
    """Say whether the guest at the row's host may run, as far as was read."""
    if vm.state == VMState.PAUSED:
        return vm.state_reason not in ARRIVING
    return vm.is_on or vm.state == VMState.UNKNOWN


def _rank(copy: Copy) -> int:
    return 2 if copy.is_running else 1 if copy.is_on else 0
