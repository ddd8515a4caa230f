"""Which faults do the versions of a host have that harm machines or their data?

A small table of what is worth an administrator's look; crashes of unused parts are left out.
Distributions mend faults without a new number, which is why the line asks to look.

- `ide-reset`: CVE-2023-5088, "hw/ide: reset: cancel async DMA operation before resetting state",
  in QEMU 8.2.0 and the stable 8.1.3 and 7.2.7.
- `stats-leak`: CVE-2020-12430, memory leak in qemuDomainGetStatsIOThread, mended in libvirt 6.1.0.
- `interfaces`: CVE-2024-8235, crash while interfaces are listed, from libvirt 10.4.0, mended in
  10.7.0.
- `emulated-dirty`: seen in our own lab with QEMU 7.2: guests under emulation that rewrite memory
  fast can panic after a migration.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hosts.models import Host

from .lines import Readiness

Version = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """Versions from `first` up to, but not with, `mended` have it."""

    key: str
    program: str  # libvirt, QEMU
    first: Version
    mended: Version
    title: str | Promise
    source: str
    only_emulated: bool = False


IDE = gettext_lazy("An IDE or SATA disk may lose its first sector when it is reset while busy")
FAULTS = (
    Fault("ide-reset", "QEMU", (5, 0), (7, 2, 7), IDE, "CVE-2023-5088"),
    Fault("ide-reset", "QEMU", (8, 0), (8, 1, 3), IDE, "CVE-2023-5088"),
    Fault(
        "stats-leak",
        "libvirt",
        (4, 10),
        (6, 1),
        gettext_lazy("libvirt loses memory each time that figures are read"),
        "CVE-2020-12430",
    ),
    Fault(
        "interfaces",
        "libvirt",
        (10, 4),
        (10, 7),
        gettext_lazy("libvirt may crash while network cards are listed"),
        "CVE-2024-8235",
    ),
    Fault(
        "emulated-dirty",
        "QEMU",
        (7, 2),
        (7, 3),
        gettext_lazy("Busy machines may crash after a migration, as they are emulated"),
        "QEMU 7.2",
        only_emulated=True,
    ),
)


def known(host: Host) -> Iterator[Readiness]:
    """Say which known faults the host's versions have."""
    there = {
        "libvirt": _numbers(host.libvirt_version),
        "QEMU": _numbers(host.hypervisor_version) if host.hypervisor == "QEMU" else (),
    }
    for fault in FAULTS:
        if fault.only_emulated and host.kvm_works is not False:
            continue
        if (found := there[fault.program]) and fault.first <= found < fault.mended:
            yield Readiness("warn", str(fault.title), _where_mended(fault))


def _where_mended(fault: Fault) -> str:
    mended = ".".join(str(part) for part in fault.mended)
    if fault.only_emulated:
        return _("known of %(source)s without KVM") % {"source": fault.source}
    text = _("%(source)s, mended in %(program)s %(version)s or by the distribution: look")
    return text % {"source": fault.source, "program": fault.program, "version": mended}


def _numbers(version: str) -> Version:
    parts = version.split(".")
    return tuple(int(part) for part in parts) if all(p.isdigit() for p in parts) else ()
