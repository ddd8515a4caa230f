"""How is a machine guarded? Judged from its row and a few others, read for many at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from backups.models import Backup
from consoles.models import ConsoleLink
from snapshots.models import SnapshotSchedule
from vms.models import VM

from .doors import is_here
from .hosts import confines, is_root, security_of
from .verdicts import Verdict, judged, unknown

BACKUP_AGE = timedelta(days=30)
PCS = frozenset({"x86_64", "aarch64"})


@dataclass(frozen=True, slots=True)
class Around:
    """What rows beside the machines' own say: ids of machines."""

    looking: frozenset[int] = field(default=frozenset())  # with a link to watch, for anybody
    typing: frozenset[int] = field(default=frozenset())  # with a link to type, for anybody
    copied: frozenset[int] = field(default=frozenset())  # with a backup or a snapshot schedule


def around(vms: Sequence[VM]) -> Around:
    """Read it for many machines: three queries."""
    now, ids = timezone.now(), [vm.pk for vm in vms]
    links = ConsoleLink.objects.filter(
        vm__in=ids, needs_sign_in=False, ended_at=None, expires_at__gt=now
    )
    modes = set(links.order_by().values_list("vm_id", "mode"))
    backups = Backup.objects.filter(vm__in=ids, made_at__gt=now - BACKUP_AGE)
    copied = {pk for pk in backups.order_by().values_list("vm_id", flat=True) if pk is not None}
    copied |= set(SnapshotSchedule.objects.filter(vm__in=ids).values_list("vm_id", flat=True))
    return Around(
        frozenset(pk for pk, mode in modes if mode == "view"),
        frozenset(pk for pk, mode in modes if mode != "view"),
        frozenset(copied),
    )


def verdicts(vm: VM, beside: Around) -> Iterator[Verdict]:
    """Judge a machine whose host is loaded."""
    yield from _displays(vm)
    yield from _confinement(vm)
    yield from _reach(vm)
    yield judged("link-open", ["view"] if vm.pk in beside.looking else [])
    yield judged("link-drives", ["control"] if vm.pk in beside.typing else [])
    yield judged("no-copy", [] if vm.pk in beside.copied else [vm.name])
    yield judged("ownerless", [] if vm.owner_id or vm.team_id else [vm.name])
    yield judged("endless", [] if vm.ends_at else [vm.name])
    if vm.arch in PCS:
        yield judged("boot-unchecked", [] if vm.firmware == "uefi-secure" else [vm.firmware])
        yield judged("no-tpm", [] if vm.has_tpm else [vm.name])
    yield judged("no-agent", [] if vm.has_agent_channel else [vm.name])


@dataclass(slots=True)
class _Displays:
    """Where the displays of a machine listen, by how they are locked."""

    open: list[str] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)
    local: list[str] = field(default_factory=list)
    is_known: bool = True

    def take(self, display: dict[str, Any], lock: dict[str, Any] | None) -> None:
        """Sort one display in; whether it has a password may not be known."""
        if display.get("listen") != "address":
            return
        place, has_password = _place(display), (lock or {}).get("has_password")
        if not display.get("address") or has_password is None:
            self.is_known = False
        elif is_here(display["address"]):
            self.local += [] if has_password else [place]
        elif not has_password:
            self.open.append(place)
        elif not (lock or {}).get("has_tls"):
            self.wide.append(place)


def _displays(vm: VM) -> Iterator[Verdict]:
    locks = vm.fences.get("displays", [])
    found = _Displays()
    for index, display in enumerate(vm.graphics):
        found.take(display, locks[index] if index < len(locks) else None)
    yield judged("display-open", found.open, known=found.is_known)
    yield judged("display-wide", found.wide, known=found.is_known)
    yield judged("display-local", found.local, known=found.is_known)


def _place(display: dict[str, Any]) -> str:
    port = f":{display['port']}" if display.get("port") else ""
    return f"{display.get('kind')} {display.get('address')}{port}"


def _confinement(vm: VM) -> Iterator[Verdict]:
    can = confines(vm.host)
    labels = vm.fences.get("labels")
    if labels is None or can is None:
        yield unknown("unconfined")
        yield unknown("as-root")
    else:
        if can:  # else it is a finding of the host
            yield judged("unconfined", _unconfined(vm, labels))
        user = (security_of(vm.host) or {}).get("user", "")
        if not is_root(user):
            yield judged("as-root", _root_labels(labels))
    if vm.virt_type == "qemu":
        is_fenced = can and labels is not None and not list(_unconfined(vm, labels))
        evidence = [] if is_fenced or can is None else ["qemu"]
        yield judged("emulated", evidence, known=can is not None)


def _unconfined(vm: VM, labels: list[dict[str, Any]]) -> Iterator[str]:
    confining = [label for label in labels if label["model"] != "dac"]
    if any(label["kind"] == "none" for label in confining):
        yield "seclabel type='none'"
    elif vm.is_on and not confining:
        yield "seclabel –"


def _root_labels(labels: list[dict[str, Any]]) -> Iterator[str]:
    for label in labels:
        if label["model"] == "dac" and is_root(label["label"]):
            yield f"dac {label['label']}"


def _reach(vm: VM) -> Iterator[Verdict]:
    """Judge what the guest reaches of its host; the host's paths are not given as evidence."""
    if not vm.fences:
        keys = ("qemu-arguments", "folders-writable", "host-devices", "disk-shared", "disk-unsafe")
        yield from map(unknown, keys)
        return
    fences, readonly = vm.fences, {disk["target"] for disk in vm.disks if disk.get("readonly")}
    number = fences["arguments"]
    yield judged("qemu-arguments", [f"qemu:arg × {number}"] if number else [])
    folders = (one["target"] or "–" for one in fences["folders"] if not one["readonly"])
    yield judged("folders-writable", folders)
    yield judged("host-devices", fences["devices"])
    shared = (one["target"] for one in fences["disks"] if one["shareable"])
    yield judged("disk-shared", (target for target in shared if target not in readonly))
    unsafe = (one["target"] for one in fences["disks"] if one["cache"] == "unsafe")
    yield judged("disk-unsafe", unsafe)
