"""What is announced of a machine to open pages: the few cells that a row shows.

Facts go to many readers in several languages, so they hold keys and numbers, never words: the
page has the word for each state and reason.
"""

from datetime import datetime
from typing import TypedDict

from jobs.models import Job

from .models import VM

# Memory in use is told in steps, so that a quiet guest sends nothing.
MEMORY_STEP = 16 * 1024**2


class JobFacts(TypedDict):
    """The job that changes a machine."""

    id: int
    kind: str


class Cells(TypedDict, total=False):
    """The cells that a sample changes."""

    cpu: int | None
    mem_used: int | None


class VMFacts(TypedDict):
    """The cells of a row. `state` is what to draw (a key), `settled` what libvirt says."""

    name: str
    state: str
    settled: str
    reason: str
    since: str
    started: str | None
    started_before: bool
    job: JobFacts | None
    progress: int | None
    cpu: int | None
    mem_used: int | None
    mem: int
    address: str
    protected: bool
    on: bool


def facts_of(vm: VM) -> VMFacts:
    """Return the facts of a machine whose `active_job` is attached and whose host is loaded."""
    is_away = not vm.host.is_online
    cells = cells_of(vm.cpu_percent, vm.memory_used)
    return {
        "name": vm.name,
        "state": str(vm.shown_state),
        "settled": str(vm.state),
        "reason": vm.shown_reason,
        "since": _iso(vm.state_since) or "",
        "started": _iso(vm.started_at),
        "started_before": vm.started_before,
        "job": job_facts(vm.active_job),
        "progress": progress_of(vm.active_job),
        "cpu": None if is_away or not vm.is_on else cells["cpu"],
        "mem_used": None if is_away or not vm.is_on else cells["mem_used"],
        "mem": vm.memory,
        "address": vm.address,
        "protected": vm.is_protected,
        "on": vm.is_on,
    }


def cells_of(cpu_percent: float | None, memory_used: int | None) -> Cells:
    """Return use as it is shown: whole per cent, memory in steps of 16 MiB."""
    return {
        "cpu": None if cpu_percent is None else round(cpu_percent),
        "mem_used": None if memory_used is None else round(memory_used / MEMORY_STEP) * MEMORY_STEP,
    }


def job_facts(job: Job | None) -> JobFacts | None:
    """Return what a row shows of the job, or None."""
    if job is None or not job.is_active:
        return None
    return {"id": job.pk, "kind": job.kind}


def progress_of(job: Job | None) -> int | None:
    """Return whole per cent of the job, or None where it does not say."""
    return None if job is None or job.progress is None else round(job.progress)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
