"""A lab host as the portal knows it, and what is on it."""

import re
from typing import Any
from uuid import uuid4

from hosts.models import Host, Network, Transport
from tests.factories import make_host
from tests.lab import LabHost

TINY = "image:guesthouse-tiny"
BASE = re.compile(r"guesthouse-tiny-[0-9a-f]{8}\.img")


def volumes(hv1: LabHost) -> list[str]:
    """Return our volumes on the host."""
    return [name for name in _all_volumes(hv1) if not BASE.fullmatch(name)]


def bases(hv1: LabHost) -> list[str]:
    """Return our base volumes on the host, which stay there for the next machines."""
    return [name for name in _all_volumes(hv1) if BASE.fullmatch(name)]


def _all_volumes(hv1: LabHost) -> list[str]:
    lines = hv1.virsh("vol-list", "default").splitlines()
    return [line.split()[0] for line in lines if line.strip().startswith("guesthouse-")]


def domains(hv1: LabHost) -> list[str]:
    """Return the names of all domains."""
    return hv1.virsh("list", "--all", "--name").split()


def register(hv1: LabHost, **fields: Any) -> Host:
    """Make the host's row, reached over its socket, with its network."""
    defaults = {
        "transport": Transport.LOCAL,
        "hostname": "",
        "socket": str(hv1.socket_path),
        "kvm_works": False,
        "capabilities": {},
    }
    host = make_host(hv1.name, **defaults | fields)
    Network.objects.create(host=host, uuid=uuid4(), name="default", mode="nat", active=True)
    return host
