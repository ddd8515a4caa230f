"""Which job is changing a machine right now?"""

from collections.abc import Iterable

from jobs.models import Job

from .models import VM

# Beyond this many machines it is quicker to read all active jobs than to name the machines.
MANY = 200


def active_jobs(vms: Iterable[VM]) -> dict[int, Job]:
    """Return the active exclusive job of each machine that has one, by the machine's id."""
    ids = [vm.pk for vm in vms]
    if not ids:
        return {}
    jobs = Job.objects.active().filter(target_kind="vm", exclusive=True)
    if len(ids) <= MANY:
        jobs = jobs.filter(target_id__in=ids)
    return {job.target_id: job for job in jobs if job.target_id is not None}


def attach_jobs(vms: Iterable[VM]) -> list[VM]:
    """Fill in `active_job` of each machine with one query, and return the machines."""
    machines = list(vms)
    jobs = active_jobs(machines)
    for vm in machines:
        vm.active_job = jobs.get(vm.pk)
    return machines
