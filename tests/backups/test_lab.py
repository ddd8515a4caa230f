"""A running guest is backed up on a real host and restored as a new machine that boots."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import User
from backups.models import PLACE, Backup
from backups.operations.places import FOLDER
from backups.services.asking import request_backup, request_deletion, request_place
from backups.services.restoring import RestoreRequest, request_restore
from hosts.models import Host
from jobs import running
from jobs.models import Job, JobState
from jobs.services import request_cancel
from tests.lab import LabHost
from tests.vms.conftest import hv1, lab_host, tiny_image  # noqa: F401
from tests.vms.lab import TINY
from tests.vms.test_lab_create import created, ticks
from virt import pool
from virt.domains import backup as copying
from vms.models import VM
from vms.services.create import CreateRequest, request_create
from vms.services.power import request_power

pytestmark = [
    pytest.mark.lab,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("tiny_image"),
]


@pytest.fixture(autouse=True)
def _place(hv1: LabHost) -> Iterator[None]:  # noqa: F811
    yield
    for name in files(hv1):
        hv1.virsh("vol-delete", name, "--pool", PLACE, check=False)
    hv1.virsh("pool-destroy", PLACE, check=False)
    hv1.virsh("pool-undefine", PLACE, check=False)


def ended(job: Job) -> Job:
    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED, (job.state, job.error_message, job.error_detail)
    return job


def files(hv1: LabHost) -> list[str]:  # noqa: F811
    hv1.virsh("pool-refresh", PLACE)
    words = hv1.virsh("vol-list", PLACE).split()
    return [word for word in words if word.startswith("guesthouse-") and "/" not in word]


def test_running_guest_comes_back_from_its_backup(
    hv1: LabHost,  # noqa: F811
    lab_host: Host,  # noqa: F811
    oli: User,
    ada: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended(request_place(lab_host, ada))
    vm = created(request_create(CreateRequest("tiny01", TINY, size="tiny"), oli))
    assert ticks(hv1, "tiny01")
    job = ended(request_backup(vm, oli))
    assert "virsh backup-begin tiny01 backup.xml" in job.commands
    backup = Backup.objects.get()
    assert backup.consistency in {"crash", "at-rest"}
    assert [file["name"] for file in backup.files] == files(hv1)
    assert hv1.virsh("domstate", "tiny01").strip() == "running"

    new = created(request_restore(backup, RestoreRequest("tiny02", start=True), oli))
    assert (new.state, new.is_made) == ("running", True)
    assert new.uuid != vm.uuid
    assert new.nics[0]["mac"] != vm.nics[0]["mac"]
    assert ticks(hv1, "tiny02")

    plain_begin = copying.begin

    def begin_then_cancel(domain, wanted) -> None:  # type: ignore[no-untyped-def]
        plain_begin(domain, wanted)
        request_cancel(Job.objects.get(kind="backup.make", state=JobState.RUNNING), oli)

    monkeypatch.setattr(copying, "begin", begin_then_cancel)
    stopped = request_backup(vm, oli)
    stopped.refresh_from_db()
    assert stopped.state == JobState.CANCELLED
    assert Backup.objects.count() == 1
    assert len(files(hv1)) == 1
    assert hv1.virsh("domstate", "tiny01").strip() == "running"

    ended(request_power(vm, "force_off", oli))
    off = VM.objects.select_related("host", "owner", "team").get(pk=vm.pk)
    ended(request_backup(off, oli))
    assert Backup.objects.first().consistency == "off"  # type: ignore[union-attr]
    for one in Backup.objects.all():
        ended(request_deletion(one, oli))
    assert files(hv1) == []


def test_what_a_dead_worker_left_is_thrown_away_and_made_anew(
    hv1: LabHost,  # noqa: F811
    lab_host: Host,  # noqa: F811
    oli: User,
    ada: User,
    settings: Any,
) -> None:
    ended(request_place(lab_host, ada))
    vm = created(request_create(CreateRequest("tiny03", TINY, size="tiny"), oli))
    settings.CELERY_TASK_ALWAYS_EAGER = False
    job = request_backup(vm, oli)
    backup = Backup.objects.get()
    name = f"guesthouse-{backup.key.hex}-vda.qcow2"
    backup.files = [{"target": "vda", "name": name, "capacity": 0, "bus": "virtio"}]
    backup.save()
    with pool.pooled(hv1.address(), "poll") as hypervisor:
        domain = hypervisor.get_domain(str(vm.uuid))
        copying.begin(domain, {"vda": f"{FOLDER}/{name}"})
    Job.objects.filter(pk=job.pk).update(attempt=1)
    running.run(job.pk)
    assert ended(job).attempt == 2
    assert files(hv1) == [name]
    assert Backup.objects.get().is_made
