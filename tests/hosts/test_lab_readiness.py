"""Readiness of real hosts: what is found out, and a pool and a network that are started again."""

import pytest

from accounts.models import User
from hosts.models import Host, HostState
from hosts.operations.reading import as_json
from hosts.readiness import Fix, readiness_of
from hosts.services.fixing import request_fix
from hosts.sync import apply_networks, apply_pools
from jobs.models import Job
from tests.hosts.conftest import add, wait_state
from tests.lab import Lab, LabHost, wait_until
from virt.hosts.readiness import examine
from virt.pool import pooled

pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]


def read(house: LabHost, host: Host) -> None:
    with pooled(house.address(), "poll") as hypervisor:
        apply_pools(host, hypervisor.pools())
        apply_networks(host, hypervisor.networks())


def test_pool_and_network_are_started_at_a_click(lab: Lab, ada: User) -> None:
    house = lab["hv1"]
    host = add(house)
    Host.objects.update(state=HostState.ONLINE)
    host.refresh_from_db()
    house.virsh("pool-destroy", "default")
    house.virsh("net-destroy", "default")
    read(house, host)
    for fix in (Fix("start-pool", "default"), Fix("start-network", "default")):
        assert fix in [line.fix for line in readiness_of(host)]
        job = Job.objects.get(pk=request_fix(host, fix.action, fix.name, ada).pk)
        assert job.state == "succeeded", job.error_detail
        assert fix not in [line.fix for line in readiness_of(host)]
    assert job.commands == ["virsh net-start default", "virsh net-autostart default"]
    assert house.virsh("pool-info", "default").split("State:")[1].split()[0] == "running"
    assert "yes" in house.virsh("net-info", "default").split("Autostart:")[1].split()[0]


@pytest.mark.parametrize("transport", ["local", "tls"])
def test_clock_certificates_and_system_are_really_looked_at(lab: Lab, transport: str) -> None:
    with pooled(lab["hv1"].address(transport), "poll") as hypervisor:
        found = examine(hypervisor)
    assert found.clock_ms is not None
    assert abs(found.clock_ms) <= 500 + found.clock_within_ms
    assert bool(found.validate) == (transport == "local")
    assert (found.certificate_ends is not None) == (transport == "tls")
    assert found.port == ("free" if transport == "tls" else "")
    assert as_json(found)["clock_ms"] == found.clock_ms
    assert "guesthouse-clock" not in lab["hv1"].virsh("vol-list", "default")


@pytest.mark.usefixtures("watcher", "recorder")
def test_host_whose_machines_lack_their_pool_is_not_ready(lab: Lab) -> None:
    house = lab["hv1"]
    host = wait_state(add(house), HostState.ONLINE)
    host.vms.create(uuid=lab["hv2"].uuid, name="web", disks=[{"pool": "default"}])
    wait_until(lambda: host.pools.filter(active=True).exists(), what="the pool is read")
    house.virsh("pool-destroy", "default")
    wait_state(host, HostState.NOT_READY)
    house.virsh("pool-start", "default")
    wait_state(host, HostState.ONLINE)
