"""Rows follow a real host by the watcher, and watcher and jobs do not disturb each other."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from hosts.models import Host, HostState
from jobs.models import Job, JobState
from tests.hosts.conftest import wait_state, watcher  # noqa: F401 - a fixture
from tests.lab import Guest, LabHost, wait_until
from vms.models import VM
from vms.rules import can
from vms.services.create import CreateRequest, request_create
from vms.services.lifecycle import request_delete, request_rename
from vms.services.power import request_power

from .lab import TINY, domains

pytestmark = [
    pytest.mark.lab,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("tiny_image", "watcher"),
]


@pytest.fixture
def watched(settings: Any, lab_host: Host) -> Host:
    """The lab host, read by a watcher that samples every two seconds."""
    settings.WATCH_INTERVAL = 2
    Host.objects.filter(pk=lab_host.pk).update(state=HostState.CONNECTING)
    return wait_state(lab_host, HostState.ONLINE)


def until(name: str, fits: Callable[[VM], object], timeout: float = 10.0) -> VM:
    """Wait until the machine's row is as wished, and return it."""

    def found() -> VM | None:
        vm = VM.objects.select_related("host", "owner", "team").filter(name=name).first()
        return vm if vm is not None and fits(vm) else None

    vm = wait_until(found, timeout=timeout, every=0.02, what=f"{name} is as wished")
    assert vm is not None
    return vm


def ended(job: Job) -> Job:
    """Return a job that has to have ended well."""
    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED, (job.error_message, job.error_detail)
    return job


def test_what_happens_outside_shows_by_itself(
    watched: Host, hv1: LabHost, lab_guest: Guest
) -> None:
    name = lab_guest.name
    vm = until(name, lambda vm: vm.state == "running")
    assert vm.owner is None
    hv1.virsh("suspend", name)
    until(name, lambda vm: vm.state == "paused")
    hv1.virsh("resume", name)
    until(name, lambda vm: vm.state == "running")
    hv1.virsh("managedsave", name)
    until(name, lambda vm: vm.state == "saved" and vm.has_managed_save)
    hv1.virsh("start", name)
    until(name, lambda vm: vm.state == "running" and not vm.has_managed_save)
    hv1.virsh("autostart", name)
    hv1.virsh("destroy", name)
    until(name, lambda vm: vm.state == "off" and vm.started_at is None)
    hv1.virsh("domrename", name, "renamed")
    until("renamed", lambda renamed: renamed.pk == vm.pk)
    hv1.virsh("undefine", "renamed")
    wait_until(lambda: not VM.objects.exists(), what="the row is gone")


def test_jobs_and_watcher_agree_from_creation_to_deletion(
    watched: Host, hv1: LabHost, oli: User
) -> None:
    job = ended(request_create(CreateRequest("tiny01", TINY, size="tiny"), oli))
    vm = until("tiny01", lambda vm: vm.state == "running")
    assert (vm.pk, vm.owner) == (job.target_id, oli)
    until("tiny01", lambda vm: vm.cpu_percent is not None, timeout=40)
    until("tiny01", lambda vm: vm.address.startswith("192.168.122."), timeout=120)
    until("tiny01", lambda vm: vm.agent_connected, timeout=120)
    ended(request_power(until("tiny01", bool), "shutdown", oli))
    vm = until("tiny01", lambda vm: vm.state == "off" and not vm.address)
    ended(request_rename(vm, "tiny02", oli))
    vm = until("tiny02", lambda vm: vm.owner == oli)
    ended(request_delete(vm, oli, with_disks=True, confirm_name="tiny02"))
    assert domains(hv1) == []
    with pytest.raises(AssertionError):
        wait_until(lambda: VM.objects.exists(), timeout=1.5)


def test_killed_qemu_is_crashed_and_a_frozen_one_does_not_respond(
    watched: Host, hv1: LabHost, lab_guest: Guest, ada: User
) -> None:
    """F11 and F12, as the row tells them."""
    name = lab_guest.name
    until(name, lambda vm: vm.state == "running")
    hv1.kill_qemu(name)
    until(name, lambda vm: vm.state == "crashed", timeout=2)
    hv1.virsh("start", name)
    until(name, lambda vm: vm.state == "running")
    hv1.freeze_qemu(name)
    vm = until(name, lambda vm: vm.state_reason == "not-responding", timeout=15)
    assert vm.state == "blocked"
    refusal = can(vm, "shutdown")
    assert refusal is not None
    assert refusal.code == "not-responding"
    ended(request_power(vm, "force_off", ada))
    until(name, lambda vm: vm.state == "off" and not vm.is_unresponsive)


def test_machines_of_a_lost_host_are_unknown_and_come_back(
    watched: Host, hv1: LabHost, lab_guest: Guest
) -> None:
    """F09, as the rows tell it: unknown, not off; what was missed is found."""
    name = lab_guest.name
    until(name, lambda vm: vm.state == "running")
    hv1.kill_libvirtd()
    vm = until(name, lambda vm: vm.shown_state == "unknown")
    assert vm.state == "running"
    refusal = can(vm, "pause")
    assert refusal is not None
    assert refusal.status == 503
    hv1.kill_qemu(name)
    hv1.start_libvirtd()
    until(name, lambda vm: vm.shown_state in {"off", "crashed"}, timeout=30)
