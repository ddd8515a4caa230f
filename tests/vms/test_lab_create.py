"""Machines are made on a real libvirt host, and nothing is left of those that are not."""

import shutil
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from hosts.models import Host, StoragePool, Transport, Volume
from jobs.models import Job, JobState
from jobs.services import request_cancel
from tests.lab import Lab, LabHost, wait_until
from virt import pool
from virt.errors import OperationTimeout
from virt.hosts import storage
from virt.specs import VolumeSpec
from vms.models import VM
from vms.services.create import CreateRequest, request_create
from vms.services.lifecycle import request_delete
from vms.services.power import request_power

from .lab import TINY, domains, register, volumes

pytestmark = [
    pytest.mark.lab,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("tiny_image"),
]


def created(job: Job) -> VM:
    """Return the machine of a job that has to have ended well."""
    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED, (job.state, job.error_message, job.error_detail)
    return VM.objects.select_related("host", "owner", "team").get(pk=job.target_id or 0)


def ticks(hv1: LabHost, name: str) -> bool:
    """Say whether the guest writes ticks to its serial port, as a console would read them."""
    with pool.pooled(hv1.address(), "console") as hypervisor:
        domain = hypervisor.find_domain(name)
        assert domain is not None
        console = domain.open_console(force=True)
        try:
            heard = b""

            def listen() -> bool:
                nonlocal heard
                with suppress(OperationTimeout):
                    heard += console.read(0.5)
                return b"tick" in heard

            return wait_until(listen, timeout=60, what=f"{name} ticks on its serial port")
        finally:
            console.close()


@pytest.mark.parametrize("firmware", ["bios", "uefi"])
def test_machine_boots_from_the_built_in_image(
    hv1: LabHost, lab_host: Host, oli: User, firmware: str
) -> None:
    job = request_create(CreateRequest("tiny01", TINY, size="tiny", firmware=firmware), oli)
    vm = created(job)
    assert (vm.state, vm.owner, vm.is_made, vm.firmware) == ("running", oli, True, firmware)
    assert vm.has_serial
    assert vm.has_agent_channel
    assert vm.graphics[0]["listen"] == "none"
    assert vm.nics[0]["source"] == "default"
    assert len(volumes(hv1)) == 1
    assert [line.split()[1] for line in job.commands] == [
        "vol-create-as",
        "vol-upload",
        "vol-clone",
        "vol-resize",
        "vol-resize",
        "define",
        "start",
    ]
    assert ticks(hv1, "tiny01")
    done = request_power(vm, "force_off", oli)
    done.refresh_from_db()
    vm.refresh_from_db()
    gone = request_delete(vm, oli, with_disks=True, confirm_name="tiny01")
    gone.refresh_from_db()
    assert gone.state == JobState.SUCCEEDED, gone.error_detail
    assert domains(hv1) == []
    assert volumes(hv1) == []
    assert not VM.objects.exists()


def test_disk_is_as_big_as_wished_and_names_its_format(
    hv1: LabHost, lab_host: Host, oli: User
) -> None:
    vm = created(request_create(CreateRequest("tiny01", TINY, size="tiny", start=False), oli))
    assert vm.state == "off"
    assert vm.disks[0]["format"] == "raw"
    assert vm.disks[0]["capacity"] == 1024**3
    assert "capacity" not in hv1.virsh("dumpxml", "tiny01")


def test_machine_boots_from_the_network_with_a_tpm(hv1: LabHost, lab_host: Host, oli: User) -> None:
    wish = CreateRequest("pxe01", "network", size="tiny", start=False, tpm=True)
    vm = created(request_create(wish, oli))
    assert vm.has_tpm
    xml = hv1.virsh("dumpxml", "pxe01")
    assert "type='qcow2'" in xml
    assert "<boot order='2'/>" in xml
    assert "emulator" in xml


def test_machine_boots_from_a_medium_in_a_pool(
    hv1: LabHost, lab_host: Host, oli: User, tiny_image: Path
) -> None:
    with pool.pooled(hv1.address()) as hypervisor, tiny_image.open("rb") as file:
        spec = VolumeSpec("guesthouse-boot.iso", tiny_image.stat().st_size, "raw")
        storage.create_volume(hypervisor, "default", spec)
        storage.upload(hypervisor, "default", spec.name, file, spec.capacity)
    row = StoragePool.objects.create(
        host=lab_host, uuid=uuid4(), name="default", kind="dir", active=True
    )
    Volume.objects.create(pool=row, name="guesthouse-boot.iso", key="k")
    wish = CreateRequest("iso01", "iso:default/guesthouse-boot.iso", size="tiny")
    vm = created(request_create(wish, oli))
    assert [disk["device"] for disk in vm.disks] == ["disk", "cdrom"]
    assert ticks(hv1, "iso01")


def test_name_that_only_the_host_knows_is_refused_without_a_trace(
    lab: Lab, hv1: LabHost, lab_host: Host, oli: User
) -> None:
    lab.guest(hv1, "taken")
    job = request_create(CreateRequest("taken", TINY, size="tiny"), oli)
    job.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.FAILED, "name-taken")
    assert not VM.objects.exists()
    assert volumes(hv1) == []
    assert domains(hv1) == ["taken"]


def test_what_does_not_start_is_undone(hv1: LabHost, lab_host: Host, oli: User) -> None:
    lab_host.kvm_works = True  # which it does not
    lab_host.save()
    job = request_create(CreateRequest("tiny01", TINY, size="tiny"), oli)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert domains(hv1) == []
    assert volumes(hv1) == []
    assert not VM.objects.exists()


def test_cancelling_the_copy_undoes_it(
    hv1: LabHost, lab_host: Host, oli: User, monkeypatch: pytest.MonkeyPatch, tiny_image: Path
) -> None:
    with tiny_image.open("r+b") as file:
        file.truncate(3 * 1024**3)
    wish = CreateRequest("big01", TINY, size="small")
    thread = threading.Thread(target=request_create, args=(wish, oli))
    thread.start()
    job = wait_until(lambda: Job.objects.filter(phase="Copying the image").first())
    assert job is not None
    request_cancel(job, oli)
    thread.join(30)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert volumes(hv1) == []
    assert not VM.objects.exists()


def test_host_without_a_pool_gets_one(hv1: LabHost, lab_host: Host, oli: User) -> None:
    hv1.virsh("pool-destroy", "default")
    hv1.virsh("pool-undefine", "default")
    try:
        job = request_create(CreateRequest("tiny01", TINY, size="tiny", start=False), oli)
        created(job)
        assert job.result["pool"] == "guesthouse"
        assert "guesthouse" in hv1.virsh("pool-list", "--autostart")
    finally:
        hv1.virsh("undefine", "tiny01", check=False)
        hv1.virsh("pool-destroy", "guesthouse", check=False)
        hv1.virsh("pool-undefine", "guesthouse", check=False)
        hv1.virsh("pool-define-as", "default", "dir", "--target", "/var/lib/libvirt/images")
        hv1.virsh("pool-start", "default")


@pytest.mark.parametrize(
    ("transport", "listen"), [(Transport.SSH, "socket"), (Transport.TCP, "address")]
)
def test_display_listens_only_where_the_console_reaches_it(
    hv1: LabHost, oli: User, transport: str, listen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(hv1, transport=transport, hostname=hv1.ip)
    monkeypatch.setattr("vms.operations.creating.address_of", lambda _host: hv1.address())
    vm = created(request_create(CreateRequest("vnc01", TINY, size="tiny"), oli))
    assert vm.graphics[0]["listen"] == listen
    secure = hv1.virsh("dumpxml", "vnc01", "--security-info")
    if transport == Transport.TCP:
        assert vm.graphics[0]["address"] == hv1.ip
        assert "passwd='" in secure
    else:
        assert "passwd=" not in secure


def test_machine_is_made_stopped_started_and_deleted_over_tls(
    hv1: LabHost, oli: User, settings: Any
) -> None:
    shutil.copytree(hv1.pki, settings.DATA_DIR / "tls")
    host = register(hv1, transport=Transport.TLS, hostname=hv1.ip, socket="")
    vm = created(request_create(CreateRequest("tls01", TINY, size="tiny"), oli))
    assert (vm.host, vm.state, vm.graphics[0]["address"]) == (host, "running", hv1.ip)
    for action, state in (("force_off", "off"), ("start", "running"), ("force_off", "off")):
        done = request_power(vm, action, oli)
        done.refresh_from_db()
        assert done.state == JobState.SUCCEEDED, done.error_detail
        vm.refresh_from_db()
        assert vm.state == state
    gone = request_delete(vm, oli, with_disks=True, confirm_name="tls01")
    gone.refresh_from_db()
    assert gone.state == JobState.SUCCEEDED, gone.error_detail
    assert domains(hv1) == volumes(hv1) == []
