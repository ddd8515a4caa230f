"""What is known of a machine, its host and a host to which it might go, and what would be done?"""

from dataclasses import dataclass

from migration.options import Options
from virt.facts.network import NetworkInfo
from virt.facts.storage import PoolInfo
from virt.moving.compat import GuestFacts, HostSide
from virt.moving.trial import Link
from virt.xml.read_moving import MovingDisk


@dataclass(frozen=True, slots=True)
class Case:
    """One machine and one target. `shared` are the paths of pools that are declared shared on both.

    `is_read` says that both hosts were asked just now; otherwise it is what our rows say, and what
    they do not say is left out, not guessed. `skew`: seconds by which the target's clock is ahead.
    """

    guest: GuestFacts
    source: HostSide
    target: HostSide
    options: Options
    shared: frozenset[str] = frozenset()
    refused_networks: frozenset[str] = frozenset()
    kvm_works: bool | None = None
    link: Link | None = None
    link_transport: str = ""
    is_port_open: bool | None = None
    skew: float | None = None
    is_read: bool = False

    @property
    def is_live(self) -> bool:
        """Whether it runs and stays running meanwhile."""
        return self.guest.is_active and self.options.live


def folder_of(path: str) -> str:
    """Return the folder of a path."""
    return path.rpartition("/")[0]


def pool_of(pools: tuple[PoolInfo, ...], disk: MovingDisk) -> PoolInfo | None:
    """Return the pool in which a disk is, by its name or its folder; the longest path wins."""
    if disk.pool:
        return next((pool for pool in pools if pool.name == disk.pool), None)
    inside = [pool for pool in pools if pool.path and disk.source.startswith(f"{pool.path}/")]
    return max(inside, key=lambda pool: len(pool.path), default=None)


def network_of(networks: tuple[NetworkInfo, ...], name: str) -> NetworkInfo | None:
    """Return a network by its name."""
    return next((network for network in networks if network.name == name), None)


def is_shared(case: Case, disk: MovingDisk) -> bool:
    """Say whether an administrator declared the disk's pool shared on both hosts."""
    return any(disk.source.startswith(f"{path}/") for path in case.shared)
