"""Snapshots in files of their own, on a real host: taken, gone back to, merged, deleted."""

import pytest

from accounts.models import User
from hosts.models import Host
from snapshots.models import Snapshot
from snapshots.reading import read_host
from snapshots.services.asking import (
    request_deletion,
    request_merge,
    request_revert,
    request_snapshot,
)
from tests.lab import LabHost
from tests.vms.conftest import hv1, lab_host, tiny_image  # noqa: F401
from tests.vms.lab import TINY
from tests.vms.test_lab_create import created
from vms.services.create import CreateRequest, request_create

from .lab import IMAGES, disk, ended, files, fresh, rows, tick, tree

pytestmark = [
    pytest.mark.lab,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("tiny_image"),
]


def test_guest_goes_back_to_an_older_tick_and_layers_are_merged(
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
    later = tick(hv1, "tiny01", at_least=before + 6)

    job = ended(request_revert(first, oli))
    assert "virsh restore --xml tiny01" not in job.commands
    assert tick(hv1, "tiny01") < later
    assert fresh(vm).state == "running"
    kept = Snapshot.objects.get(origin="revert")
    assert tree(hv1, "tiny01") == rows(vm) == {first.key: "", kept.key: first.key}
    assert Snapshot.objects.get(is_current=True) == first

    ended(request_snapshot(fresh(vm), oli, name="disks only"))
    second = Snapshot.objects.get(name="disks only")
    assert (second.state, second.has_memory, second.parent) == ("disk-snapshot", False, first)
    hv1.virsh("snapshot-create-as", "tiny01", "foreign", "--disk-only", "--atomic")
    read_host(lab_host)
    foreign = Snapshot.objects.get(key="foreign")
    assert (foreign.origin, foreign.parent, foreign.is_current) == ("outside", second, True)
    assert fresh(vm).snapshot_count == 4
    assert fresh(vm).disk_layers == 4

    ended(request_deletion(second, oli))  # in the middle: its layer goes into the one below
    assert tree(hv1, "tiny01") == rows(vm)
    assert rows(vm)["foreign"] == first.key
    assert fresh(vm).disk_layers == 3
    ended(request_revert(Snapshot.objects.get(key="foreign"), oli, keep_present=False))
    assert tick(hv1, "tiny01")  # started anew from what was moved

    ended(request_deletion(kept, oli))
    ended(request_merge(fresh(vm), oli, keep=0))
    assert rows(vm) == tree(hv1, "tiny01") == {}
    assert disk(hv1, "tiny01") == f"{IMAGES}/guesthouse-{vm.uuid.hex[:16]}.raw"
    assert files(hv1) == {f"guesthouse-{vm.uuid.hex[:16]}.raw"}
    assert (fresh(vm).snapshot_count, fresh(vm).disk_layers) == (0, 1)
    assert tick(hv1, "tiny01")
