"""How would a machine move unless somebody wishes otherwise: what is copied, and where to?"""

from migration.options import Options
from virt.facts.storage import PoolInfo
from virt.moving.compat import GuestFacts, HostSide
from virt.xml.read_moving import MovingDisk

from .case import folder_of, pool_of
from .storage import NETWORK_KINDS


def propose(
    guest: GuestFacts, source: HostSide, target: HostSide, shared: frozenset[str]
) -> Options:
    """Return options by which only those disks are copied that the target does not see."""
    disks = [disk for disk in guest.definition.disks if _is_own_disk(disk)]
    common = [disk for disk in disks if any(disk.source.startswith(f"{one}/") for one in shared)]
    copied = [disk for disk in disks if disk not in common]
    return Options(
        live=guest.is_active,
        copy_disks=tuple(disk.target for disk in copied),
        pools=_mapping(copied, source, target),
        unsafe_declared_shared=bool(common),
    )


def _is_own_disk(disk: MovingDisk) -> bool:
    return bool(disk.source) and disk.device in {"disk", "lun"} and disk.kind not in NETWORK_KINDS


def _mapping(disks: list[MovingDisk], source: HostSide, target: HostSide) -> dict[str, str]:
    """Map each pool here to the one there of its path, else of its name."""
    found = {}
    for disk in disks:
        here = pool_of(source.pools, disk)
        there = _counterpart(here, disk, target)
        if here is not None and there is not None:
            found[here.name] = there.name
    return found


def _counterpart(here: PoolInfo | None, disk: MovingDisk, target: HostSide) -> PoolInfo | None:
    folder = here.path if here is not None else folder_of(disk.source)
    by_path = [pool for pool in target.pools if pool.path and pool.path == folder]
    by_name = [pool for pool in target.pools if here is not None and pool.name == here.name]
    candidates = by_path + by_name
    return next((pool for pool in candidates if pool.active), None) or next(iter(candidates), None)
