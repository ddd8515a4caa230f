"""How do open pages hear of a machine?

`rev` counts what was announced of a machine, except use (cpu, memory), which comes too often to
count. All functions send on commit.
"""

from collections.abc import Iterable

from django.db.models import F

from jobs.models import Job, JobState
from live.publish import announce

from .busy import attach_jobs
from .facts import facts_of, progress_of
from .models import VM

KIND = "vm"


def announce_row(vm: VM, also: Iterable[str] = ()) -> None:
    """Announce a machine whose `rev` is raised and whose `active_job` is attached."""
    announce(KIND, vm.pk, vm.rev, dict(facts_of(vm)), {*vm.audiences, *also})


def announce_change(vm: VM, also: Iterable[str] = ()) -> None:
    """Raise `rev` and announce the machine; `also` names who may see it no longer."""
    VM.objects.filter(pk=vm.pk).update(rev=F("rev") + 1)
    vm.refresh_from_db(fields=["rev"])
    attach_jobs([vm])
    announce_row(vm, also)


def announce_gone(vm: VM) -> None:
    """Announce that a machine is no more; called before or after its row is deleted."""
    announce(KIND, vm.pk, vm.rev + 1, {"gone": True, "name": vm.name}, vm.audiences)


def job_changed(job: Job) -> None:
    """Announce the machine that a job changes: the jobs room calls it on each change of a job."""
    vm = VM.objects.select_related("host").filter(pk=job.target_id).first()
    if vm is None:
        return
    if job.state == JobState.RUNNING and job.progress is not None:
        announce(KIND, vm.pk, vm.rev, {"progress": progress_of(job)}, vm.audiences)
    else:
        announce_change(vm)
