"""Rows become equal to what was read, and nothing is written without need."""

from dataclasses import replace

import pytest

from hosts.models import Host, StoragePool
from hosts.sync import apply_inventory, apply_networks, apply_pools, apply_volumes
from virt import pool
from virt.facts.host import HostInfo, NumaCell
from virt.facts.network import NetworkInfo
from virt.facts.storage import PoolInfo, VolumeInfo
from virt.uri import HostAddress, Transport

pytestmark = pytest.mark.django_db
POOL = PoolInfo(
    uuid="11111111-1111-1111-1111-111111111111",
    name="default",
    kind="dir",
    path="/images",
    active=True,
    capacity=100,
    allocation=10,
    available=90,
)
INFO = HostInfo("juniper", cpus=4, memory=2**30, numa=(NumaCell(0, 2**30, (0, 1, 2, 3)),))


@pytest.fixture
def host(db: None) -> Host:
    return Host.objects.create(name="juniper", transport="local")


def test_inventory_is_written_once(host: Host, django_assert_num_queries):
    assert apply_inventory(host, INFO)
    with django_assert_num_queries(0):
        assert not apply_inventory(host, INFO)
    host.refresh_from_db()
    assert host.numa == [{"id": 0, "memory": 2**30, "cpus": [0, 1, 2, 3], "cores": []}]


def test_pools_come_change_and_go(host: Host, django_assert_num_queries):
    assert apply_pools(host, [POOL])
    with django_assert_num_queries(1):
        assert not apply_pools(host, [POOL])
    assert apply_pools(host, [replace(POOL, allocation=20)])
    assert StoragePool.objects.get().allocation == 20
    assert apply_pools(host, [])
    assert not StoragePool.objects.exists()


def test_volumes_follow_their_pool(host: Host):
    apply_pools(host, [POOL])
    volumes = [VolumeInfo("default", f"v{n}.qcow2", capacity=n) for n in range(300)]
    assert apply_volumes(host, "default", volumes)
    assert not apply_volumes(host, "default", volumes)
    assert apply_volumes(host, "default", volumes[:-1])
    assert host.pools.get().volumes.count() == 299
    assert not apply_volumes(host, "no-such-pool", volumes)


def test_networks_are_taken_over(host: Host):
    network = NetworkInfo(
        "21111111-1111-1111-1111-111111111111", "default", "nat", cidrs=("10.0.0.0/24",)
    )
    assert apply_networks(host, [network])
    assert not apply_networks(host, [network])
    assert host.networks.get().cidrs == ["10.0.0.0/24"]


def test_a_simulated_host_is_taken_over(host: Host):
    addr = HostAddress(Transport.TEST, test_path="/default")
    with pool.pooled(addr, "poll") as hypervisor:
        assert apply_inventory(host, hypervisor.info())
        apply_pools(host, hypervisor.pools())
        apply_networks(host, hypervisor.networks())
    pool.close_all()
    assert host.pools.count() == 1
    assert host.networks.count() == 1
