"""Two lab hosts as the portal knows them, and machines on the first."""

from collections.abc import Callable, Iterator

import pytest

import jobs.tasks  # noqa: F401 - jobs run in place, so their task has to be known
from hosts.models import Host
from tests.lab import Lab, LabHost
from tests.lab.guest import guest_xml
from tests.lab.laboratory import define
from tests.vms.lab import register
from virt import pool
from virt.pool import pooled
from vms.models import VM
from vms.sync.rows import take_over

from .moves import carry, two  # noqa: F401 - fixtures


def known_host(host: LabHost, **fields: object) -> Host:
    """Make the row of a lab host, which others reach by TCP at its address."""
    wishes: dict[str, object] = {"migration_transport": "tcp", "migration_address": host.ip}
    return register(host, **wishes | fields)


@pytest.fixture
def pair(lab: Lab, transactional_db: None) -> Iterator[tuple[Host, Host]]:
    """The rows of hv1 and hv2."""
    yield known_host(lab["hv1"]), known_host(lab["hv2"])
    pool.close_all()


Maker = Callable[..., VM]


@pytest.fixture
def machine(lab: Lab, pair: tuple[Host, Host]) -> Maker:
    """Make a machine on hv1, off or running, with its row."""

    def make(name: str, *, running: bool = False, xml: str = "", **wishes: object) -> VM:
        host = lab["hv1"]
        text = xml or guest_xml(name, **wishes)  # type: ignore[arg-type]
        if running:
            define(host, "", name, text)
        else:
            path = host.folder / f"{name}.xml"
            path.write_text(text)
            host.virsh("define", str(path))
        return row_of(pair[0], host.virsh("domuuid", name))

    return make


def row_of(host: Host, uuid: str) -> VM:
    """Take a domain over into its row, as the watcher would."""
    from hosts.addresses import address_of

    with pooled(address_of(host), "ops") as hypervisor:
        take_over(host, hypervisor.get_domain(uuid).info())
    return VM.objects.select_related("host", "owner", "team").get(host=host, uuid=uuid)
