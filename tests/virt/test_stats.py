"""Are rates right, and honest about what is not known?"""

from dataclasses import replace

from virt.facts.domain import DomainState
from virt.facts.figures import DomainSample, NodeUsage
from virt.hosts.stats import node_cpu_percent, rates, sample

BEFORE = DomainSample("u", 10.0, DomainState.RUNNING, cpu_time_ns=0, net_in_bytes=100, vcpus=2)
AFTER = replace(BEFORE, taken_at=12.0, cpu_time_ns=2_000_000_000, net_in_bytes=300)


def test_cpu_is_a_share_of_all_processors() -> None:
    found = rates(BEFORE, AFTER)
    assert found is not None
    assert (found.seconds, found.cpu_percent, found.net_in_bytes) == (2.0, 50.0, 100.0)
    assert found.disk_read_bytes is None


def test_nothing_is_said_without_two_samples_of_one_guest() -> None:
    assert rates(None, AFTER) is None
    assert rates(AFTER, BEFORE) is None
    assert rates(replace(BEFORE, uuid="x"), AFTER) is None


def test_a_counter_that_began_anew_is_not_known() -> None:
    found = rates(replace(BEFORE, cpu_time_ns=10**12), AFTER)
    assert found is not None
    assert found.cpu_percent is None


def test_percentages_stay_within_bounds() -> None:
    found = rates(BEFORE, replace(AFTER, cpu_time_ns=10**13))
    assert found is not None
    assert found.cpu_percent == 100.0


def test_bulk_statistics_are_summed_over_devices() -> None:
    record = {
        "state.state": 1,
        "cpu.time": 5,
        "vcpu.current": 2,
        "balloon.current": 1000,
        "balloon.available": 900,
        "balloon.usable": 600,
        "balloon.rss": 5000,
        "block.count": 2,
        "block.0.rd.bytes": 1,
        "block.1.rd.bytes": 2,
        "net.count": 1,
        "net.0.rx.bytes": 7,
    }
    found = sample("u", record, 1.0)
    assert (found.disk_read_bytes, found.net_in_bytes, found.net_out_bytes) == (3, 7, None)
    assert (found.memory_used, found.memory_max) == (300 * 1024, 1000 * 1024)
    assert found.memory_resident == 5000 * 1024


def test_memory_is_unknown_without_the_guests_word() -> None:
    assert sample("u", {"balloon.current": 1000, "balloon.rss": 900}, 1.0).memory_used is None


def test_host_processors() -> None:
    before = NodeUsage(1.0, busy_ns=0, idle_ns=0)
    assert node_cpu_percent(before, NodeUsage(2.0, busy_ns=1, idle_ns=3)) == 25.0
    assert node_cpu_percent(None, before) is None
    assert node_cpu_percent(NodeUsage(1.0), before) is None
