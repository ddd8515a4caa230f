"""Ask for work and ask to stop it: short transactions on the web side."""

import logging
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, Person, allows, on_whole_site

from . import audit
from .announce import job_changed
from .kinds import Kind, get_kind
from .models import Job, JobAudience, JobState
from .sending import send_on_commit
from .targets import target_of

log = logging.getLogger(__name__)


def create_job(
    kind: str,
    *,
    target_kind: str,
    target_id: int | None,
    target_name: str,
    actor: Person | None,
    host_id: int | None = None,
    params: dict[str, Any] | None = None,
    audiences: Iterable[str] = ("admins",),
    idempotency_key: str = "",
) -> Job:
    """Accept work: write the row and, on commit, send it to the workers.

    The person who asks hears about it, whatever `audiences` says. A repeated `idempotency_key`
    returns the job of the first time. Raises ActionRefused (`busy`, 409, with `.extra["job"]`)
    while another exclusive job holds the target.
    """
    known = get_kind(kind)
    user_id = actor.pk if actor is not None else None
    with transaction.atomic():
        if repeated := asked_before(user_id, idempotency_key):
            return repeated
        job = Job(
            kind=kind,
            target_kind=target_kind,
            target_id=target_id,
            target_name=target_name[:255],
            host_id=host_id,
            actor_id=user_id,
            params=params or {},
            queue=known.queue,
            exclusive=known.is_exclusive,
            idempotency_key=idempotency_key or None,
        )
        _insert(job, known)
        heard = {"admins", *audiences} | ({f"user-{user_id}"} if user_id else set())
        JobAudience.objects.bulk_create(JobAudience(job=job, name=name) for name in sorted(heard))
        _record(job, actor, "asked", {"params": job.params})
        job_changed(job)
        send_on_commit(job)
    return job


def active_job_of(target_kind: str, target_id: int) -> Job | None:
    """Return the exclusive job that is queued or running on the target."""
    jobs = Job.objects.active().filter(target_kind=target_kind, target_id=target_id, exclusive=True)
    return jobs.first()


def active_jobs_of(target_kind: str, target_ids: Iterable[int]) -> dict[int, Job]:
    """Return the exclusive active job of each target that has one; one query."""
    jobs = Job.objects.active().filter(
        target_kind=target_kind, target_id__in=list(target_ids), exclusive=True
    )
    return {job.target_id: job for job in jobs if job.target_id is not None}


def request_cancel(job: Job, by: Person | None) -> Job:
    """Cancel a job that waits, or ask a running one to stop at its next safe point.

    Raises PermissionDenied without the right, ActionRefused when it is over already, or of a kind
    that cannot be stopped half-way.
    """
    if by is not None and not may_cancel(job, by):
        raise PermissionDenied
    with transaction.atomic():
        now = Job.objects.select_for_update().get(pk=job.pk)
        if not now.is_active:
            raise ActionRefused(
                _("%(title)s of %(name)s is over already.")
                % {"title": now.spec.title, "name": now.target_name},
                code="job-over",
            )
        if not now.cancel_requested:
            _cancel(now)
            _record(now, by, "cancel-asked", {})
    return now


def may_cancel(job: Job, user: Person) -> bool:
    """Say whether `user` may stop `job`: an administrator, who asked, or whom its room lets."""
    if on_whole_site(user, Capability.VM_OPERATE):
        return True
    if user.is_authenticated and job.actor_id == user.pk:
        return allows(user, Capability.VM_OPERATE)
    decides = target_of(job).may_cancel
    return decides is not None and decides(job, user)


def can_retry(job: Job) -> bool:
    """Say whether the work can be asked for once more by one press."""
    over = job.state in {JobState.FAILED, JobState.CANCELLED}
    return over and target_of(job).retry is not None


def request_retry(job: Job, by: Person) -> Job:
    """Ask for the same work once more through the room of its target, with its rules."""
    retry = target_of(job).retry
    if not may_cancel(job, by):
        raise PermissionDenied
    if retry is None or not can_retry(job):
        raise ActionRefused(_("This job cannot be asked for again."), code="not-repeatable")
    return retry(job, by)


def busy(holder: Job) -> ActionRefused:
    """Return the refusal that names the job which holds the target."""
    return ActionRefused(
        _("%(name)s is busy: %(title)s has not ended yet.")
        % {"name": holder.target_name, "title": holder.spec.title},
        code="busy",
        status=409,
        job=holder,
    )


def _cancel(job: Job) -> None:
    """End a waiting job, or raise the flag of one that a worker has."""
    if job.state == JobState.QUEUED and job.attempt == 0:
        changes = {"state": JobState.CANCELLED, "finished_at": Now()}
    elif job.spec.is_cancellable:
        changes = {}
        if job.spec.unstoppable and (reason := job.spec.unstoppable(job)):
            raise ActionRefused(reason, code="not-cancellable")
    else:
        raise ActionRefused(
            _("%(title)s cannot be stopped half-way.") % {"title": job.spec.title},
            code="not-cancellable",
        )
    Job.objects.filter(pk=job.pk).update(cancel_requested=True, rev=F("rev") + 1, **changes)
    job.refresh_from_db()
    job_changed(job)


def asked_before(user_id: int | None, key: str) -> Job | None:
    """Return the job that this person asked for with the same idempotency key, if any."""
    if not key:
        return None
    return Job.objects.filter(actor_id=user_id, idempotency_key=key).first()


def _insert(job: Job, kind: Kind) -> None:
    """Insert the row; the database's constraint decides who is first on a target."""
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:
        holder = None
        if kind.is_exclusive and job.target_id is not None:
            holder = active_job_of(job.target_kind, job.target_id)
        if holder is None:
            raise
        raise busy(holder) from None


def _record(job: Job, actor: Person | None, outcome: str, detail: dict[str, Any]) -> None:
    audit.record(
        actor,
        job.kind,
        target_kind=job.target_kind,
        target_id=job.target_id,
        target_name=job.target_name,
        outcome=outcome,
        detail={"job": job.pk, **detail},
    )
