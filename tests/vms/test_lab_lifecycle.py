"""The whole life of a machine on a real libvirt host, by jobs."""

import threading
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest

from accounts.access import ActionRefused
from accounts.models import User
from hosts.models import Host, Transport
from jobs.models import Job, JobState
from jobs.services import request_cancel
from tests.factories import make_host, make_vm
from tests.lab import Guest, Lab, LabHost, wait_until
from virt import pool
from virt.specs import DomainSpec
from virt.xml import build
from vms.models import VM
from vms.operations import power
from vms.services.labels import set_stays_on
from vms.services.lifecycle import request_autostart, request_delete, request_rename
from vms.services.power import request_power
from vms.sync.rows import take_over

MIB = 1024**2
pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _connections() -> Iterator[None]:
    yield
    pool.close_all()


def row_of(host: LabHost) -> Host:
    """Make the row of a lab host, reached over its socket."""
    return make_host(
        host.name,
        transport=Transport.LOCAL,
        hostname="",
        socket=str(host.socket_path),
        kvm_works=False,
    )


@pytest.fixture
def host(lab: Lab, transactional_db: None) -> Host:
    """The row of hv1."""
    return row_of(lab["hv1"])


def adopt(host: Host, guest: Guest, owner: User) -> VM:
    """Make the row of a lab guest."""
    with pool.pooled(guest.host.address()) as hypervisor:
        take_over(host, hypervisor.domain_info(guest.uuid))
    vm = VM.objects.get(host=host, uuid=guest.uuid)
    VM.objects.filter(pk=vm.pk).update(owner=owner)
    return VM.objects.select_related("host", "owner", "team").get(pk=vm.pk)


@pytest.fixture
def vm(host: Host, lab_guest: Guest, oli: User) -> VM:
    """A ticking machine of oli's."""
    return adopt(host, lab_guest, oli)


@pytest.fixture
def deaf(lab: Lab, host: Host, oli: User) -> VM:
    """A running machine of oli's that hears no power button: its firmware finds nothing to boot."""
    spec = DomainSpec("deaf", str(uuid4()), 1, 64 * MIB, virt_type="qemu", video="vga")
    with pool.pooled(lab["hv1"].address()) as hypervisor:
        hypervisor.define(build.domain(spec)).start()
    return adopt(host, Guest(lab["hv1"], "deaf"), oli)


def done(job: Job) -> Job:
    """Return the job as it ended, which has to be well."""
    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED, (job.state, job.error_message, job.error_detail)
    return job


def act(vm: VM, action: str, by: User) -> Job:
    """Do a power action and return the finished job; the row is read again."""
    job = done(request_power(vm, action, by))
    vm.refresh_from_db()
    return job


def test_power_actions_change_libvirt_and_the_row(vm: VM, lab_guest: Guest, oli: User) -> None:
    assert act(vm, "pause", oli).commands == [f"virsh suspend {vm.name}"]
    assert (vm.state, lab_guest.state) == ("paused", "paused")
    act(vm, "resume", oli)
    assert (vm.state, lab_guest.state) == ("running", "running")
    act(vm, "reset", oli)
    lab_guest.wait_ticking()
    act(vm, "force_off", oli)
    assert (vm.state, lab_guest.state) == ("off", "shut off")
    act(vm, "start", oli)
    assert (vm.state, vm.domain_id is not None) == ("running", True)
    assert vm.started_at is not None
    lab_guest.wait_ticking()


def test_a_machine_that_stays_on_goes_on_until_that_is_lifted(
    vm: VM, lab_guest: Guest, oli: User
) -> None:
    set_stays_on(vm, True, oli)
    before = lab_guest.wait_ticking()
    for action in ("shutdown", "reboot", "reset", "force_off", "pause", "save"):
        with pytest.raises(ActionRefused, match="protected against stopping"):
            request_power(vm, action, oli)
    assert lab_guest.wait_ticking() > before
    set_stays_on(vm, False, oli)
    act(vm, "force_off", oli)
    assert (vm.state, lab_guest.state) == ("off", "shut off")


def test_save_and_restore_keep_the_guest_going(vm: VM, lab_guest: Guest, oli: User) -> None:
    before = lab_guest.wait_ticking()
    job = act(vm, "save", oli)
    assert (vm.state, vm.has_managed_save) == ("saved", True)
    assert job.commands == [f"virsh managedsave {vm.name}"]
    act(vm, "restore", oli)
    assert (vm.state, vm.has_managed_save) == ("running", False)
    after = lab_guest.wait_ticking()
    assert after > before
    assert lab_guest.ticks() == sorted(lab_guest.ticks())


def test_saved_state_can_be_thrown_away(deaf: VM, oli: User) -> None:
    act(deaf, "save", oli)
    act(deaf, "discard_save", oli)
    assert (deaf.state, deaf.has_managed_save) == ("off", False)


def test_shutdown_by_the_agent(host: Host, lab_guest: Guest, oli: User) -> None:
    lab_guest.wait_agent()
    vm = adopt(host, lab_guest, oli)
    assert vm.agent_connected
    job = act(vm, "shutdown", oli)
    assert vm.state == "off"
    assert job.commands == [f"virsh shutdown {vm.name} --mode agent"]


def test_shutdown_by_the_power_button(vm: VM, oli: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(power, "_agent_answers", lambda _it: False)
    job = act(vm, "shutdown", oli)
    assert vm.state == "off"
    assert job.commands == [f"virsh shutdown {vm.name} --mode acpi"]


def test_restart_keeps_the_machine_on(vm: VM, lab_guest: Guest, oli: User) -> None:
    lab_guest.wait_agent()
    act(vm, "reboot", oli)
    wait_until(lambda: lab_guest.ticks()[-1] < 5, timeout=60, what="the guest counts anew")
    assert lab_guest.state == "running"


def test_deaf_guest_makes_the_job_say_what_to_do(
    deaf: VM, oli: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(power, "SHUTDOWN_SECONDS", 1.0)
    job = request_power(deaf, "shutdown", oli)
    job.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.FAILED, "timeout")
    assert "deaf did not shut down" in job.error_message
    assert "Force it off" in job.error_message
    deaf.refresh_from_db()
    assert deaf.state == "running"


def test_waiting_for_a_shutdown_can_be_cancelled(deaf: VM, oli: User) -> None:
    thread = threading.Thread(target=request_power, args=(deaf, "shutdown", oli))
    thread.start()
    job = wait_until(lambda: Job.objects.filter(state=JobState.RUNNING, phase__gt="").first())
    assert job is not None
    request_cancel(job, oli)
    thread.join(20)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


def test_two_conflicting_jobs_one_wins_at_once(deaf: VM, oli: User) -> None:
    """F23: the second is refused at once; libvirt alone would take half a minute."""
    answers: list[object] = []
    barrier = threading.Barrier(2)

    def ask(action: str) -> None:
        mine = VM.objects.select_related("host").get(pk=deaf.pk)
        barrier.wait()
        begun = time.monotonic()
        try:
            answers.append(request_power(mine, action, oli))
        except ActionRefused as error:
            assert time.monotonic() - begun < 10
            answers.append(error)

    threads = [threading.Thread(target=ask, args=(action,)) for action in ("save", "force_off")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    refused = [item for item in answers if isinstance(item, ActionRefused)]
    jobs = [item for item in answers if isinstance(item, Job)]
    assert len(jobs) == 1
    assert [(item.status, item.code) for item in refused] == [(409, "busy")]
    assert Job.objects.count() == 1


def test_rename_and_autostart(deaf: VM, oli: User) -> None:
    act(deaf, "force_off", oli)
    job = done(request_rename(deaf, f"{deaf.name}-new", oli))
    assert job.commands == [f"virsh domrename {deaf.name} {deaf.name}-new"]
    deaf.refresh_from_db()
    assert deaf.name == "deaf-new"
    for on in (True, False):
        done(request_autostart(deaf, on, oli))
        deaf.refresh_from_db()
        assert deaf.autostart is on
    done(request_delete(deaf, oli))


def test_rename_to_a_name_that_only_the_host_knows(deaf: VM, lab: Lab, oli: User) -> None:
    act(deaf, "force_off", oli)
    lab.guest(lab["hv1"], "stranger")
    job = request_rename(deaf, "stranger", oli)
    job.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.FAILED, "name-taken")


def test_delete_spares_disks_that_others_use(lab: Lab, host: Host, oli: User) -> None:
    hv1 = lab["hv1"]
    hv1.virsh("vol-create-as", "default", "own.qcow2", "8M", "--format", "qcow2")
    hv1.virsh("vol-create-as", "default", "shared.raw", "8M", "--format", "raw")
    more = (
        "<disk type='file' device='disk'><driver name='qemu' type='raw' cache='none'/>"
        "<source file='/var/lib/libvirt/images/shared.raw'/><target dev='vdb' bus='virtio'/>"
        "<shareable/></disk>"
    )
    guest = lab.guest(hv1, "goer", disk="/var/lib/libvirt/images/own.qcow2", more=more)
    hv1.virsh("destroy", "goer")
    lab.guest(hv1, "stayer", more=more)
    vm = adopt(host, guest, oli)
    job = done(request_delete(vm, oli, with_disks=True, confirm_name="goer"))
    assert job.result["kept"] == ["shared.raw"]
    assert "virsh vol-delete own.qcow2 --pool default" in job.commands
    volumes = hv1.virsh("vol-list", "default")
    assert "own.qcow2" not in volumes
    assert "shared.raw" in volumes
    assert "goer" not in hv1.virsh("list", "--all")
    assert not VM.objects.filter(pk=vm.pk).exists()


def test_delete_without_disks_keeps_them(lab: Lab, host: Host, oli: User) -> None:
    hv1 = lab["hv1"]
    hv1.virsh("vol-create-as", "default", "kept.qcow2", "8M", "--format", "qcow2")
    guest = lab.guest(hv1, "goer2", disk="/var/lib/libvirt/images/kept.qcow2")
    vm = adopt(host, guest, oli)
    act(vm, "save", oli)
    done(request_delete(vm, oli))
    assert "kept.qcow2" in hv1.virsh("vol-list", "default")
    assert "goer2" not in hv1.virsh("list", "--all")


def test_machine_that_started_meanwhile_is_not_deleted(deaf: VM, oli: User) -> None:
    VM.objects.filter(pk=deaf.pk).update(state="off", domain_id=None)
    deaf.refresh_from_db()
    job = request_delete(deaf, oli)
    job.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.FAILED, "wrong-state")
    assert VM.objects.filter(pk=deaf.pk).exists()


def test_host_that_dies_meanwhile_leaves_an_honest_end(lab: Lab, deaf: VM, oli: User) -> None:
    thread = threading.Thread(target=request_power, args=(deaf, "shutdown", oli))
    thread.start()
    job = wait_until(lambda: Job.objects.filter(state=JobState.RUNNING, phase__gt="").first())
    assert job is not None
    lab["hv1"].kill_libvirtd()
    thread.join(60)
    job.refresh_from_db()
    assert job.state == JobState.UNDETERMINED
    assert deaf.name in job.error_message


def test_machine_that_is_no_more_ends_its_job_in_words(host: Host, oli: User) -> None:
    vm = make_vm("ghost", host=host, owner=oli, state="off")
    job = request_power(vm, "start", oli)
    job.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.FAILED, "not-found")
