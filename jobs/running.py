"""Carry one job: claim it, let its operation work, write how it ended.

The claim raises `attempt`, which is the fence: the row takes writes only from the newest claim,
so a worker that slept past its lease cannot write over the one that took over. This is the one
place that catches whatever an operation raises.
"""

import logging
import time
from typing import Any

from django.db import InterfaceError, OperationalError, close_old_connections, transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_noop

from accounts.access import ActionRefused
from virt.errors import OperationAborted, VirtError

from . import audit
from .announce import job_changed
from .clock import from_now, lease_seconds
from .context import JobContext
from .errors import Cancelled, FenceLost, Undetermined
from .heartbeat import keeper
from .kinds import UnknownKind, get_kind
from .models import Job, JobState

__all__ = ["Cancelled", "FenceLost", "JobContext", "Undetermined", "run"]

INTERNAL = gettext_noop("Something went wrong inside the portal. The log says more.")
UNKNOWN_KIND = gettext_noop("This version of the portal does not know this kind of job.")
WRITE_TRIES = 5

log = logging.getLogger(__name__)


def run(pk: int) -> None:
    """Do job `pk` if it waits; a second delivery of the same id does nothing."""
    job = claim(pk)
    if job is None:
        return
    keeper.hold(job.pk, job.attempt)
    try:
        _carry(job)
    finally:
        keeper.release(job.pk, job.attempt)


def claim(pk: int) -> Job | None:
    """Take a queued job: one conditional write, which only one worker can win."""
    with transaction.atomic():
        if _waits(pk):
            return None
        won = Job.objects.filter(pk=pk, state=JobState.QUEUED).update(
            state=JobState.RUNNING,
            attempt=F("attempt") + 1,
            rev=F("rev") + 1,
            lease_owner=keeper.name(),
            lease_until=from_now(lease_seconds()),
            started_at=Coalesce("started_at", Now()),
        )
        if not won:
            return None
        job = Job.objects.select_related("actor").get(pk=pk)
        job_changed(job)
    return job


def _waits(pk: int) -> bool:
    """Say whether the job's kind keeps it in the queue, with the reason in the row."""
    job = Job.objects.filter(pk=pk, state=JobState.QUEUED, attempt=0).first()
    if job is None or job.spec.waits is None:
        return False
    reason = job.spec.waits(job)[:120]
    if reason and reason != job.phase:
        Job.objects.filter(pk=pk).update(phase=reason, rev=F("rev") + 1)
        job.refresh_from_db()
        job_changed(job)
    return bool(reason)


def _carry(job: Job) -> None:
    """Run the operation and write its end, unless somebody else holds the job by then."""
    context = JobContext(job)
    try:
        ending = _work(context)
    except FenceLost:
        log.warning("Job %d was taken over; attempt %d stops", job.pk, job.attempt)
        return
    except (OperationalError, InterfaceError) as error:
        log.warning("Job %d lost the database and is left to the sweeper: %s", job.pk, error)
        return
    _finish(context, ending)


def _work(context: JobContext) -> dict[str, Any]:
    """Call the operation; return the columns that tell how it ended."""
    job = context.job
    try:
        result = get_kind(job.kind).load()(context)
    except (FenceLost, OperationalError, InterfaceError):
        raise
    except (Cancelled, OperationAborted):
        return {"state": JobState.CANCELLED}
    except Undetermined as error:
        return _ending(JobState.UNDETERMINED, "undetermined", error.message, error.detail)
    except VirtError as error:
        log.info("Job %d: %s (%s)", job.pk, error.message, error.detail)
        return _ending(JobState.FAILED, error.slug, error.message, error.detail)
    except ActionRefused as error:
        return _ending(JobState.FAILED, error.code, str(error.message), "")
    except UnknownKind as error:
        return _ending(JobState.FAILED, "unknown-kind", UNKNOWN_KIND, str(error))
    except Exception as error:  # an operation's bug must end the job in words
        log.exception("Job %d failed on an error of ours", job.pk)
        return _ending(JobState.FAILED, "internal", INTERNAL, f"{type(error).__name__}: {error}")
    return {
        "state": JobState.SUCCEEDED,
        "progress": 100.0,
        "result": {**job.result, **(result or {})},
    }


def _ending(state: JobState, code: str, message: str, detail: str) -> dict[str, Any]:
    return {
        "state": state,
        "error_code": code[:40],
        "error_message": message,
        "error_detail": detail.replace("\0", ""),
    }


def _told(job: Job) -> dict[str, Any]:
    """Return what the record keeps of the end: what it was before and after, where the job says."""
    told: dict[str, Any] = {"job": job.pk}
    if job.error_code:
        return told | {"error": job.error_code}
    return told | {name: job.result[name] for name in ("before", "after") if name in job.result}


def _finish(context: JobContext, ending: dict[str, Any]) -> None:
    """Write the end; a database that is away for a moment is waited for."""
    for last in (False,) * (WRITE_TRIES - 1) + (True,):
        try:
            write_end(context.job, context.attempt, ending)
        except FenceLost:
            log.warning("Job %d was taken over before its end was written", context.job.pk)
        except (OperationalError, InterfaceError):
            if last:
                log.exception("The end of job %d could not be written", context.job.pk)
            else:
                close_old_connections()
                time.sleep(1)
                continue
        return


def write_end(job: Job, attempt: int, ending: dict[str, Any]) -> None:
    """End a running job whose claim is `attempt`, with its line in the audit record."""
    with transaction.atomic():
        mine = Job.objects.filter(pk=job.pk, attempt=attempt, state=JobState.RUNNING)
        changes = {"finished_at": Now(), "lease_until": None, "rev": F("rev") + 1, **ending}
        if not mine.update(**changes):
            raise FenceLost
        job.refresh_from_db()
        audit.record(
            job.actor,
            job.kind,
            target_kind=job.target_kind,
            target_id=job.target_id,
            target_name=job.target_name,
            outcome=job.state,
            detail=_told(job),
        )
        job_changed(job)
