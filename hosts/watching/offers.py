"""What does a host offer beside guests: pools with volumes, networks, devices; read at the side."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hosts.facts import announce_inventory
from hosts.models import Host
from hosts.sync import apply_devices, apply_networks, apply_pools, apply_volumes
from hosts.watching.report import report_reached
from hosts.watching.side import Side
from virt.connection import Hypervisor
from virt.errors import HostUnreachable, VirtError
from virt.facts.storage import PoolInfo, VolumeInfo

EVERY = {"storage": 60.0, "networks": 60.0, "devices": 600.0}
AGAIN_AFTER_FAILURE = 10.0
SHORTEST_WAIT = 0.25
BUSY_WAIT = 5.0  # the end of what is going on is told anyway


@dataclass(slots=True)
class Storage:
    """The pools, and the volumes of those pools whose contents were read."""

    pools: list[PoolInfo]
    volumes: dict[str, list[VolumeInfo]] = field(default_factory=dict)


class Offers:
    """Keep pools, networks and devices of one host equal to what it says."""

    def __init__(self, host: Host, side: Side) -> None:
        self._host = host
        self._side = side
        self._due = dict.fromkeys(EVERY, 0.0)
        self._pools: dict[str, PoolInfo] = {}
        self._with_volumes = True
        self.takers: dict[str, Callable[[Any], None]] = {
            "storage": self._take_storage,
            "networks": lambda found: self._tell(apply_networks(self._host, found)),
            "devices": lambda found: self._tell(apply_devices(self._host, found)),
        }

    def touch(self, name: str, *, with_volumes: bool = False) -> None:
        """Read one kind again at once."""
        self._due[name] = 0.0
        self._with_volumes = self._with_volumes or with_volumes

    def touch_all(self, *, with_volumes: bool) -> None:
        """Read pools and networks again, and devices too after somebody asked."""
        for name in EVERY if with_volumes else ("storage", "networks"):
            self.touch(name, with_volumes=with_volumes)

    def failed(self, name: str) -> None:
        """Try one kind again in a moment."""
        self._due[name] = time.monotonic() + AGAIN_AFTER_FAILURE

    def next_due(self) -> float:
        """Return when (monotonic) the next reading is due; at least a moment away."""
        wait = SHORTEST_WAIT if self._side.is_free("storage") else BUSY_WAIT
        return max(min(self._due.values()), time.monotonic() + wait)

    def start_if_due(self) -> None:
        """Begin what is due."""
        works: dict[str, Callable[[Hypervisor], Any]] = {
            "storage": self._storage_work(),
            "networks": lambda hypervisor: hypervisor.networks(with_leases=True),
            "devices": Hypervisor.devices,
        }
        for name, due in self._due.items():
            if due <= time.monotonic() and self._side.start(name, works[name]):
                self._due[name] = time.monotonic() + EVERY[name]
                self._with_volumes = self._with_volumes and name != "storage"

    def _storage_work(self) -> Callable[[Hypervisor], Storage]:
        known = {} if self._with_volumes else dict(self._pools)
        return lambda hypervisor: _read_storage(hypervisor, known)

    def _take_storage(self, found: Storage) -> None:
        self._pools = {pool.name: pool for pool in found.pools}
        changed = [apply_pools(self._host, found.pools)]
        for name, volumes in found.volumes.items():
            changed.append(apply_volumes(self._host, name, volumes))
        self._tell(any(changed))

    def _tell(self, is_changed: bool) -> None:
        """Have open pages fetch the host again when something differs."""
        if is_changed:
            report_reached(self._host)
            announce_inventory(self._host)


def _read_storage(hypervisor: Hypervisor, known: dict[str, PoolInfo]) -> Storage:
    """Read the pools, and the volumes of those that differ from `known`."""
    storage = Storage(hypervisor.pools())
    for pool in storage.pools:
        if known.get(pool.name) == pool:
            continue
        try:
            storage.volumes[pool.name] = hypervisor.volumes(pool.name)
        except HostUnreachable:
            raise
        except VirtError:
            continue
    return storage
