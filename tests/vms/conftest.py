"""What the tests of machines share: a host, guests as libvirt describes them, live messages."""

import uuid as uuids
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import jobs.tasks  # noqa: F401 - jobs run in place, so their task has to be known
from hosts.models import Host
from launcher.tiny import build_tiny_image
from tests.factories import make_host
from tests.lab import Lab, LabHost
from virt import pool
from virt.facts.domain import DiskInfo, DomainInfo, DomainState, NicInfo
from vms.sync.rows import Mirror

from .lab import bases, domains, register, volumes

GIB = 1024**3


@pytest.fixture
def host(db: None) -> Host:
    """An online host."""
    return make_host("kvm-01")


@pytest.fixture
def mirror(db: None) -> Mirror:
    """What the watcher talks to."""
    return Mirror()


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Collect what is announced, at once, in order."""
    messages: list[dict[str, Any]] = []
    for module in ("vms.sync.rows", "vms.sync.sampling", "vms.announcing"):
        monkeypatch.setattr(
            f"{module}.announce_many", lambda changes, **_how: messages.extend(changes)
        )
    monkeypatch.setattr(
        "vms.announcing.announce",
        lambda kind, pk, rev, facts, audiences: messages.append(
            {"kind": kind, "id": pk, "rev": rev, "facts": facts, "audiences": list(audiences)}
        ),
    )
    return messages


def guest(name: str = "web01", state: str = "running", uuid: str = "", **facts: Any) -> DomainInfo:
    """Describe a guest as the watcher reads it."""
    active = DomainState(state).is_active
    defaults: dict[str, Any] = {
        "id": 3 if active else None,
        "vcpus": 2,
        "memory": GIB,
        "arch": "x86_64",
        "machine": "pc-q35-7.2",
        "virt_type": "kvm",
        "disks": (DiskInfo("vda", "virtio", source=f"/p/{name}.qcow2", format="qcow2"),),
        "nics": (NicInfo("52:54:00:00:00:01", "network", "default"),),
    }
    uuid = uuid or str(uuids.uuid5(uuids.NAMESPACE_DNS, name))
    return DomainInfo(uuid, name, state=DomainState(state), **defaults | facts)


@pytest.fixture
def many() -> Callable[[int], list[DomainInfo]]:
    """Describe so many guests."""
    return lambda count: [guest(f"guest-{number:05d}") for number in range(count)]


@pytest.fixture
def tiny_image(settings: Any, tmp_path: Path) -> Path:
    """The built-in image, in a data folder of this test."""
    settings.DATA_DIR = tmp_path
    return build_tiny_image(tmp_path / "images" / "guesthouse-tiny.img", options="guesthouse.tick")


@pytest.fixture
def hv1(lab: Lab) -> Iterator[LabHost]:
    """A lab host that is left as it was found."""
    hv1 = lab["hv1"]
    yield hv1
    pool.close_all()
    hv1.heal()
    for name in domains(hv1):
        hv1.virsh("destroy", name, check=False)
        flags = ("--nvram", "--managed-save", "--snapshots-metadata")
        hv1.virsh("undefine", name, *flags, check=False)
    for name in [*volumes(hv1), *bases(hv1)]:
        hv1.virsh("vol-delete", name, "--pool", "default")


@pytest.fixture
def lab_host(hv1: LabHost, transactional_db: None) -> Host:
    """The row of that host, reached over its socket."""
    return register(hv1)
