"""F02: a worker that is killed at any step leaves work that the next one finishes, once."""

import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as site
from django.db import connection
from django.utils import timezone

from accounts.models import User
from hosts.models import Host
from jobs import running, sweeping
from jobs.models import Job, JobState
from tests.lab import LabHost
from vms.models import VM
from vms.services.create import CreateRequest, request_create
from vms.services.lifecycle import request_delete

from .lab import TINY, bases, domains, volumes

pytestmark = [
    pytest.mark.lab,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("tiny_image"),
]
MOST_STEPS = 20


@pytest.fixture(autouse=True)
def _no_eager_worker(settings: Any) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = False


def work_and_die(job: Job, step: int) -> bool:
    """Let a worker process do the job until it is killed at a step; say whether it was."""
    environment = {
        **os.environ,
        "GUESTHOUSE_DATA": str(site.DATA_DIR),
        "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
        "DJANGO_SETTINGS_MODULE": "hypervisor_site.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.vms.dying_worker", str(job.pk), str(step)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode in {0, -9}, done.stderr
    return done.returncode == -9


def take_over(job: Job) -> Job:
    """Let the lease run out and another worker take the job."""
    past = timezone.now() - timedelta(seconds=60)
    Job.objects.filter(pk=job.pk).update(lease_until=past)
    assert sweeping.adopt_expired() == 1
    running.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED, (job.error_message, job.error_detail)
    assert job.attempt == 2
    return job


@pytest.mark.parametrize("image", [pytest.param("uploaded", marks=pytest.mark.slow), "copied"])
def test_killed_creations_are_finished_once(
    hv1: LabHost, lab_host: Host, oli: User, image: str
) -> None:
    """The first machine on a pool uploads the image and keeps a base; later ones copy that."""
    for step in range(1, MOST_STEPS):
        if image == "uploaded":
            for name in bases(hv1):
                hv1.virsh("vol-delete", name, "--pool", "default")
        job = request_create(CreateRequest(f"tiny{step}", TINY, size="tiny"), oli)
        was_killed = work_and_die(job, step)
        if was_killed:
            take_over(job)
        vm = VM.objects.get()
        assert (vm.name, vm.state, vm.owner, vm.is_made) == (f"tiny{step}", "running", oli, True)
        assert domains(hv1) == [vm.name]
        assert len(volumes(hv1)) == 1
        assert len(bases(hv1)) == 1
        hv1.virsh("destroy", vm.name)
        VM.objects.filter(pk=vm.pk).update(state="off", domain_id=None)
        vm.refresh_from_db()
        running.run(request_delete(vm, oli, with_disks=True, confirm_name=vm.name).pk)
        assert domains(hv1) == volumes(hv1) == []
        if not was_killed:
            break
    assert step > (9 if image == "uploaded" else 5), "fewer steps were tried than there are"


def test_killed_deletions_are_finished_once(
    hv1: LabHost,
    lab_host: Host,
    oli: User,
) -> None:
    for step in range(1, MOST_STEPS):
        wish = CreateRequest(f"tiny{step}", TINY, size="tiny", start=False)
        running.run(request_create(wish, oli).pk)
        vm = VM.objects.get()
        job = request_delete(vm, oli, with_disks=True, confirm_name=vm.name)
        was_killed = work_and_die(job, step)
        if was_killed:
            take_over(job)
        assert domains(hv1) == volumes(hv1) == []
        assert not VM.objects.exists()
        if not was_killed:
            break
    assert step > 2, "fewer steps were tried than there are"
