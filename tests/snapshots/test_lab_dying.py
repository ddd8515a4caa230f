"""A worker dies over a snapshot, a revert and a merge; the next one ends what it began."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from hosts.models import Host
from jobs import running
from jobs.models import Job, JobState
from jobs.services import request_cancel
from snapshots.models import Layer, Snapshot
from snapshots.operations import merging
from snapshots.services.asking import request_deletion, request_revert, request_snapshot
from tests.lab import LabHost
from tests.vms.conftest import hv1, lab_host, tiny_image  # noqa: F401
from tests.vms.lab import TINY
from tests.vms.test_lab_create import created
from virt.domains import layers
from virt.domains import snapshots as records
from vms.models import VM
from vms.services.create import CreateRequest, request_create

from .lab import disk, ended, files, fresh, rows, tick, tree

pytestmark = [
    pytest.mark.lab,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("tiny_image"),
]


class Died(BaseException):
    """The worker is no more: nothing of it runs any further."""


@pytest.fixture
def vm(hv1: LabHost, lab_host: Host, oli: User, settings: Any) -> VM:  # noqa: F811
    made = created(request_create(CreateRequest("tiny05", TINY, size="tiny"), oli))
    assert tick(hv1, "tiny05")
    settings.CELERY_TASK_ALWAYS_EAGER = False
    return fresh(made)


def dies_in(
    monkeypatch: pytest.MonkeyPatch, place: Any, name: str, job: Job, *, after: bool
) -> None:
    """Run the job; the worker dies when it comes to this call, before or after it."""
    plain: Callable[..., Any] = getattr(place, name)

    def die(*args: Any, **kwargs: Any) -> Any:
        if after:
            plain(*args, **kwargs)
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(place, name, die)
        with pytest.raises(Died):
            running.run(job.pk)
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED)
    running.run(job.pk)
    assert ended(job).attempt == 2


def done(job: Job) -> Job:
    running.run(job.pk)
    return ended(job)


def test_each_is_ended_by_the_next_worker(
    hv1: LabHost,  # noqa: F811
    vm: VM,
    oli: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken = request_snapshot(vm, oli, name="one", with_memory=True)
    dies_in(monkeypatch, records, "take", taken, after=True)
    one = Snapshot.objects.get()
    assert one.is_made
    assert tree(hv1, "tiny05") == rows(vm) == {"one": ""}

    back = request_revert(one, oli)
    dies_in(monkeypatch, records, "start_from", back, after=False)
    assert fresh(vm).state == "running"
    assert tick(hv1, "tiny05")
    assert len(rows(vm)) == 2
    kept = Snapshot.objects.get(origin="revert")

    done(request_snapshot(fresh(vm), oli, name="two"))
    done(request_snapshot(fresh(vm), oli, name="three"))
    gone = request_deletion(Snapshot.objects.get(key="two"), oli)
    dies_in(monkeypatch, merging, "_wait", gone, after=True)
    assert tree(hv1, "tiny05") == rows(vm)
    assert not Layer.objects.exclude(into="").exists()
    three = Snapshot.objects.get(key="three")
    assert three.disks[0]["state"] in {layer.path for layer in vm.layers.all()}
    done(request_revert(three, oli, keep_present=False))
    assert tick(hv1, "tiny05")

    stopped = request_deletion(one, oli, with_children=True)

    def cancel_first(*args: Any, **kwargs: Any) -> Any:
        request_cancel(Job.objects.get(pk=stopped.pk), oli)
        return begin(*args, **kwargs)

    begin = layers.merge
    monkeypatch.setattr(layers, "merge", cancel_first)
    running.run(stopped.pk)
    stopped.refresh_from_db()
    assert stopped.state in {JobState.CANCELLED, JobState.SUCCEEDED}
    assert tree(hv1, "tiny05") == rows(vm) == {}
    assert kept.key not in rows(vm)
    assert tick(hv1, "tiny05")
    assert f"{disk(hv1, 'tiny05').rpartition('/')[2]}" in files(hv1)


def test_a_snapshot_that_is_stopped_leaves_nothing(
    hv1: LabHost,  # noqa: F811
    vm: VM,
    oli: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = files(hv1)
    job = request_snapshot(vm, oli, name="one", with_memory=True)
    plain = records.take

    def take_then_cancel(*args: Any, **kwargs: Any) -> None:
        request_cancel(Job.objects.get(pk=job.pk), oli)
        plain(*args, **kwargs)

    monkeypatch.setattr(records, "take", take_then_cancel)
    running.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert not Snapshot.objects.exists()
    assert tree(hv1, "tiny05") == {}
    assert files(hv1) == before
    assert tick(hv1, "tiny05")
