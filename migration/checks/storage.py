"""Would the target have its disks: shared and seen there, or copied into a pool with room?"""

from collections.abc import Iterator

from virt.facts.storage import PoolInfo
from virt.xml.read_moving import MovingDisk

from .case import Case, folder_of, is_shared, pool_of
from .findings import Finding, blocker, passed, warning

SAFE_CACHES = frozenset({"none", "directsync"})
NETWORK_KINDS = frozenset({"network", "nvme", "vhostuser"})


def check(case: Case) -> Iterator[Finding]:
    """Yield what each disk and drive says."""
    drives = [disk for disk in case.guest.definition.disks if disk.source]
    for disk in drives:
        if disk.device in {"cdrom", "floppy"}:
            yield from _medium(case, disk)
        elif disk.kind in NETWORK_KINDS:
            yield passed("disk-network", about=disk.target, disk=disk.target)
        elif disk.target in case.options.copy_disks:
            yield from _copied(case, disk)
        else:
            yield from _left(case, disk)
    yield from _room(case, [disk for disk in drives if disk.target in case.options.copy_disks])


def _medium(case: Case, disk: MovingDisk) -> Iterator[Finding]:
    """A medium is opened by its path at the target: it has to be there, or out of the drive."""
    name = disk.source.rpartition("/")[2]
    if disk.source in case.target.found:
        yield passed("medium", about=disk.target, medium=name)
    elif case.is_read or case.target.pools:
        yield blocker("medium-local", about=disk.target, medium=name, fix="eject")


def _left(case: Case, disk: MovingDisk) -> Iterator[Finding]:
    """Look at a disk that is not copied: only one that is declared shared may stay where it is."""
    if not is_shared(case, disk):
        yield blocker("disk-local", about=disk.target, disk=disk.target)
        return
    pool = _pool_there(case, disk)
    if pool is None or not pool.active:
        yield from _no_pool(case, disk, pool)
        return
    if case.is_read and disk.source not in case.target.found:
        yield blocker("file-missing", about=disk.target, disk=disk.target, pool=pool.name)
        return
    yield passed("disk-shared", about=disk.target, disk=disk.target, pool=pool.name)
    if disk.cache == "unsafe":
        yield blocker("cache-unsafe", about=disk.target, disk=disk.target)
    elif disk.cache not in SAFE_CACHES and case.is_live and not disk.readonly:
        yield warning("cache", about=disk.target, disk=disk.target)


def _copied(case: Case, disk: MovingDisk) -> Iterator[Finding]:
    pool = _pool_there(case, disk)
    if pool is None or not pool.active:
        yield from _no_pool(case, disk, pool)
    elif _path_there(case, disk, pool) in case.target.found:
        yield blocker("file-there", about=disk.target, disk=disk.target, pool=pool.name)
    elif disk.readonly:
        yield warning("disk-readonly", about=disk.target, disk=disk.target)
    else:
        code = "disk-copied" if case.guest.is_active else "disk-carried"
        yield passed(code, about=disk.target, disk=disk.target, pool=pool.name)


def _pool_there(case: Case, disk: MovingDisk) -> PoolInfo | None:
    """Return where the disk would be at the target: in the pool of the mapping, or of its path."""
    here = pool_of(case.source.pools, disk)
    mapped = case.options.pools.get(here.name) if here is not None else None
    if mapped:
        return next((pool for pool in case.target.pools if pool.name == mapped), None)
    if disk.pool:
        return next((pool for pool in case.target.pools if pool.name == disk.pool), None)
    folder = folder_of(disk.source)
    return next((pool for pool in case.target.pools if pool.path == folder), None)


def _path_there(case: Case, disk: MovingDisk, pool: PoolInfo) -> str:
    return f"{pool.path}/{disk.source.rpartition('/')[2]}"


def _no_pool(case: Case, disk: MovingDisk, pool: PoolInfo | None) -> Iterator[Finding]:
    if pool is not None:
        yield blocker(
            "pool-off", about=disk.target, disk=disk.target, pool=pool.name, fix="start-pool"
        )
        return
    here = pool_of(case.source.pools, disk)
    name = here.name if here is not None else disk.pool
    path = here.path if here is not None else folder_of(disk.source)
    can_be_made = here is not None and here.kind == "dir" and _is_free(case, here)
    yield blocker(
        "pool-missing",
        about=disk.target,
        disk=disk.target,
        pool=name,
        path=path,
        fix="make-pool" if can_be_made else "",
    )


def _is_free(case: Case, here: PoolInfo) -> bool:
    return all(pool.name != here.name for pool in case.target.pools)


def _room(case: Case, disks: list[MovingDisk]) -> Iterator[Finding]:
    """Compare what is copied into each pool with what is free in it."""
    needed: dict[str, int] = {}
    pools: dict[str, PoolInfo] = {}
    for disk in disks:
        pool = _pool_there(case, disk)
        if pool is not None and pool.active and disk.capacity:
            pools[pool.name] = pool
            needed[pool.name] = needed.get(pool.name, 0) + disk.capacity
    for name, amount in needed.items():
        free = pools[name].available
        if free < amount:
            yield blocker("pool-full", about=name, pool=name, needed=amount, free=free)
        else:
            yield passed("room", about=name, pool=name, free=free)
