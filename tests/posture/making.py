"""Machines and hosts with something to find, and what was found of them."""

from typing import Any

from hosts.models import Host
from posture.judging import hosts, machines
from posture.judging.verdicts import Verdict
from tests.factories import make_host, make_vm
from vms.models import VM

CONFINED = {"models": ["apparmor", "dac"], "user": "+64055:+64055"}
LABELS = [
    {"model": "apparmor", "kind": "dynamic", "label": "libvirt-1"},
    {"model": "dac", "kind": "dynamic", "label": "+64055:+64055"},
]
NOTHING: dict[str, Any] = {
    "labels": LABELS,
    "displays": [],
    "disks": [],
    "devices": [],
    "folders": [],
    "arguments": 0,
}


def good_host(name: str = "", *, security: dict[str, Any] | None = None, **fields: Any) -> Host:
    """Make a host of which every check holds."""
    host = make_host(
        name,
        **{
            "host_key": "ssh-ed25519 AAAA",
            "findings": {"plain": "closed", "clock_ms": 3, "clock_within_ms": 2},
            **fields,
        },
    )
    host.capabilities = host.capabilities | {"security": security or CONFINED}
    host.save()
    return host


def good_vm(name: str = "", *, fences: dict[str, Any] | None = None, **fields: Any) -> VM:
    """Make a machine of which every check but advice and the backup holds."""
    host = fields.pop("host", None) or good_host()
    return make_vm(name, host=host, fences=NOTHING | (fences or {}), **fields)


def display(kind: str = "vnc", address: str = "0.0.0.0", **fields: Any) -> dict[str, Any]:
    """Return a display that listens."""
    facts = {"kind": kind, "listen": "address", "address": address, "port": 5900, "socket": ""}
    return facts | fields


def lock(*, password: bool | None = False, tls: bool = False) -> dict[str, Any]:
    """Return how a display is locked."""
    return {"has_password": password, "has_tls": tls}


def of_vm(vm: VM) -> dict[str, Verdict]:
    """Judge a machine."""
    vm = VM.objects.select_related("host").get(pk=vm.pk)
    return {one.key: one for one in machines.verdicts(vm, machines.around([vm]))}


def of_host(host: Host) -> dict[str, Verdict]:
    """Judge a host."""
    return {one.key: one for one in hosts.verdicts(host)}


def bad(found: dict[str, Verdict]) -> dict[str, tuple[str, ...]]:
    """Return what does not hold, with its evidence."""
    return {key: one.evidence for key, one in found.items() if one.state == "bad"}


def unknown(found: dict[str, Verdict]) -> set[str]:
    """Return what could not be said."""
    return {key for key, one in found.items() if one.state == "unknown"}


def open_vm(name: str = "", **fields: Any) -> VM:
    """Make a machine whose display is open to the network."""
    return good_vm(
        name,
        **{"graphics": [display()], "fences": {"displays": [lock()]}, **fields},
    )
