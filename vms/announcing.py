"""How do open pages hear of a machine?

`rev` counts what was announced of a machine, except use (cpu, memory) and the progress of a job,
which come too often to count. All functions send on commit.
"""

from collections.abc import Iterable

from django.db.models import F

from jobs.models import Job, JobState
from live.publish import Change, announce, announce_many

from .busy import attach_jobs
from .facts import facts_of, progress_of
from .models import VM
from .resizing.holding import release_after

KIND = "vm"
# The kinds of jobs that make a machine whose row is there already; rooms above add theirs.
MAKERS = {"vm.create"}


def change_of(vm: VM) -> Change:
    """Return the message about a machine whose `rev` is raised and `active_job` attached."""
    facts = dict(facts_of(vm))
    return Change(kind=KIND, id=vm.pk, rev=vm.rev, facts=facts, audiences=vm.audiences)


def announce_change(vm: VM) -> None:
    """Raise `rev` and announce the machine."""
    VM.objects.filter(pk=vm.pk).update(rev=F("rev") + 1)
    vm.refresh_from_db(fields=["rev"])
    attach_jobs([vm])
    announce_many([change_of(vm)])


def announce_gone(vm: VM, to: Iterable[str] | None = None) -> None:
    """Announce that a machine is no more, to all who heard of it, or to those who lost it."""
    audiences = vm.audiences if to is None else list(to)
    if audiences:
        announce(KIND, vm.pk, vm.rev + 1, {"gone": True, "name": vm.name}, audiences)


def job_changed(job: Job) -> None:
    """Announce the machine that a job changes: the jobs room calls it on each change of a job.

    A machine that was to be made, and was not, has no row any more.
    """
    release_after(job)
    vm = VM.objects.select_related("host").filter(pk=job.target_id or 0).first()
    if vm is None:
        return
    if not vm.is_made and job.kind in MAKERS and job.state in _NOT_MADE:
        announce_gone(vm)
        vm.delete()
    elif job.state == JobState.RUNNING and job.progress is not None:
        announce(KIND, vm.pk, vm.rev, {"progress": progress_of(job)}, vm.audiences)
    else:
        announce_change(vm)


_NOT_MADE = (JobState.FAILED, JobState.CANCELLED)
