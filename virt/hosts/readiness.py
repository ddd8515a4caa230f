"""How ready is a host for machines? What libvirt tells, and on this machine what the system tells.

Nothing is changed but one volume of 4 KiB, which tells the host's time and is removed at once.
"""

import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from virt.connection import Hypervisor, connect
from virt.errors import AccessDenied, HostUnreachable, Unreachable, VirtError
from virt.hosts import storage
from virt.hosts.validate import ValidateLine, read_lines
from virt.reaching.certificates import first_end
from virt.reaching.reach import cause_of
from virt.specs import VolumeSpec
from virt.uri import HostAddress, Transport
from virt.xml import read_readiness

CLOCK_PREFIX = "guesthouse-clock-"
CLOCK_BYTES = 4096
MIGRATION_PORT = 49152  # the first that QEMU listens on for a guest that comes
PORT_SECONDS = 2.0
PLAIN_SECONDS = 4.0
VALIDATE_SECONDS = 20.0
Port = Literal["", "free", "blocked"]
Plain = Literal["", "closed", "asks", "open"]


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found; None and "" is what could not be found out.

    `plain` is libvirt's port without TLS, beside the one that is used: closed, asking who comes, or
    open to everybody.

    `clock_ms` is how far the host's clock is ahead of ours, give or take `clock_within_ms`.
    """

    iommu: bool | None = None
    nested: bool | None = None
    clock_ms: int | None = None
    clock_within_ms: int = 0
    certificate_ends: datetime | None = None
    port: Port = ""
    plain: Plain = ""
    validate: tuple[ValidateLine, ...] = field(default=())


def examine(hypervisor: Hypervisor) -> Findings:
    """Find out what can be found out. Raises HostUnreachable only."""
    iommu, nested = _told(hypervisor)
    clock, within = _clock(hypervisor)
    addr = hypervisor.addr
    return Findings(
        iommu=iommu,
        nested=nested,
        clock_ms=clock,
        clock_within_ms=within,
        certificate_ends=first_end(addr) if addr.transport is Transport.TLS else None,
        port=_port(addr),
        plain=_plain(addr),
        validate=_validate(addr),
    )


def _told(hypervisor: Hypervisor) -> tuple[bool | None, bool | None]:
    """Ask libvirt for IOMMU and nesting."""
    raw = hypervisor.raw
    iommu = nested = None
    with _silent(), hypervisor.calling():
        iommu = read_readiness.has_iommu(raw.getCapabilities())
    with _silent(), hypervisor.calling():
        nested = read_readiness.can_nest(raw.getDomainCapabilities(None, None, None, "kvm", 0))
    return iommu, nested


def _clock(hypervisor: Hypervisor) -> tuple[int | None, int]:
    """Return how many milliseconds the host's clock is ahead, and how sure that is.

    libvirt has no call for the time; a new file in a pool of the host's own has one.
    """
    name = CLOCK_PREFIX + secrets.token_hex(4)
    for pool in hypervisor.pools():
        if not pool.active or pool.kind not in {"dir", "fs"} or pool.available < CLOCK_BYTES:
            continue
        with _silent():
            return _time_of_volume(hypervisor, pool.name, name)
    return None, 0


def _time_of_volume(hypervisor: Hypervisor, pool: str, name: str) -> tuple[int | None, int]:
    before = time.time()
    storage.create_volume(hypervisor, pool, VolumeSpec(name, CLOCK_BYTES, format="raw"))
    after = time.time()
    try:
        with hypervisor.calling():
            holder = hypervisor.raw.storagePoolLookupByName(pool)
            written = read_readiness.changed_at(holder.storageVolLookupByName(name).XMLDesc(0))
    finally:
        with suppress(VirtError):
            storage.delete_volume(hypervisor, pool, name)
    if written is None:
        return None, 0
    half = (after - before) / 2
    return round((written - (before + half)) * 1000), round(half * 1000) + 1


def _port(addr: HostAddress) -> Port:
    """Say whether a migration's port lets us through: a refusal is as good as an answer."""
    if not addr.transport.is_network:
        return ""
    try:
        with socket.create_connection((addr.hostname, MIGRATION_PORT), PORT_SECONDS):
            return "free"
    except OSError as error:
        cause = cause_of(error)
    if cause is Unreachable.REFUSED:
        return "free"
    return "blocked" if cause in {Unreachable.TIMEOUT, Unreachable.NO_ROUTE} else ""


def _plain(addr: HostAddress) -> Plain:
    """Say whether libvirt's port without TLS is open as well, and to whoever comes."""
    if not addr.transport.is_network or addr.transport is Transport.TCP:
        return ""
    other = HostAddress(Transport.TCP, hostname=addr.hostname)
    try:
        connect(other, timeout=PLAIN_SECONDS).close()
    except AccessDenied:
        return "asks"
    except HostUnreachable as error:
        shut = {Unreachable.REFUSED, Unreachable.TIMEOUT, Unreachable.NO_ROUTE}
        return "closed" if error.cause in shut else ""
    except VirtError:
        return ""
    return "open"


def _validate(addr: HostAddress) -> tuple[ValidateLine, ...]:
    """Run virt-host-validate where the host is this machine."""
    if addr.transport not in {Transport.LOCAL, Transport.SESSION}:
        return ()
    try:
        done = subprocess.run(
            ["virt-host-validate", "qemu"],
            capture_output=True,
            text=True,
            timeout=VALIDATE_SECONDS,
            env={"LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return read_lines(done.stdout)


@contextmanager
def _silent() -> Iterator[None]:
    """Leave out what a host cannot tell; that it is lost is not left out."""
    try:
        yield
    except HostUnreachable:
        raise
    except VirtError:
        return
