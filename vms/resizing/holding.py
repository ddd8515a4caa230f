"""What is reserved for a machine that is being made bigger, and until when?

It is written into the row in the transaction that asks, and taken out when the job ends: what the
job did is in the row by then. Where it is not known what the job did, it stays until the host has
told.
"""

from datetime import datetime, timedelta

from django.db.models import Q

from hosts.models import HostState
from jobs.models import ACTIVE, Job, JobState
from vms.models import VM

KINDS = ("vm.resize", "vm.grow", "snapshot.revert")
NOTHING = {"held_vcpus": 0, "held_memory": 0, "held_disk": 0}
PATIENCE = timedelta(minutes=3)  # after the end of a job of which nobody knows what it did


def hold(vm: VM, vcpus: int, memory: int) -> None:
    """Count the machine with no less than this until the job that is asked for now has ended."""
    VM.objects.filter(pk=vm.pk).update(held_vcpus=vcpus, held_memory=memory)


def release_after(job: Job) -> None:
    """Let go of what a job had reserved, once it is known what it did."""
    if job.kind in KINDS and not job.is_active and job.state != JobState.UNDETERMINED:
        VM.objects.filter(pk=job.target_id or 0).update(**NOTHING)


def settle(now: datetime) -> None:
    """Let go of what nobody does any more, on hosts that have told what there is since."""
    held = Q(held_vcpus__gt=0) | Q(held_memory__gt=0) | Q(held_disk__gt=0)
    jobs = Job.objects.filter(kind__in=KINDS, target_kind="vm")
    busy = jobs.filter(Q(state__in=ACTIVE) | Q(finished_at__gt=now - PATIENCE))
    idle = VM.objects.filter(held).exclude(host__state=HostState.UNREACHABLE)
    idle.exclude(pk__in=busy.values("target_id")).update(**NOTHING)
