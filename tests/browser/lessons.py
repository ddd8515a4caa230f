"""Scenes of a team whose members have a machine each."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from accounts.models import Membership, Team, User
from hosts.models import Host, Network
from jobs.announce import job_changed
from jobs.models import Job, JobState
from quotas.models import Limit, Resource
from tests.factories import make_host, make_vm
from vms.announcing import announce_change, announce_gone
from vms.models import VM

EACH = 8


def lessons() -> None:
    """Make a team that may have eight vCPU, with Oli and Sam as members."""
    host = make_host("alder")
    Network.objects.create(host=host, uuid=uuid4(), name="default", mode="nat", active=True)
    team = Team.objects.create(name="Teaching", slug="teaching", lease_days=30)
    for name in ("oli", "sam"):
        Membership.objects.create(team=team, user=User.objects.get(username=name))
    for resource in (Resource.VCPUS, Resource.MACHINES):
        Limit.objects.create(team=team, resource=resource, amount=EACH)


def lesson(name: str, owner: str, **fields: Any) -> int:
    """Give a person a machine of the team."""
    team, user = Team.objects.get(slug="teaching"), User.objects.get(username=owner)
    known = {"address": "10.20.4.57", "vcpus": 2, "ends_at": timezone.now() + timedelta(days=20)}
    host = Host.objects.get(name="alder")
    vm = make_vm(name, host=host, team=team, owner=user, **{**known, **fields})
    announce_change(vm)
    return int(vm.pk)


def done(name: str) -> None:
    """Let the job of a machine succeed, and tell of it."""
    job = Job.objects.active().get(target_name=name)
    job.state, job.finished_at, job.rev = JobState.SUCCEEDED, timezone.now(), job.rev + 1
    job.save(update_fields=["state", "finished_at", "rev"])
    job_changed(job)


def gone(name: str) -> None:
    """Take a machine away."""
    vm = VM.objects.get(name=name)
    announce_gone(vm)
    vm.delete()


LESSONS: dict[str, Callable[..., Any]] = {
    scene.__name__: scene for scene in (lessons, lesson, done, gone)
}
