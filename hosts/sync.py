"""Are the rows of a host equal to what was read? Writes only what differs."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model, QuerySet

from hosts.models import Host, HostDevice, Network, StoragePool, Volume
from virt.facts.host import DeviceInfo, HostInfo, NumaCell
from virt.facts.network import NetworkInfo
from virt.facts.storage import PoolInfo, VolumeInfo

Fields = Mapping[str, Any]


def update_host(host: Host, **fields: Any) -> bool:
    """Write those `fields` that differ, to the row and to `host`; say whether any did."""
    changed = {name: value for name, value in fields.items() if getattr(host, name) != value}
    if not changed:
        return False
    for name, value in changed.items():
        setattr(host, name, value)
    Host.objects.filter(pk=host.pk).update(**changed)
    return True


def apply_inventory(host: Host, info: HostInfo) -> bool:
    """Take over what the host is and offers."""
    return update_host(
        host,
        uuid=_uuid(info.uuid),
        system_name=info.hostname[:255],
        arch=info.arch[:20],
        libvirt_version=info.libvirt_version[:20],
        hypervisor=info.hypervisor[:20],
        hypervisor_version=info.hypervisor_version[:20],
        cpu_model=info.cpu_model[:120],
        cpu_vendor=info.cpu_vendor[:40],
        sockets=info.sockets,
        cores=info.cores,
        threads=info.threads,
        cpus=info.cpus,
        memory=info.memory,
        numa=[_cell(cell) for cell in info.numa],
        capabilities={
            "machine_types": list(info.machine_types),
            "domain_types": list(info.domain_types),
            "firmwares": list(info.firmwares),
            "tpm": info.tpm,
            "spice": info.spice,
            "mhz": info.mhz,
            "security": {"models": list(info.security_models), "user": info.guest_user},
        },
    )


def _cell(cell: NumaCell) -> dict[str, Any]:
    cores = [list(core) for core in cell.cores]
    return {"id": cell.id, "memory": cell.memory, "cpus": list(cell.cpus), "cores": cores}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def mirror_rows(rows: QuerySet[Any], key: str, facts: Mapping[Any, Fields], **fixed: Any) -> bool:
    """Make `rows` equal to `facts`, told apart by the field `key`; say if any differed."""
    model: type[Model] = rows.model
    have = {getattr(row, key): row for row in rows}
    gone = [row.pk for value, row in have.items() if value not in facts]
    new, changed, names = [], [], set[str]()
    for value, fields in facts.items():
        row = have.get(value)
        if row is None:
            new.append(model(**{key: value}, **fields, **fixed))
            continue
        different = [name for name, fact in fields.items() if getattr(row, name) != fact]
        for name in different:
            setattr(row, name, fields[name])
        if different:
            changed.append(row)
            names.update(different)
    if not (gone or new or changed):
        return False
    with transaction.atomic():
        model._default_manager.filter(pk__in=gone).delete()
        model._default_manager.bulk_create(new, batch_size=200)
        if changed:
            model._default_manager.bulk_update(changed, sorted(names), batch_size=200)
    return True


def apply_pools(host: Host, pools: Iterable[PoolInfo]) -> bool:
    """Make the pools of `host` equal to `pools`."""
    facts = {
        _uuid(pool.uuid): {
            "name": pool.name[:255],
            "kind": pool.kind[:20],
            "path": pool.path[:4096],
            "active": pool.active,
            "autostart": pool.autostart,
            "capacity": pool.capacity,
            "allocation": pool.allocation,
            "available": pool.available,
        }
        for pool in pools
    }
    return mirror_rows(StoragePool.objects.filter(host=host), "uuid", facts, host_id=host.pk)


def apply_volumes(host: Host, pool_name: str, volumes: Iterable[VolumeInfo]) -> bool:
    """Make the volumes of one pool equal to `volumes`."""
    pool = StoragePool.objects.filter(host=host, name=pool_name).first()
    if pool is None:
        return False
    facts = {
        volume.name[:255]: {
            "key": volume.key[:4096],
            "path": volume.path[:4096],
            "format": volume.format[:20],
            "capacity": volume.capacity,
            "allocation": volume.allocation,
        }
        for volume in volumes
    }
    return mirror_rows(Volume.objects.filter(pool=pool), "name", facts, pool_id=pool.pk)


def apply_networks(host: Host, networks: Iterable[NetworkInfo]) -> bool:
    """Make the networks of `host` equal to `networks`."""
    facts = {
        _uuid(network.uuid): {
            "name": network.name[:255],
            "mode": network.mode[:20],
            "bridge": network.bridge[:40],
            "active": network.active,
            "autostart": network.autostart,
            "cidrs": list(network.cidrs),
            "dhcp": network.dhcp,
            "gateways": list(network.gateways),
            "fixed": [asdict(one) for one in network.fixed],
            "leases": [asdict(one) for one in network.leases],
        }
        for network in networks
    }
    rows = Network.objects.filter(host=host)
    # A team's own network stays the team's, even while the host does not show it.
    hidden = rows.exclude(team=None, owner=None).exclude(uuid__in=[uuid for uuid in facts if uuid])
    is_hiding = bool(hidden.filter(active=True).update(active=False))
    rows = rows.exclude(pk__in=list(hidden.values_list("pk", flat=True)))
    return mirror_rows(rows, "uuid", facts, host_id=host.pk) or is_hiding


def apply_devices(host: Host, devices: Iterable[DeviceInfo]) -> bool:
    """Make the devices of `host` equal to `devices`."""
    facts = {
        device.name[:255]: {
            "kind": device.kind[:20],
            "label": device.label[:255],
            "vendor": device.vendor[:255],
            "product": device.product[:255],
            "driver": device.driver[:80],
            "address": device.address[:80],
            "iommu_group": device.iommu_group,
        }
        for device in devices
    }
    return mirror_rows(HostDevice.objects.filter(host=host), "name", facts, host_id=host.pk)
