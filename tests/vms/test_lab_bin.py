"""The recycle bin on a real libvirt host: into it, out of it, and at last gone with the disks."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.access import ActionRefused
from accounts.models import User
from hosts.models import Host, Transport
from jobs.models import Job, JobState
from tests.factories import make_host
from tests.lab import Guest, Lab, LabHost
from virt import pool
from vms.bin.services import request_recover, request_removal, settle
from vms.models import VM
from vms.operations import power
from vms.services.lifecycle import request_autostart
from vms.services.power import request_power
from vms.sync.rows import take_over

DISK = "binned.qcow2"
pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _connections() -> Iterator[None]:
    yield
    pool.close_all()


@pytest.fixture
def hv1(lab: Lab) -> LabHost:
    return lab["hv1"]


@pytest.fixture
def vm(lab: Lab, hv1: LabHost, oli: User, monkeypatch: pytest.MonkeyPatch) -> Iterator[VM]:
    """A running machine of oli's with a disk of its own, whose guest is given little time."""
    monkeypatch.setattr(power, "SHUTDOWN_SECONDS", 1.0)
    hv1.virsh("vol-create-as", "default", DISK, "8M", "--format", "qcow2")
    guest = lab.guest(hv1, "binned", disk=f"/var/lib/libvirt/images/{DISK}")
    host = make_host(
        hv1.name,
        transport=Transport.LOCAL,
        hostname="",
        socket=str(hv1.socket_path),
        kvm_works=False,
    )
    yield adopted(host, guest, oli)
    hv1.virsh("destroy", "binned", check=False)
    hv1.virsh("vol-delete", DISK, "--pool", "default", check=False)


def adopted(host: Host, guest: Guest, owner: User) -> VM:
    with pool.pooled(guest.host.address()) as hypervisor:
        take_over(host, hypervisor.domain_info(guest.uuid))
    VM.objects.filter(host=host).update(owner=owner)
    return VM.objects.select_related("host", "owner", "team").get(host=host)


def done(job: Job, vm: VM) -> Job:
    """Return the job as it ended, which has to be well; the machine's row is read again."""
    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED, (job.state, job.error_message, job.error_detail)
    vm.refresh_from_db()
    return job


def test_out_of_the_bin_it_starts_again(vm: VM, hv1: LabHost, oli: User) -> None:
    done(request_autostart(vm, True, oli), vm)
    job = done(request_removal(vm, oli), vm)
    assert job.kind == "vm.recycle"
    assert "virsh autostart binned --disable" in job.commands
    assert (vm.state, vm.is_in_bin, vm.autostart) == ("off", True, False)
    assert "disable" in hv1.virsh("dominfo", "binned").split("Autostart:")[1].split("\n")[0]
    with pytest.raises(ActionRefused, match="recycle bin"):
        request_power(vm, "start", oli)
    done(request_recover(vm, oli), vm)
    assert (vm.is_in_bin, vm.autostart) == (False, True)
    done(request_power(vm, "start", oli), vm)
    assert hv1.virsh("domstate", "binned").strip() == "running"


def test_started_past_guesthouse_it_comes_out_and_is_not_deleted(
    vm: VM, hv1: LabHost, oli: User
) -> None:
    done(request_removal(vm, oli), vm)
    hv1.virsh("start", "binned")
    job = request_removal(vm, oli, with_disks=True, confirm_name="binned")
    job.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.FAILED, "wrong-state")
    assert DISK in hv1.virsh("vol-list", "default")
    with pool.pooled(hv1.address()) as hypervisor:
        take_over(vm.host, hypervisor.domain_info(str(vm.uuid)))
    settle(timezone.now())
    vm.refresh_from_db()
    assert (vm.state, vm.is_in_bin) == ("running", False)


def test_after_its_days_it_is_gone_with_its_disks(vm: VM, hv1: LabHost, oli: User) -> None:
    done(request_removal(vm, oli), vm)
    late = timezone.now() + timedelta(days=15)
    settle(late)
    assert DISK in hv1.virsh("vol-list", "default")
    settle(late + timedelta(days=1))
    job = Job.objects.get(kind="vm.delete")
    assert (job.state, job.actor) == (JobState.SUCCEEDED, None)
    assert not VM.objects.exists()
    assert DISK not in hv1.virsh("vol-list", "default")
    assert "binned" not in hv1.virsh("list", "--all")
