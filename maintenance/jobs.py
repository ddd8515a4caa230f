"""What the pages of jobs have to know about plans."""

from django.urls import reverse

from accounts.access import Person
from accounts.models import User
from jobs.models import Job

from .access import get_plan
from .services.ending import go_on
from .telling import tell


def plan_job_changed(job: Job) -> None:
    """Have the plan's page show how its job goes."""
    if job.target_id is not None:
        tell(job.target_id)


def link_to_plan(job: Job) -> str:
    """Return where the plan of a job is shown."""
    return reverse("maintenance:plan", args=[job.target_id])


def retry_plan_job(job: Job, by: Person) -> Job:
    """Go on with the plan."""
    assert isinstance(by, User)
    return go_on(get_plan(by, job.target_id or 0), by) or job
