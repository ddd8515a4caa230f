"""What else is on a host: pools, volumes, networks and devices.

Called inside a connection's call slot.
"""

from dataclasses import replace
from typing import Any

import libvirt

from virt.errors import NotFound, Unsupported, WrongState
from virt.facts.host import DeviceInfo
from virt.facts.network import LeaseInfo, NetworkInfo
from virt.facts.storage import PoolInfo, VolumeInfo
from virt.hosts.listing import skipping
from virt.xml import read_host, read_storage

MOST_LEASES = 5000  # of one network
LONGEST_NAME = 64  # of what a guest says it is called


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


def networks(raw: Any, *, with_leases: bool = False) -> list[NetworkInfo]:
    """Return the virtual networks."""
    found: list[NetworkInfo] = []
    for network in raw.listAllNetworks(0):
        with skipping(NotFound):
            info = network_info(network)
            if with_leases and info.dhcp and info.active:
                info = replace(info, leases=leases_of(network))
            found.append(info)
    return found


def leases_of(network: Any) -> tuple[LeaseInfo, ...]:
    """Return the IPv4 addresses that an active network has lent and that have not run out."""
    with skipping(Unsupported, WrongState):
        said = network.DHCPLeases()[:MOST_LEASES]
        found = [_lease(one) for one in said if one["type"] == libvirt.VIR_IP_ADDR_TYPE_IPV4]
        return tuple(sorted(found, key=lambda lease: (lease.mac, lease.address)))
    return ()


def _lease(said: dict[str, Any]) -> LeaseInfo:
    hostname = str(said.get("hostname") or "")[:LONGEST_NAME]
    return LeaseInfo(
        (said.get("mac") or "").lower(), said["ipaddr"], hostname, int(said["expirytime"])
    )


def network_info(network: Any) -> NetworkInfo:
    """Return one network, without its leases."""
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
        gateways=said.gateways,
        fixed=said.fixed,
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
