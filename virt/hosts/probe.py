"""Does KVM really work on a host: boot a guest of 512 bytes for a moment and listen to it."""

import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO

from lxml import etree  # type: ignore[attr-defined]

from virt.calls.bounded import run_within
from virt.calls.streams import Console
from virt.connection import Hypervisor
from virt.domain import Domain
from virt.errors import HostUnreachable, NotFound, OperationTimeout, VirtError
from virt.facts.domain import DomainState
from virt.hosts import probe_guest, storage
from virt.specs import DiskSpec, VolumeSpec
from virt.xml.build_devices import add_disk
from virt.xml.document import Element, add, render

PREFIX = "guesthouse-probe-"
START_SECONDS = 20.0
LISTEN_SECONDS = 5.0
_X86 = frozenset({"x86_64"})
_FILE_POOLS = frozenset({"dir", "fs", "netfs"})


@dataclass(frozen=True, slots=True)
class KvmProbe:
    """Hold the outcome.

    ``cpu_mode`` and ``disabled_features`` are what guests there need to be given.

    ``reason`` is works, not-offered, guest-dies, no-pool or other-architecture; ``detail`` is
    libvirt's words for admins. Without ``certain`` nothing was proved either way: there was no
    place for the guest's disk, or the host is no PC.
    """

    works: bool
    cpu_mode: str = ""
    disabled_features: tuple[str, ...] = ()
    cpu_model: str = ""
    reason: str = ""
    detail: str = ""
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Variant:
    """Name one processor to try."""

    mode: str
    disabled: tuple[str, ...] = ()
    model: str = ""


VARIANTS = (
    Variant("host-passthrough"),
    Variant("host-passthrough", disabled=("arch-capabilities",)),
    Variant("custom", model="qemu64"),
)


def probe_acceleration(hypervisor: Hypervisor, kind: str = "kvm") -> KvmProbe:
    """Boot up to three guests of 32 MB, one after the other, until one proves to work (1-60 s).

    A guest works when it reaches long mode with paging, touches its memory and says so on the
    serial port. Less is no proof: on nested machines the device can exist, a guest can start, and
    even the firmware can run, while every kernel hangs [measured]. The guest's disk is a volume of
    1 MiB in an active pool of files, removed afterwards; the guest ends with this connection.
    Raises HostUnreachable only.
    """
    offer = hypervisor.offer()
    if kind not in offer.domain_types:
        return KvmProbe(works=False, reason="not-offered")
    if offer.arch not in _X86:
        return KvmProbe(
            works=True, cpu_mode="host-passthrough", reason="other-architecture", certain=False
        )
    name = PREFIX + secrets.token_hex(4)
    try:
        pool, path = _store_disk(hypervisor, name)
    except HostUnreachable:
        raise
    except VirtError as error:
        return KvmProbe(
            works=False, reason="no-pool", detail=error.detail or error.message, certain=False
        )
    try:
        return _try_variants(hypervisor, kind, name, path)
    finally:
        with suppress(VirtError):
            storage.delete_volume(hypervisor, pool, name)


def _store_disk(hypervisor: Hypervisor, name: str) -> tuple[str, str]:
    """Put the guest's disk into the first pool that takes it; return the pool and the path."""
    for pool in hypervisor.pools():
        if (
            not pool.active
            or pool.kind not in _FILE_POOLS
            or pool.available < probe_guest.DISK_BYTES
        ):
            continue
        volume = storage.create_volume(
            hypervisor, pool.name, VolumeSpec(name, probe_guest.DISK_BYTES, format="raw")
        )
        storage.upload(
            hypervisor, pool.name, name, BytesIO(probe_guest.disk()), probe_guest.DISK_BYTES
        )
        return pool.name, volume.path
    raise NotFound("There is no pool for the guest's disk.")


def _try_variants(hypervisor: Hypervisor, kind: str, name: str, path: str) -> KvmProbe:
    details: list[str] = []
    for variant in VARIANTS:
        try:
            _boot(hypervisor, guest_xml(name, kind, path, variant))
        except HostUnreachable:
            raise
        except VirtError as error:
            details.append(error.detail or error.message)
            continue
        return KvmProbe(
            works=True,
            cpu_mode=variant.mode,
            disabled_features=variant.disabled,
            cpu_model=variant.model,
            reason="works",
        )
    return KvmProbe(works=False, reason="guest-dies", detail="\n".join(details))


def _boot(hypervisor: Hypervisor, xml: str) -> None:
    """Boot once, or raise VirtError when the guest does not come up."""

    def start() -> Domain:
        return hypervisor.create_transient(xml, vanish=True)

    domain = run_within(START_SECONDS, start, late=_remove)
    try:
        console = domain.open_console(force=True)
        try:
            _listen(console, lambda: domain.state() is DomainState.RUNNING)
        finally:
            console.close()
    finally:
        _remove(domain)


def _listen(console: Console, is_running: Callable[[], bool]) -> None:
    """Wait for the sign of life, or raise VirtError."""
    heard = b""
    deadline = time.monotonic() + LISTEN_SECONDS
    while probe_guest.SIGN not in heard:
        if time.monotonic() > deadline:
            raise VirtError("The guest does not run.", detail="the guest stayed silent")
        with suppress(OperationTimeout):
            heard = (heard + console.read(0.5))[-4096:]
        if console.is_closed or not is_running():
            raise VirtError("The guest does not run.", detail="the guest died while starting")


def _remove(domain: Domain) -> None:
    with suppress(VirtError):
        domain.force_off()


def guest_xml(name: str, kind: str, path: str, variant: Variant) -> str:
    """Return the XML of the probe's guest: firmware, one disk, a serial port, nothing else."""
    root = etree.Element("domain", type=kind)
    add(root, "name", name)
    add(root, "memory", "32", unit="MiB")
    add(root, "vcpu", "1")
    system = add(root, "os")
    add(system, "type", "hvm", arch="x86_64", machine="q35")
    add(system, "boot", dev="hd")
    add(add(root, "features"), "acpi")
    _add_cpu(root, variant, kind)
    devices = add(root, "devices")
    add_disk(devices, DiskSpec(path=path, format="raw", bus="sata", discard=False), "sda")
    add(devices, "controller", type="usb", model="none")
    add(add(devices, "serial", type="pty"), "target", port=0)
    add(devices, "memballoon", model="none")
    return render(root)


def _add_cpu(root: Element, variant: Variant, kind: str) -> None:
    if kind != "kvm" and variant.mode == "host-passthrough":
        return
    cpu = add(root, "cpu", mode=variant.mode, check="none")
    if variant.model:
        add(cpu, "model", variant.model, fallback="allow")
    for name in variant.disabled:
        add(cpu, "feature", policy="disable", name=name)
