"""Tell open pages how far a job is, and the room of its target that its row now looks different."""

from typing import TypedDict

from live.publish import announce

from .models import Job
from .targets import register_target, target_of

__all__ = ["JobFacts", "facts_of", "job_changed", "register_target"]


class JobFacts(TypedDict):
    """What a page knows of a job without fetching it. Words are left to the page's language."""

    kind: str
    state: str
    progress: float | None
    measured: bool
    phase: str
    target_kind: str
    target_id: int | None
    target_name: str
    cancel_requested: bool
    attempt: int


def facts_of(job: Job) -> JobFacts:
    """Return the live facts of `job`."""
    return JobFacts(
        kind=job.kind,
        state=job.state,
        progress=job.progress,
        measured=job.progress is not None,
        phase=job.phase,
        target_kind=job.target_kind,
        target_id=job.target_id,
        target_name=job.target_name,
        cancel_requested=job.cancel_requested,
        attempt=job.attempt,
    )


def job_changed(job: Job) -> None:
    """Announce `job` and its target on commit."""
    announce("job", job.pk, job.rev, {**facts_of(job)}, job.audiences)
    if changed := target_of(job).changed:
        changed(job)
    if changed := job.spec.changed:
        changed(job)
