"""What has to be known, and must not be there, before a machine begins to move?"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from hosts.addresses import peer_address_of
from hosts.models import Host
from migration.options import Options
from virt.connection import Hypervisor
from virt.errors import NotFound
from virt.facts.domain import DiskInfo, DomainInfo
from virt.facts.storage import PoolInfo
from virt.hosts import storage
from virt.moving.migration import Move
from vms.operations.target import virsh


@dataclass(frozen=True, slots=True)
class Volume:
    """A disk that is copied: where it is here, and where it will be."""

    target: str
    pool: str
    name: str
    there_pool: str
    there_path: str

    def as_json(self) -> dict[str, str]:
        """Return it as JSON."""
        return {"pool": self.there_pool, "name": self.name, "here": self.pool}


def check_nobody_there(hypervisor: Hypervisor, info: DomainInfo, host: Host) -> None:
    """Refuse where the target knows the UUID or the name: libvirt would overwrite a definition."""
    names = {"name": info.name, "host": host.name}
    try:
        hypervisor.get_domain(info.uuid)
    except NotFound:
        pass
    else:
        text = _("%(host)s has a definition of %(name)s already. Remove that first.")
        raise ActionRefused(text % names, code="uuid-taken")
    if hypervisor.find_domain(info.name) is not None:
        text = _("%(host)s has another machine called %(name)s.")
        raise ActionRefused(text % names, code="name-taken")


def volumes_of(
    hypervisor: Hypervisor, here: Sequence[PoolInfo], info: DomainInfo, options: Options
) -> list[Volume]:
    """Return where the disks that are copied will be. `here` are the source's pools."""
    disks = {disk.target: disk for disk in info.disks}
    there = hypervisor.pools()
    found = []
    for target in options.copy_disks:
        disk = disks.get(target)
        if disk is None or not disk.source or disk.source_kind != "file":
            text = _("%(disk)s cannot be copied to another host: it is no file.")
            raise ActionRefused(text % {"disk": target}, code="disk-unfit")
        pool = _pool_of(here, disk)
        name = options.pools.get(pool, pool)
        place = next((one for one in there if one.name == name), None) or next(
            (one for one in there if one.path == str(PurePosixPath(disk.source).parent)), None
        )
        found.append(_volume(hypervisor, disk, pool, place))
    return found


def _pool_of(pools: Sequence[PoolInfo], disk: DiskInfo) -> str:
    """Return the name of the pool in which a disk is, "" for none; the longest path wins."""
    if disk.pool:
        return disk.pool
    inside = [pool for pool in pools if pool.path and disk.source.startswith(f"{pool.path}/")]
    found = max(inside, key=lambda pool: len(pool.path), default=None)
    return found.name if found is not None else ""


def _volume(hypervisor: Hypervisor, disk: DiskInfo, pool: str, place: PoolInfo | None) -> Volume:
    name = PurePosixPath(disk.source).name
    words = {"pool": place.name if place is not None else pool, "disk": disk.target}
    if place is None or not place.active or not place.path:
        text = _("The target has no running pool called %(pool)s, into which %(disk)s would go.")
        raise ActionRefused(text % words, code="no-pool")
    storage.refresh(hypervisor, place.name)
    try:
        storage.get_volume(hypervisor, place.name, name)
    except NotFound:
        return Volume(disk.target, pool, name, place.name, f"{place.path.rstrip('/')}/{name}")
    text = _("The pool %(pool)s of the target holds a file of the same name as %(disk)s already.")
    raise ActionRefused(text % words, code="volume-there")


def move_of(target: Host, options: Options, volumes: Sequence[Volume]) -> Move:
    """Return the wish in the words of `virt`."""
    try:
        peer = peer_address_of(target)
    except ValueError:
        text = _("It is not known how other hosts reach %(host)s. Name its address for migrations.")
        raise ActionRefused(text % {"host": target.name}, code="no-address") from None
    return Move(
        peer=peer,
        data_host=target.migration_address,
        disks={one.target: one.there_path for one in volumes},
        bandwidth=options.bandwidth,
        auto_converge=options.auto_converge,
        compress=options.compress,
        post_copy=options.post_copy_allowed,
        persistent=options.persistent,
        undefine_source=options.undefine_source,
        tunnelled=options.tunnelled,
        tls=options.tls,
        parallel=options.parallel,
        unsafe=options.unsafe_declared_shared,
    )


def command_of(name: str, move: Move, uri: str, *, is_on: bool) -> str:
    """Return the virsh command that does the same."""
    wanted = {
        "--live": is_on,
        "--offline": not is_on,
        "--p2p": True,
        "--persistent": move.persistent or not is_on,
        "--undefinesource": move.undefine_source,
        "--unsafe": move.unsafe,
        "--auto-converge": is_on and move.auto_converge,
        "--compressed": is_on and move.compress,
        "--postcopy": is_on and move.post_copy,
        "--tunnelled": is_on and move.tunnelled,
        "--tls": is_on and move.tls,
        "--copy-storage-all": is_on and bool(move.disks),
    }
    flags = [flag for flag, is_wanted in wanted.items() if is_wanted]
    if is_on and move.disks:
        flags += ["--migrate-disks", ",".join(sorted(move.disks))]
    if is_on and move.bandwidth is not None:
        flags += ["--bandwidth", str(move.bandwidth)]
    if is_on and move.parallel is not None:
        flags += ["--parallel", "--parallel-connections", str(move.parallel)]
    return virsh("migrate", name, uri, flags=flags)
