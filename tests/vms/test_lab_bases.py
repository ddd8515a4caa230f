"""An image is uploaded to a pool once; the disks of later machines are copied there."""

import threading
from pathlib import Path

import pytest
from django.db import connections

from accounts.models import User
from hosts.models import Host
from jobs.models import Job, JobState
from tests.lab import LabHost
from vms.models import VM
from vms.operations.bases import SEAL
from vms.services.create import CreateRequest, request_create

from .lab import TINY, bases, volumes

pytestmark = [
    pytest.mark.lab,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("lab_host"),
]


def verbs(job: Job) -> list[str]:
    """Return what was done for a job that has to have ended well."""
    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED, (job.error_message, job.error_detail)
    return [line.split()[1] for line in job.commands]


def made(name: str, oli: User) -> list[str]:
    return verbs(request_create(CreateRequest(name, TINY, size="tiny", start=False), oli))


def content(hv1: LabHost, volume: str, size: int) -> bytes:
    with (hv1.images / volume).open("rb") as file:
        return file.read(size)


def assert_disks_are_right(hv1: LabHost, image: Path, count: int) -> None:
    assert len(volumes(hv1)) == VM.objects.count() == count
    for name in volumes(hv1):
        assert content(hv1, name, image.stat().st_size) == image.read_bytes()
        assert (hv1.images / name).stat().st_size == 1024**3


def test_second_machine_uploads_nothing(hv1: LabHost, oli: User, tiny_image: Path) -> None:
    assert "vol-upload" in made("one", oli)
    (base,) = bases(hv1)
    assert (hv1.images / base).stat().st_size == tiny_image.stat().st_size + SEAL
    assert made("two", oli) == ["vol-clone", "vol-resize", "define"]
    assert bases(hv1) == [base]
    assert_disks_are_right(hv1, tiny_image, 2)


def test_image_with_another_content_gets_another_base(
    hv1: LabHost, oli: User, tiny_image: Path
) -> None:
    made("one", oli)
    before = bases(hv1)
    with tiny_image.open("r+b") as file:
        file.truncate(tiny_image.stat().st_size + 1024**2)
    assert "vol-upload" in made("two", oli)
    assert len(bases(hv1)) == 1
    assert bases(hv1) != before


@pytest.mark.parametrize("way", ["virsh", "rm"])
def test_base_deleted_outside_is_made_again(
    hv1: LabHost, oli: User, tiny_image: Path, way: str
) -> None:
    made("one", oli)
    (base,) = bases(hv1)
    if way == "virsh":
        hv1.virsh("vol-delete", base, "--pool", "default")
    else:
        (hv1.images / base).unlink()  # libvirt still believes in it
    assert "vol-upload" in made("two", oli)
    assert bases(hv1) == [base]
    assert made("three", oli)[0] == "vol-clone"
    assert_disks_are_right(hv1, tiny_image, 3)


def test_half_made_base_is_not_used_and_made_again(
    hv1: LabHost, oli: User, tiny_image: Path
) -> None:
    made("one", oli)
    (base,) = bases(hv1)
    path = hv1.images / base
    path.write_bytes(b"")
    with path.open("r+b") as file:  # as a libvirtd leaves it that was killed while copying
        file.truncate(tiny_image.stat().st_size)
    assert "vol-upload" in made("two", oli)
    assert made("three", oli)[0] == "vol-clone"
    assert_disks_are_right(hv1, tiny_image, 3)


def test_two_first_machines_at_once_are_both_right(
    hv1: LabHost, lab_host: Host, oli: User, tiny_image: Path
) -> None:
    def make(name: str) -> None:
        made(name, oli)
        connections.close_all()

    threads = [threading.Thread(target=make, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.SUCCEEDED}
    assert len(bases(hv1)) == 1
    assert made("three", oli)[0] == "vol-clone"
    assert_disks_are_right(hv1, tiny_image, 3)
