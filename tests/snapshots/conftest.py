"""What the tests of snapshots without a host share."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from hosts.models import Host
from jobs.models import Job, JobState
from snapshots.models import Snapshot
from tests.factories import make_host, make_vm
from vms.models import VM

GIB = 1024**3
DISKS = [
    {"target": "vda", "format": "raw", "source": "/p/a.img", "source_kind": "file"},
]


@pytest.fixture
def _no_worker(settings: Any) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = False


@pytest.fixture
def host(db: None) -> Host:
    return make_host("kvm-01")


@pytest.fixture
def vm(host: Host, oli: User) -> VM:
    return make_vm("web01", host=host, owner=oli, disks=DISKS, vcpus=2, memory=GIB)


def made(vm: VM, key: str = "one", **fields: Any) -> Snapshot:
    facts = {
        "name": key,
        "kind": "external",
        "state": "disk-snapshot",
        "made_at": timezone.now(),
        "vcpus": vm.vcpus,
        "memory": vm.memory,
        "disks": [{"target": "vda", "kind": "external", "state": f"/p/{key}.img", "overlay": ""}],
    }
    return Snapshot.objects.create(vm=vm, key=key, **facts | fields)


def end(job: Job, state: str = JobState.SUCCEEDED) -> None:
    Job.objects.filter(pk=job.pk).update(state=state)
