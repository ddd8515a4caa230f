"""Rows for tests: hosts and machines with believable facts, made by hand."""

import itertools
import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from hosts.models import Host, HostState, Transport
from vms.models import VM, Tag
from vms.states import VMState

GIB = 1024**3
_numbers = itertools.count(1)


def make_host(name: str = "", **fields: Any) -> Host:
    """Make an online host with 16 CPUs and 64 GiB."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "transport": Transport.SSH,
        "hostname": f"host{number}.example.net",
        "state": HostState.ONLINE,
        "last_seen": timezone.now(),
        "uuid": uuid.uuid4(),
        "arch": "x86_64",
        "libvirt_version": "9.0.0",
        "cpus": 16,
        "memory": 64 * GIB,
        "cpu_percent": 37.0,
        "memory_used": 24 * GIB,
        "capabilities": {
            "machine_types": ["q35", "pc"],
            "domain_types": ["kvm", "qemu"],
            "firmwares": ["bios", "uefi"],
            "tpm": True,
        },
        "kvm_works": True,
    }
    return Host.objects.create(name=name or f"host{number}", **defaults | fields)


def make_vm(name: str = "", *, tags: tuple[str, ...] = (), **fields: Any) -> VM:
    """Make a machine; running, on a host of its own unless one is given."""
    vm = build_vm(name, **fields)
    vm.save()
    vm.tags.set(Tag.objects.get_or_create(name=tag)[0] for tag in tags)
    return vm


def build_vm(name: str = "", **fields: Any) -> VM:
    """Build the row of a machine without saving it, for `bulk_create`."""
    number = next(_numbers)
    state = fields.get("state", VMState.RUNNING)
    is_on = state not in {VMState.OFF, VMState.SAVED, VMState.CRASHED}
    name = name or f"machine-{number:05d}"
    since = timezone.now() - timedelta(minutes=number)
    defaults: dict[str, Any] = {
        "uuid": uuid.uuid4(),
        "state": state,
        "state_since": since,
        "started_at": since if is_on else None,
        "domain_id": number if is_on else None,
        "vcpus": 2,
        "memory": 4 * GIB,
        "arch": "x86_64",
        "machine_type": "pc-q35-7.2",
        "firmware": "uefi",
        "virt_type": "kvm",
        "cpu_mode": "host-model",
        "cpu_percent": float(number % 97) if is_on else None,
        "memory_used": GIB if is_on else None,
        "address": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
        "disks": [disk(name)],
        "nics": [nic(number)],
        "graphics": [
            {"kind": "vnc", "listen": "socket", "address": "", "port": None, "socket": "/run/vnc"},
        ],
    }
    if "host" not in fields and "host_id" not in fields:
        fields["host"] = make_host()
    return VM(name=name, **defaults | fields)


def disk(name: str, target: str = "vda") -> dict[str, Any]:
    """Return a mirrored disk of 20 GiB with 5 GiB in use."""
    return {
        "target": target,
        "bus": "virtio",
        "device": "disk",
        "source": f"/srv/pool/{name}-{target}.qcow2",
        "source_kind": "file",
        "pool": "default",
        "volume": f"{name}-{target}.qcow2",
        "format": "qcow2",
        "capacity": 20 * GIB,
        "allocation": 5 * GIB,
        "readonly": False,
    }


def nic(number: int) -> dict[str, Any]:
    """Return a mirrored network card on the default network."""
    return {
        "mac": f"52:54:00:{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}",
        "kind": "network",
        "source": "default",
        "model": "virtio",
        "link_up": True,
        "target": f"vnet{number}",
    }
