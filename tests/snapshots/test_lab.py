"""Snapshots on a real host: taken, gone back to, merged and deleted, inside disks and beside."""

from itertools import pairwise
from typing import Any

import pytest

from accounts.models import User
from backups.models import PLACE, Backup
from backups.services.asking import request_backup, request_place
from backups.services.asking import request_deletion as request_backup_deletion
from hosts.models import Host
from jobs import running
from jobs.models import Job, JobState
from quotas.models import Limit, Resource
from snapshots.models import Layer, Snapshot
from snapshots.reading import read_host
from snapshots.services.asking import (
    request_deletion,
    request_merge,
    request_revert,
    request_snapshot,
)
from tests.lab import LabHost
from tests.lab.guest import Guest, guest_xml
from tests.vms.conftest import hv1, lab_host, tiny_image  # noqa: F401
from tests.vms.lab import TINY
from tests.vms.test_lab_create import created
from virt import pool
from virt.hosts import storage
from virt.specs import VolumeSpec
from vms.models import VM
from vms.services.create import CreateRequest, request_create
from vms.services.lifecycle import request_delete
from vms.services.power import request_power
from vms.sync.rows import take_over

from .lab import IMAGES, disk, ended, files, fresh, rows, tick, tree

pytestmark = [
    pytest.mark.lab,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("tiny_image"),
]


def test_guest_goes_back_to_an_older_tick(
    hv1: LabHost,  # noqa: F811
    lab_host: Host,  # noqa: F811
    oli: User,
) -> None:
    vm = created(request_create(CreateRequest("tiny01", TINY, size="tiny"), oli))
    before = tick(hv1, "tiny01")
    ended(request_snapshot(fresh(vm), oli, name="with memory", with_memory=True))
    first = Snapshot.objects.get()
    assert (first.kind, first.state, first.has_memory) == ("external", "running", True)
    assert first.size
    assert first.size > 1024**2
    later = tick(hv1, "tiny01", at_least=before + 9)

    ended(request_revert(first, oli))
    assert tick(hv1, "tiny01") < later
    kept = Snapshot.objects.get(origin="revert")
    assert tree(hv1, "tiny01") == rows(vm) == {first.key: "", kept.key: first.key}
    assert Snapshot.objects.get(is_current=True) == first

    ended(request_power(fresh(vm), "force_off", oli))
    ended(request_delete(fresh(vm), oli, with_disks=True, confirm_name="tiny01"))
    assert files(hv1) == set()


def adopted(hv1: LabHost, host: Host, owner: User, name: str) -> VM:  # noqa: F811
    """Return a machine that somebody defined on the host, on a qcow2 disk."""
    path = f"{IMAGES}/guesthouse-{name}.qcow2"
    with pool.pooled(hv1.address(), "poll") as hypervisor:
        spec = VolumeSpec(f"guesthouse-{name}.qcow2", capacity=64 * 2**20)
        storage.create_volume(hypervisor, "default", spec)
        domain = hypervisor.define(guest_xml(name, disk=path))
        domain.start()
        take_over(host, domain.info())
    VM.objects.filter(name=name).update(owner=owner)
    return VM.objects.select_related("host", "owner", "team").get(name=name)


@pytest.mark.slow
def test_a_foreign_guest_goes_back_inside_its_disk(
    hv1: LabHost,  # noqa: F811
    lab_host: Host,  # noqa: F811
    oli: User,
) -> None:
    vm = adopted(hv1, lab_host, oli, "foreign1")
    guest = Guest(hv1, "foreign1")
    guest.wait_ticking()
    ended(request_snapshot(vm, oli, name="1", with_memory=True))
    row = Snapshot.objects.get()
    assert (row.key, row.kind, row.state, row.size) == ("snapshot-1", "internal", "running", None)
    guest.wait_ticking()
    guest.wait_ticking()
    ended(request_revert(row, oli, keep_present=False))
    guest.wait_ticking()
    ticks = guest.ticks()
    assert any(after < before for before, after in pairwise(ticks)), ticks
    assert fresh(vm).state == "running"

    # What the snapshot has and the machine has no longer: a log in a file of the host.
    with pool.pooled(hv1.address(), "poll") as hypervisor:
        domain = hypervisor.get_domain(str(vm.uuid))
        text = domain.xml(secure=True, inactive=True)
        start, end = text.index("<log "), text.index("/>", text.index("<log ")) + 2
        hypervisor.define(text[:start] + text[end:])
    refused = request_revert(row, oli, keep_present=False)
    refused.refresh_from_db()
    assert (refused.state, refused.error_code) == (JobState.FAILED, "policy")
    assert fresh(vm).state == "running"

    ended(request_deletion(row, oli))
    assert tree(hv1, "foreign1") == {}
    assert fresh(vm).snapshot_count == 0


@pytest.mark.slow
def test_layers_are_merged_and_branches_stay(
    hv1: LabHost,  # noqa: F811
    lab_host: Host,  # noqa: F811
    oli: User,
) -> None:
    vm = created(request_create(CreateRequest("tiny02", TINY, size="tiny"), oli))
    base = f"guesthouse-{vm.uuid.hex[:16]}.raw"
    assert tick(hv1, "tiny02")
    ended(request_snapshot(fresh(vm), oli, name="first"))
    first = Snapshot.objects.get()
    assert (first.state, first.has_memory, first.kind) == ("disk-snapshot", False, "external")
    ended(request_revert(first, oli))
    branch = Snapshot.objects.get(origin="revert")
    ended(request_snapshot(fresh(vm), oli, name="second"))
    second = Snapshot.objects.get(name="second")
    hv1.virsh("snapshot-create-as", "tiny02", "foreign", "--disk-only", "--atomic")
    read_host(lab_host)
    foreign = Snapshot.objects.get(key="foreign")
    assert (foreign.origin, foreign.parent, foreign.is_current) == ("outside", second, True)
    assert (fresh(vm).snapshot_count, fresh(vm).disk_layers) == (4, 4)

    job = ended(request_deletion(second, oli))  # in the middle: its layer goes into the one below
    assert any(line.startswith("virsh blockcommit tiny02 vda") for line in job.commands)
    assert tree(hv1, "tiny02") == rows(vm)
    assert rows(vm)["foreign"] == rows(vm)[branch.key] == first.key
    assert fresh(vm).disk_layers == 3
    ended(request_revert(Snapshot.objects.get(key="foreign"), oli, keep_present=False))
    assert tick(hv1, "tiny02")  # started anew from what was merged

    ended(request_deletion(branch, oli))
    ended(request_power(fresh(vm), "force_off", oli))
    ended(request_merge(fresh(vm), oli, keep=0))  # wakes the machine, and switches it off again
    assert rows(vm) == tree(hv1, "tiny02") == {}
    assert fresh(vm).state == "off"
    assert files(hv1) == {base}
    assert (fresh(vm).snapshot_count, fresh(vm).disk_layers) == (0, 1)
    ended(request_power(fresh(vm), "start", oli))
    assert disk(hv1, "tiny02") == f"{IMAGES}/{base}"
    assert tick(hv1, "tiny02")


def test_no_more_than_the_quota_comes_back(
    hv1: LabHost,  # noqa: F811
    lab_host: Host,  # noqa: F811
    oli: User,
    settings: Any,
) -> None:
    wish = CreateRequest("tiny03", TINY, size="tiny", start=False)
    vm = created(request_create(wish, oli))
    ended(request_snapshot(fresh(vm), oli, name="off"))
    row = Snapshot.objects.get()
    assert (row.kind, row.state, Layer.objects.count()) == ("external", "shutoff", 2)
    settings.CELERY_TASK_ALWAYS_EAGER = False
    job = request_revert(row, oli, keep_present=False)
    Snapshot.objects.update(vcpus=4)  # as if the machine had been smaller since
    Limit.objects.create(user=oli, resource=Resource.VCPUS, amount=2)
    running.run(job.pk)
    job = Job.objects.get(pk=job.pk)
    assert (job.state, job.error_code) == (JobState.FAILED, "quota")
    assert tree(hv1, "tiny03") == {row.key: ""}


def test_a_machine_with_layers_is_backed_up_whole(
    hv1: LabHost,  # noqa: F811
    lab_host: Host,  # noqa: F811
    oli: User,
    ada: User,
) -> None:
    ended(request_place(lab_host, ada))
    vm = created(request_create(CreateRequest("tiny04", TINY, size="tiny", start=False), oli))
    ended(request_snapshot(fresh(vm), oli, name="off"))
    try:
        ended(request_backup(fresh(vm), oli))
        ended(request_power(fresh(vm), "start", oli))
        ended(request_backup(fresh(vm), oli))
        for backup in Backup.objects.all():
            name = backup.files[0]["name"]
            with pool.pooled(hv1.address(), "poll") as hypervisor:
                volume = storage.get_volume(hypervisor, PLACE, name)
            assert (volume.format, volume.backing_path) == ("qcow2", "")
            assert volume.allocation > 2**20
    finally:
        for backup in Backup.objects.all():
            ended(request_backup_deletion(backup, oli))
        hv1.virsh("pool-destroy", PLACE, check=False)
        hv1.virsh("pool-undefine", PLACE, check=False)
    assert tree(hv1, "tiny04") == rows(vm) == {"off": ""}
