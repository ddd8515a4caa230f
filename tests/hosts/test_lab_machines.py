"""From an event on a real host to the row of the machine and the message to open pages."""

import json
import time

import pytest

from hosts.models import HostState
from tests.hosts.conftest import add, wait_state
from tests.lab import Lab, wait_until
from vms.models import VM

pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]

EVENT = 2.0  # seconds: sooner than the next reading of all guests would find it


def test_start_outside_is_committed_and_announced_by_the_event(
    lab: Lab,
    lab_guest,
    live_redis,
    watcher,
):
    from live.redis import client

    host = wait_state(add(lab["hv1"]), HostState.ONLINE)
    wait_until(lambda: VM.objects.filter(state="running").exists(), what="the row")
    vm = VM.objects.get(host=host)
    channel = client().pubsub(ignore_subscribe_messages=True)
    channel.subscribe("gh:live")
    committed, announced = [], []
    for _ in range(2):
        lab["hv1"].virsh("destroy", lab_guest.name)
        wait_until(lambda: VM.objects.get().state == "off", every=0.01, what="off")
        time.sleep(0.3)
        while channel.get_message(timeout=0.01):
            pass
        lab["hv1"].virsh("start", lab_guest.name)
        ended = time.monotonic()
        wait_until(lambda: VM.objects.get().state == "running", every=0.002, what="running")
        committed.append(time.monotonic() - ended)
        announced.append(_heard_running(channel, vm.pk) - ended)
    channel.close()
    assert max(committed) < EVENT and max(announced) < EVENT


def _heard_running(channel, pk: int) -> float:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        message = channel.get_message(timeout=0.2)
        if message is None:
            continue
        for item in json.loads(message["data"]).get("items", []):
            facts = item["facts"]
            if item["kind"] == "vm" and item["id"] == pk and facts.get("state") == "running":
                return time.monotonic()
    raise AssertionError("no message says that the machine runs")


def test_machines_of_a_lost_host_keep_their_state_and_show_unknown(lab: Lab, lab_guest, watcher):
    host = wait_state(add(lab["hv1"]), HostState.ONLINE)
    wait_until(lambda: VM.objects.filter(state="running").exists(), what="the row")
    lab["hv1"].kill_libvirtd()
    wait_state(host, HostState.UNREACHABLE)
    vm = VM.objects.select_related("host").get()
    assert (vm.state, vm.shown_state) == ("running", "unknown")
    lab["hv1"].start_libvirtd()
    wait_state(host, HostState.ONLINE, 15)
    vm = VM.objects.select_related("host").get()
    assert vm.shown_state == "running"


@pytest.mark.slow
def test_frozen_qemu_is_shown_and_forgotten(lab: Lab, lab_guest, watcher, settings):
    settings.WATCH_INTERVAL = 2
    wait_state(add(lab["hv1"]), HostState.ONLINE)
    wait_until(lambda: VM.objects.filter(state="running").exists(), what="the row")
    lab["hv1"].freeze_qemu(lab_guest.name)
    wait_until(lambda: VM.objects.get().is_unresponsive, timeout=15, what="not responding")
    lab["hv1"].thaw_qemu(lab_guest.name)
    wait_until(lambda: not VM.objects.get().is_unresponsive, timeout=15, what="it answers")
