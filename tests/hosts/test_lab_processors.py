"""On a real host: how busy each thread is, who is kept to it, and since when guests run."""

import asyncio
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hosts import threads
from hosts.models import HostState
from hosts.processors import ProcessorMap
from live import near
from live.redis import async_client
from tests.hosts.conftest import add, wait_state
from tests.lab import Guest, Lab, wait_until
from vms.models import VM

pytestmark = [
    pytest.mark.lab,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("live_redis"),
]


async def look_at(host_id: int) -> None:
    async with async_client() as redis:
        await redis.set("gh:watching", 1, ex=15)
        await near.come(redis, [host_id])


@pytest.mark.parametrize("transport", ["local", pytest.param("tcp", marks=pytest.mark.slow)])
def test_each_thread_says_how_busy_it_is_while_somebody_looks(
    transport: str, lab: Lab, lab_guest: Guest, watcher
) -> None:
    lab["hv1"].virsh("vcpupin", lab_guest.name, "0", "1")
    host = wait_state(add(lab["hv1"], transport), HostState.ONLINE)
    time.sleep(2.5)
    assert not threads.latest(host.pk).is_known, "nobody looks"
    asyncio.run(look_at(host.pk))
    wait_until(lambda: threads.latest(host.pk).loads, timeout=10, what="figures")
    host.refresh_from_db()
    shown = ProcessorMap(host)
    drawn = {t.number: t for node in shown.nodes for core in node.cores for t in core}
    assert len(drawn) == host.cpus > 1
    assert all(thread.load is not None and 0 <= thread.load <= 100 for thread in drawn.values())
    assert drawn[1].guests == (lab_guest.name,) and drawn[0].guests == ()
    node = shown.nodes[0]
    assert node.free is not None and 0 < node.free < node.memory


def test_up_is_the_start_of_the_process_here_and_at_least_so_long_elsewhere(
    lab: Lab, lab_guest: Guest, watcher
) -> None:
    pid = lab["hv1"].qemu_pid(lab_guest.name)
    begun = datetime.now(UTC) - timedelta(seconds=_age(pid))
    time.sleep(3.0)
    near_by = wait_state(add(lab["hv1"]), HostState.ONLINE)
    vm = wait_until(lambda: VM.objects.filter(host=near_by).first(), what="the row")
    assert not vm.started_before
    assert abs(vm.started_at - begun) < timedelta(seconds=2)
    near_by.delete()
    far = wait_state(add(lab["hv1"], "tcp"), HostState.ONLINE)
    vm = wait_until(lambda: VM.objects.filter(host=far).first(), what="the row")
    assert vm.started_before
    assert vm.started_at > begun + timedelta(seconds=2)
    lab["hv1"].virsh("destroy", lab_guest.name)
    wait_until(lambda: not VM.objects.get(pk=vm.pk).is_on, what="off")
    lab["hv1"].virsh("start", lab_guest.name)
    wait_until(lambda: VM.objects.get(pk=vm.pk).is_on, what="on")
    vm.refresh_from_db()
    assert not vm.started_before and datetime.now(UTC) - vm.started_at < timedelta(seconds=5)


def test_agent_tells_of_the_system_inside(lab: Lab, lab_guest: Guest, watcher) -> None:
    host = wait_state(add(lab["hv1"]), HostState.ONLINE)
    lab_guest.wait_agent()
    told = wait_until(
        lambda: VM.objects.filter(host=host).exclude(guest={}).first(),
        timeout=90,
        what="the agent's words",
    )
    assert told is not None
    assert told.guest["kernel"][0].isdecimal()
    assert told.guest["hostname"]


def _age(pid: int) -> float:
    """Return how many seconds a process runs."""
    ticks = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    uptime = float(Path("/proc/uptime").read_text().split()[0])
    return uptime - ticks / os.sysconf("SC_CLK_TCK")
