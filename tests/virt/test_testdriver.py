"""Do connections, guests, storage and events work, as far as libvirt's own test driver has them?"""

import queue
from collections.abc import Iterator
from pathlib import Path

import pytest

from virt import pool
from virt.connection import Hypervisor, connect
from virt.errors import (
    AlreadyExists,
    HostUnreachable,
    InvalidDefinition,
    NotFound,
    Unreachable,
    Unsupported,
    WrongState,
)
from virt.events import Event, EventKind
from virt.facts.domain import DomainState
from virt.facts.network import FixedAddress
from virt.hosts import networks, storage
from virt.specs import DomainSpec, NetworkSpec, VolumeSpec
from virt.uri import HostAddress, Transport
from virt.xml import build

UUID = "11111111-2222-4333-8444-555555555555"
NODE = """<node><cpu><mhz>2000</mhz><model>i686</model><active>4</active><nodes>1</nodes>
<sockets>1</sockets><cores>4</cores><threads>1</threads></cpu><memory>8388608</memory></node>"""
WISH = DomainSpec("web1", UUID, 2, 2**30, virt_type="test", description="two\nlines")


@pytest.fixture
def address(tmp_path: Path) -> HostAddress:
    """An empty simulated host."""
    path = tmp_path / "node.xml"
    path.write_text(NODE)
    return HostAddress(Transport.TEST, test_path=str(path))


@pytest.fixture
def host(address: HostAddress) -> Iterator[Hypervisor]:
    """An open connection to an empty simulated host."""
    with connect(address) as hypervisor:
        yield hypervisor


def test_a_guest_goes_through_its_life(host: Hypervisor) -> None:
    domain = host.define(build.domain(WISH))
    steps = [
        (domain.start, DomainState.RUNNING),
        (domain.pause, DomainState.PAUSED),
        (domain.resume, DomainState.RUNNING),
        (domain.save, DomainState.SAVED),
        (domain.restore, DomainState.RUNNING),
        (domain.force_off, DomainState.OFF),
    ]
    for act, state in steps:
        act()
        assert host.domain_info(UUID).state is state
        assert host.list_domains()[0].state is state
    domain.undefine()
    assert host.list_domains() == []


def test_what_is_listed_is_what_was_built(host: Hypervisor) -> None:
    domain = host.define(build.domain(WISH))
    domain.set_autostart(True)
    [info] = host.list_domains()
    assert (info.name, info.uuid, info.vcpus, info.memory) == ("web1", UUID, 2, 2**30)
    assert (info.persistent, info.autostart, info.id) == (True, True, None)
    assert info.description == "two\nlines"
    assert info == domain.info()


def test_the_wrong_moment_and_the_missing_are_told_apart(host: Hypervisor) -> None:
    domain = host.define(build.domain(WISH))
    with pytest.raises(WrongState):
        domain.force_off()
    with pytest.raises(WrongState):
        domain.restore()
    domain.rename("web2")
    assert host.find_domain("web1") is None
    domain.undefine()
    with pytest.raises(NotFound):
        domain.start()
    for uuid in (UUID, "no uuid at all", ""):
        with pytest.raises(NotFound):
            host.get_domain(uuid)
    with pytest.raises(InvalidDefinition):
        host.define("<domain>")


def test_a_display_is_never_handed_over_a_connection_that_it_would_kill(host: Hypervisor) -> None:
    with pytest.raises(Unsupported):
        host.define(build.domain(WISH)).open_graphics_fd()
    assert host.is_alive()


def test_no_figures_are_made_up(host: Hypervisor) -> None:
    host.define(build.domain(WISH)).start()
    [sample] = host.samples()
    assert (sample.uuid, sample.state) == (UUID, DomainState.RUNNING)
    assert (sample.cpu_time_ns, sample.memory_used, sample.net_in_bytes) == (None, None, None)
    assert host.node_usage().busy_ns is None


def test_events_arrive_as_hints(host: Hypervisor) -> None:
    seen: queue.Queue[Event] = queue.Queue()
    host.on_event(seen.put)
    host.define(build.domain(WISH)).start()
    found = [seen.get(timeout=5) for _ in range(2)]
    assert [(event.kind, event.detail, event.uuid) for event in found] == [
        (EventKind.LIFECYCLE, "defined", UUID),
        (EventKind.LIFECYCLE, "started", UUID),
    ]


def test_the_host_describes_itself(host: Hypervisor) -> None:
    info = host.info()
    assert (info.hypervisor, info.cpus, info.memory) == ("TEST", 4, 8 * 2**30)
    assert info.domain_types == ("test",)
    assert host.version().count(".") == 2
    assert (host.pools(), host.networks()) == ([], [])


def test_volumes_come_and_go(host: Hypervisor) -> None:
    made = storage.create_dir_pool(host, "images", "/images")
    assert (made.active, made.autostart, made.kind, made.path) == (True, True, "dir", "/images")
    with pytest.raises(AlreadyExists):
        storage.create_dir_pool(host, "images", "/other")
    volume = storage.create_volume(host, "images", VolumeSpec("a.qcow2", 2**20))
    assert (volume.path, volume.capacity) == ("/images/a.qcow2", 2**20)
    with pytest.raises(AlreadyExists):
        storage.create_volume(host, "images", VolumeSpec("a.qcow2", 2**20))
    storage.delete_volume(host, "images", "a.qcow2")
    assert host.volumes("images") == []
    with pytest.raises(NotFound):
        storage.delete_volume(host, "images", "a.qcow2")
    with pytest.raises(NotFound):
        host.volumes("nowhere")
    storage.remove_pool(host, "images")
    assert host.pools() == []


@pytest.mark.parametrize(
    "name", ["../x", "a/b", "..", "-x", "", "x" * 300, "nul\0", "a\nb", ".hid"]
)
def test_names_of_volumes_are_plain(host: Hypervisor, name: str) -> None:
    with pytest.raises(ValueError):
        storage.create_volume(host, "images", VolumeSpec(name, 1))


def test_networks_come_and_go(host: Hypervisor) -> None:
    made = networks.create(host, NetworkSpec("lan", cidr="10.7.0.0/24"))
    assert (made.mode, made.active, made.cidrs, made.dhcp) == ("nat", True, ("10.7.0.0/24",), True)
    with pytest.raises(AlreadyExists):
        networks.create(host, NetworkSpec("lan"))
    with pytest.raises(WrongState):
        networks.start(host, "lan")
    (found,) = host.networks(with_leases=True)
    assert (found.gateways, found.leases) == (("10.7.0.1",), ())
    networks.keep_address(host, "lan", "52:54:00:AA:bb:01", "10.7.0.9")
    networks.keep_address(host, "lan", "52:54:00:aa:bb:01", "10.7.0.8")
    networks.keep_address(host, "lan", "52:54:00:aa:bb:01", "10.7.0.8")
    kept = networks.get_network(host, "lan").fixed
    assert kept == (FixedAddress("52:54:00:aa:bb:01", "10.7.0.8"),)
    networks.release_address(host, "lan", "52:54:00:aa:bb:01", "10.7.0.8")
    networks.release_address(host, "lan", "52:54:00:aa:bb:01", "10.7.0.8")
    assert networks.get_network(host, "lan").fixed == ()
    networks.stop(host, "lan")
    networks.start(host, "lan")
    networks.remove(host, "lan")
    assert host.networks() == []


def test_a_closed_connection_says_so(host: Hypervisor) -> None:
    assert host.is_alive()
    host.close()
    host.close()
    assert not host.is_alive()
    with pytest.raises(HostUnreachable):
        host.list_domains()


def test_all_purposes_share_the_state_of_a_simulated_host(address: HostAddress) -> None:
    lender = pool.ConnectionPool()
    try:
        with lender.lend(address, "ops") as host:
            host.define(build.domain(WISH))
        with lender.lend(address, "poll") as host:
            assert [info.name for info in host.list_domains()] == ["web1"]
    finally:
        lender.close_all()


def test_a_dead_host_answers_at_once_the_second_time() -> None:
    lender = pool.ConnectionPool(breaker_seconds=30)
    address = HostAddress(Transport.TCP, "127.0.0.1", 1)
    causes = []
    for _ in range(2):
        with pytest.raises(HostUnreachable) as caught, lender.lend(address):
            pass
        causes.append(caught.value.cause)
    assert causes == [Unreachable.REFUSED, Unreachable.BREAKER]
    lender.forget(address)
    assert lender.breaker.failure(address) is None


def test_a_missing_socket_is_named(tmp_path: Path) -> None:
    with pytest.raises(HostUnreachable) as caught:
        connect(HostAddress(Transport.LOCAL, socket=str(tmp_path / "none")))
    assert caught.value.cause is Unreachable.NO_SOCKET


def test_topology_has_the_threads_of_each_core_and_no_figures_are_invented() -> None:
    with connect(HostAddress(Transport.TEST, test_path="/default")) as host:
        info = host.info()
        usage = host.thread_usage(info.numa[0].cpus, [0], 1.0)
    assert [len(cell.cpus) for cell in info.numa] == [8, 8]
    assert info.numa[1].cores[0] == (8,)
    assert (usage.threads, usage.cells) == ({}, {})
