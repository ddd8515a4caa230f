"""What else is on a host: pools, volumes, networks and devices.

Called inside a connection's call slot.
"""

from typing import Any

from virt.errors import NotFound
from virt.listing import skipping
from virt.types import DeviceInfo, NetworkInfo, PoolInfo, VolumeInfo
from virt.xml import read_host, read_storage


def pools(raw: Any) -> list[PoolInfo]:
    """Return the storage pools."""
    found: list[PoolInfo] = []
    for pool in raw.listAllStoragePools(0):
        with skipping(NotFound):
            found.append(pool_info(pool))
    return found


def pool_info(pool: Any) -> PoolInfo:
    """Return one pool."""
    said = read_storage.pool(pool.XMLDesc(0))
    return PoolInfo(
        uuid=pool.UUIDString(),
        name=pool.name(),
        kind=said.kind,
        path=said.path,
        active=bool(pool.isActive()),
        autostart=bool(pool.autostart()),
        capacity=said.capacity,
        allocation=said.allocation,
        available=said.available,
        persistent=bool(pool.isPersistent()),
    )


def volumes(raw: Any, name: str) -> list[VolumeInfo]:
    """Return the volumes of a pool."""
    pool = raw.storagePoolLookupByName(name)
    if not pool.isActive():
        return []
    found: list[VolumeInfo] = []
    for volume in pool.listAllVolumes(0):
        with skipping(NotFound):
            found.append(volume_info(name, volume))
    return found


def volume_info(pool_name: str, volume: Any) -> VolumeInfo:
    """Return one volume."""
    said = read_storage.volume(volume.XMLDesc(0))
    return VolumeInfo(
        pool=pool_name,
        name=volume.name(),
        key=volume.key(),
        path=volume.path(),
        format=said.format,
        capacity=said.capacity,
        allocation=said.allocation,
        backing_path=said.backing_path,
    )


def networks(raw: Any) -> list[NetworkInfo]:
    """Return the virtual networks."""
    found: list[NetworkInfo] = []
    for network in raw.listAllNetworks(0):
        with skipping(NotFound):
            found.append(network_info(network))
    return found


def network_info(network: Any) -> NetworkInfo:
    """Return one network."""
    said = read_storage.network(network.XMLDesc(0))
    return NetworkInfo(
        uuid=network.UUIDString(),
        name=network.name(),
        mode=said.mode,
        bridge=said.bridge,
        active=bool(network.isActive()),
        autostart=bool(network.autostart()),
        cidrs=said.cidrs,
        dhcp=said.dhcp,
        domain=said.domain,
        persistent=bool(network.isPersistent()),
    )


def devices(raw: Any) -> list[DeviceInfo]:
    """Return the host's devices."""
    found: list[DeviceInfo] = []
    for device in raw.listAllDevices(0):
        with skipping(NotFound):
            info = read_host.device(device.XMLDesc(0))
            if info is not None:
                found.append(info)
    return found
