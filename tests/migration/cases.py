"""A case in which nothing stands against a migration, to be spoiled by each test in one place."""

from dataclasses import replace
from typing import Any

from migration.checks.case import Case
from migration.options import Options
from virt.facts.network import NetworkInfo
from virt.facts.storage import PoolInfo
from virt.moving.compat import GuestFacts, HostSide
from virt.moving.cpus import CpuFit
from virt.moving.trial import Link
from virt.xml.read_moving import Display, Moving, MovingCard, MovingDisk

GIB = 1024**3
POOL = PoolInfo("p", "fast", "dir", "/srv/vms", active=True, available=500 * GIB)
DISK = MovingDisk("vda", source="/srv/vms/web01.qcow2", cache="none", capacity=20 * GIB)
CARD = MovingCard("52:54:00:00:00:01", "network", "prod")
BRIDGED = NetworkInfo("n", "prod", mode="bridge", active=True)
MACHINE = Moving(
    virt_type="kvm",
    arch="x86_64",
    machine="pc-q35-7.2",
    memory=8 * GIB,
    vcpus=4,
    cpu_mode="custom",
    cpu_model="EPYC-Milan",
    cpu="<cpu/>",
    disks=(DISK,),
    cards=(CARD,),
    displays=(Display("vnc", "127.0.0.1"),),
)
GUEST = GuestFacts("u-1", "web01", is_active=True, is_persistent=True, definition=MACHINE)
SIDE = HostSide(
    libvirt_version="9.0.0",
    hypervisor_version="7.2.0",
    arch="x86_64",
    virt_types=("qemu", "kvm"),
    machine_types=("pc-q35-7.2", "q35"),
    firmwares=("bios", "uefi"),
    tpm=True,
    pools=(POOL,),
    networks=(BRIDGED,),
    links=frozenset({"br0"}),
    found=frozenset({DISK.source}),
    memory=64 * GIB,
    free_memory=40 * GIB,
    cpu_fit=CpuFit("superset"),
)
FITS = Case(
    guest=GUEST,
    source=SIDE,
    target=SIDE,
    options=Options(tls=True),
    shared=frozenset({"/srv/vms"}),
    link=Link(True),
    link_transport="TLS",
    skew=0.0,
    is_read=True,
)


def target(**changes: Any) -> Case:
    """Return the case with another target."""
    return replace(FITS, target=replace(SIDE, **changes))


def guest(**changes: Any) -> Case:
    """Return the case with another guest."""
    return replace(FITS, guest=replace(GUEST, **changes))


def machine(**changes: Any) -> Case:
    """Return the case with a guest of another definition."""
    return guest(definition=replace(MACHINE, **changes))


def disk(**changes: Any) -> Case:
    """Return the case with another disk."""
    return machine(disks=(replace(DISK, **changes),))
