"""What the rooms above say about the targets of their jobs."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.access import Person

from .models import Job

Changed = Callable[[Job], None]
Link = Callable[[Job], str]
Retry = Callable[[Job, Person], Job]
MayCancel = Callable[[Job, Person], bool]


@dataclass(frozen=True, slots=True)
class Target:
    """A kind of target: who wants to hear of its jobs, where its page is, how to ask again.

    `retry` asks for the same work once more through the room's own service, with its rules.
    `may_cancel` says who else but administrators and the person who asked may stop a job.
    """

    kind: str
    changed: Changed | None = None
    link: Link | None = None
    retry: Retry | None = None
    may_cancel: MayCancel | None = None


_TARGETS: dict[str, Target] = {}


def register_target(
    kind: str,
    changed: Changed | None = None,
    *,
    link: Link | None = None,
    retry: Retry | None = None,
    may_cancel: MayCancel | None = None,
) -> None:
    """Tell about the targets of `kind`; called while the apps start.

    `changed(job)` runs after each change of a job, inside the transaction that changed it, at
    most 4 times a second for a job, on the web side and on workers. It has to be quick, and to
    bear a target that is gone.
    """
    _TARGETS[kind] = Target(kind, changed, link, retry, may_cancel)


def target_of(job: Job) -> Target:
    """Return what is known of the job's kind of target."""
    return _TARGETS.get(job.target_kind) or Target(job.target_kind)


def link_of(job: Job) -> str:
    """Return the address of the target's page, or "" where it has none."""
    link = target_of(job).link
    return link(job) if link is not None and job.target_id is not None else ""
