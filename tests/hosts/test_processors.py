"""The map of a host's processors: nodes, cores, threads, and who is kept to them."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from hosts import threads
from hosts.models import Host, HostState
from hosts.processors import ProcessorMap
from tests.factories import make_vm
from tests.services import live_redis, redis_server  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
NUMA = [
    {"id": 0, "memory": 8 * 2**30, "cpus": [0, 1, 4, 5], "cores": [[0, 4], [1, 5]]},
    {"id": 1, "memory": 8 * 2**30, "cpus": [2, 3, 6, 7], "cores": [[2, 6], [3, 7]]},
]


@pytest.fixture
def host(db: None) -> Host:
    return Host.objects.create(
        name="juniper", transport="tcp", hostname="juniper", state=HostState.ONLINE,
        last_seen=timezone.now(), cpus=8, memory=16 * 2**30, numa=NUMA,
    )  # fmt: skip


def test_threads_stand_by_core_and_name_who_is_kept_to_them(host: Host) -> None:
    make_vm("web01", host=host, pinned_cpus=[0, 4])
    make_vm("db", host=host, pinned_cpus=[4, 5, 6])
    make_vm("roams", host=host, pinned_cpus=list(range(8)))
    make_vm("asleep", host=host, state="off", pinned_cpus=[1])
    first, second = ProcessorMap(host).nodes
    assert [[thread.number for thread in core] for core in first.cores] == [[0, 4], [1, 5]]
    assert first.cores[0][1].guests == ("db", "web01")
    assert first.cores[1][0].guests == ()
    assert first.cores[0][1].words == "Thread 4, core 0 · db, web01"
    assert [guest.name for guest in second.guests] == ["db"]
    assert second.guests[0].place == "4–6"


def test_colours_come_from_the_last_figures(host: Host, live_redis: None) -> None:  # noqa: F811
    threads.tell(host, {0: 3.4, 4: 61.0, 3: 100.0}, {0: 2 * 2**30})
    first, second = ProcessorMap(host).nodes
    assert [thread.level for thread in first.cores[0]] == [0, 3]
    assert first.cores[1][0].level is None, "not read yet"
    assert second.cores[1][0].words == "Thread 3, core 1: 100%"
    assert (first.used, first.used_percent, second.used) == (6 * 2**30, 75.0, None)


def test_host_without_topology_is_one_node_of_its_threads(host: Host) -> None:
    host.numa = []
    (node,) = ProcessorMap(host).nodes
    assert [len(core) for core in node.cores] == [1] * 8
    assert not ProcessorMap(host).has_none


def test_page_says_when_the_host_has_no_figures(
    client: Client,
    ada: User,
    host: Host,
    live_redis: None,  # noqa: F811
) -> None:
    client.force_login(ada)
    place = reverse("hosts:detail", args=[host.pk])
    assert 'data-live-kind="threads"' in (page := client.get(place).content.decode())
    assert " data-none" not in page
    threads.tell(host, None, {})
    page = client.get(place).content.decode()
    assert " data-none" in page and "This host gives no figures per thread." in page
