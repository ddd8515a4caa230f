"""What is a new machine made of, on the host where it will live? Pool, disk, definition."""

import ipaddress
import secrets
import socket
import string
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from hosts.models import Host, Transport
from virt.connection import Hypervisor
from virt.facts.storage import PoolInfo
from virt.hosts import storage
from virt.specs import DiskSpec, DomainSpec, GraphicsSpec, NicSpec
from vms.making.choices import NO_NETWORK
from vms.making.processors import common_processor
from vms.models import VM
from vms.services.wishes import Wish

FILE_POOLS = frozenset({"dir", "fs", "netfs"})
OWN_POOL = "guesthouse"
IMAGES = "/var/lib/libvirt/images"
PASSWORD_LENGTH = 8  # libvirt takes no longer one for VNC
ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Media:
    """The files of a new machine: its disk, and a medium to boot from."""

    disk: str
    disk_format: str
    iso: str = ""


def choose_pool(hypervisor: Hypervisor, host: Host) -> PoolInfo:
    """Return the pool for new disks: `default`, else the active one with most room.

    A host without any gets one.
    """
    pools = [pool for pool in hypervisor.pools() if pool.kind in FILE_POOLS]
    active = [pool for pool in pools if pool.active]
    for name in ("default", OWN_POOL):
        for pool in active:
            if pool.name == name:
                return pool
    if active:
        return max(active, key=lambda pool: pool.available)
    for pool in pools:
        if pool.name in {"default", OWN_POOL}:
            storage.start_pool(hypervisor, pool.name)
            return pool
    return storage.create_dir_pool(hypervisor, OWN_POOL, _folder(host))


def _folder(host: Host) -> str:
    """Return where the new pool is; a session's libvirt writes only in its person's home."""
    if host.transport == Transport.SESSION:
        return str(Path.home() / ".local/share/libvirt/images")
    return IMAGES


def volume_name(vm: VM, disk_format: str) -> str:
    """Return the name of a machine's first volume: the server's, never a person's."""
    return f"guesthouse-{vm.uuid.hex[:16]}.{disk_format}"


def iso_path(hypervisor: Hypervisor, wish: Wish) -> str:
    """Return where the wished medium is on the host, or "" when none is wished."""
    return volume_path(hypervisor, *wish.iso) if wish.iso else ""


def volume_path(hypervisor: Hypervisor, pool: str, name: str) -> str:
    """Return where a volume is on the host. Raises ActionRefused (not-found)."""
    for volume in hypervisor.volumes(pool):
        if volume.name == name:
            return volume.path
    raise ActionRefused(
        _("%(name)s is no longer in the pool %(pool)s.") % {"name": name, "pool": pool},
        code="not-found",
    )


def domain_spec(vm: VM, wish: Wish, media: Media, os_id: str = "") -> DomainSpec:
    """Return the wish for the domain: a modern PC that this host can run."""
    host = vm.host
    disks = [DiskSpec(path=media.disk, format=media.disk_format)]
    if media.iso:
        disks.append(DiskSpec(path=media.iso, format="raw", device="cdrom", readonly=True))
    is_test = host.transport == Transport.TEST
    has_kvm = host.kvm_works is True
    virt_type = "test" if is_test else ("kvm" if has_kvm else "qemu")
    return DomainSpec(
        name=vm.name,
        uuid=str(vm.uuid),
        vcpus=wish.vcpus,
        memory=wish.memory,
        disks=tuple(disks),
        nics=() if wish.network == NO_NETWORK else (NicSpec(network=wish.network),),
        firmware=wish.firmware,
        tpm=wish.tpm,
        **_displays(wish, host),
        virt_type=virt_type,
        cpu_xml="" if is_test else common_processor(host, virt_type),
        cpu_mode=host.kvm_cpu_mode if has_kvm else "",
        cpu_model=host.kvm_cpu_model if has_kvm else "",
        cpu_disabled_features=tuple(host.kvm_disabled_features) if has_kvm else (),
        os_id=os_id,
        serial=not is_test,
        agent=not is_test,
        rng=not is_test,
        video="vga",
    )


def _displays(wish: Wish, host: Host) -> dict[str, Any]:
    """Return the display or both, and by which the clipboard goes: by SPICE where there is one."""
    if host.transport == Transport.TEST:
        return {"graphics": None}
    first = display_for(host)
    spice = replace(display_for(host), kind="spice")
    return {
        "graphics": spice if wish.display == "spice" else first,
        "second": spice if wish.display == "both" else None,
        "clipboard": ("vnc" if wish.display == "vnc" else "spice") if wish.clipboard else "",
    }


def display_for(host: Host) -> GraphicsSpec:
    """Return the display by how the console reaches it.

    On this machine it needs no listener at all; over SSH a Unix socket behind the tunnel. Without
    a tunnel it has to listen on the host's address, and then has a password of its own.
    """
    if host.transport in {Transport.LOCAL, Transport.SESSION}:
        return GraphicsSpec(listen="none")
    if host.transport == Transport.SSH:
        return GraphicsSpec(listen="socket")
    password = "".join(secrets.choice(ALPHABET) for _sign in range(PASSWORD_LENGTH))
    return GraphicsSpec(listen="address", address=_address(host.hostname), password=password)


def _address(hostname: str) -> str:
    """Return the IP address that a host's name stands for."""
    try:
        return str(ipaddress.ip_address(hostname))
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(hostname, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ActionRefused(
            _("The address of %(name)s is not known.") % {"name": hostname}, code="no-name"
        ) from error
    return str(found[0][4][0])
