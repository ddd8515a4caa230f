"""A CD goes into a running guest and out of it, on a real host, and stays for its next start."""

from pathlib import Path
from uuid import uuid4

import pytest

from accounts.models import User
from hosts.models import Host, StoragePool, Volume
from tests.lab import Lab
from virt import pool
from virt.hosts import storage
from virt.specs import VolumeSpec
from vms.models import VM
from vms.services.medium import MediumWish, request_medium

from .lab import domains
from .test_lab_lifecycle import act, adopt, done, row_of

pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]
DRIVE = "<disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk>"
NAME = "rescue-cd.iso"


@pytest.fixture
def host(lab: Lab, transactional_db: None, tmp_path: Path):
    """The row of hv1, with a medium in its pool."""
    hv1 = lab["hv1"]
    host = row_of(hv1)
    file = tmp_path / "cd"
    file.write_bytes(b"a CD\n" * 4096)
    with pool.pooled(hv1.address()) as hypervisor, file.open("rb") as data:
        storage.create_volume(hypervisor, "default", VolumeSpec(NAME, 20480, "raw"))
        storage.upload(hypervisor, "default", NAME, data, 20480)
    row = StoragePool.objects.create(host=host, uuid=uuid4(), name="default", active=True)
    Volume.objects.create(pool=row, name=NAME, key="k")
    yield host
    pool.close_all()
    for name in domains(hv1):
        hv1.virsh("destroy", name, check=False)
        hv1.virsh("undefine", name, check=False)
    hv1.virsh("vol-delete", NAME, "--pool", "default")


def change(vm: VM, by: User, source: str) -> list[str]:
    """Change the medium and return what is in the drives by the row."""
    done(request_medium(vm, MediumWish(source), by))
    vm.refresh_from_db()
    return [disk["source"].rpartition("/")[2] for disk in vm.disks if disk["device"] == "cdrom"]


def test_cd_goes_in_and_out_of_a_running_guest_and_stays(lab: Lab, host: Host, oli: User) -> None:
    guest = lab.guest(lab["hv1"], "with-drive", more=DRIVE)
    vm = adopt(host, guest, oli)
    key = f"iso:default/{NAME}"
    assert change(vm, oli, key) == [NAME]
    assert change(vm, oli, key) == [NAME]
    assert NAME in lab["hv1"].virsh("dumpxml", guest.name)
    assert NAME in lab["hv1"].virsh("dumpxml", guest.name, "--inactive")
    assert change(vm, oli, "") == [""]
    assert NAME not in lab["hv1"].virsh("dumpxml", guest.name)
    assert NAME not in lab["hv1"].virsh("dumpxml", guest.name, "--inactive")


def test_machine_without_a_drive_gets_one_while_it_is_off(lab: Lab, host: Host, oli: User) -> None:
    guest = lab.guest(lab["hv1"], "no-drive", graphics="")
    vm = adopt(host, guest, oli)
    act(vm, "force_off", oli)
    assert change(vm, oli, f"iso:default/{NAME}") == [NAME]
    assert change(vm, oli, "") == [""]
