"""Jobs in the API, and how a changing call answers."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status

from accounts.access import Capability, is_admin
from accounts.api_auth import declares
from accounts.api_paging import Page, Paging, page_of

from . import audit, services
from .audit import search
from .models import Job

router = Router(tags=["jobs"])


class JobOut(Schema):
    """One changing action, as far as it is."""

    id: int
    kind: str
    state: str
    progress: float | None
    phase: str
    target_kind: str
    target_id: int | None
    target_name: str
    actor: str | None
    commands: list[str]
    error_code: str
    error_message: str
    error_detail: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @staticmethod
    def resolve_actor(job: Job) -> str | None:
        """Return the user name of who asked."""
        return job.actor.username if job.actor else None

    @staticmethod
    def resolve_error_detail(job: Job, context: Any) -> str:
        """Return libvirt's own words to administrators only: they may hold host paths."""
        request = context.get("request") if context else None
        return job.error_detail if request is not None and is_admin(request.user) else ""


class JobFilter(Schema):
    """Which jobs are wanted."""

    state: str = ""
    kind: str = ""
    target_kind: str = ""
    target_id: int | None = None


class AuditFilter(Schema):
    """Which lines are wanted; `target` is a name, or such as "vm:7"; both days are included."""

    q: str = ""
    who: str = ""
    action: str = ""
    target: str = ""
    outcome: str = ""
    ip: str = ""
    since: date | None = None
    until: date | None = None


class Accepted(Schema):
    """The answer of a changing call."""

    job: JobOut


class AuditOut(Schema):
    """One line of the audit log."""

    seq: int
    at: datetime
    actor_name: str
    ip: str | None
    action: str
    target_kind: str
    target_id: int | None
    target_name: str
    outcome: str
    detail: dict[str, Any]
    hash: str


def accepted(response: HttpResponse, job: Job) -> Status[dict[str, Job]]:
    """Answer 202 with the job and where to follow it."""
    response["Location"] = f"/api/v1/jobs/{job.pk}"
    return Status(202, {"job": job})


def key_of(request: HttpRequest) -> str:
    """Return the caller's Idempotency-Key; a repeat with the same key gets the first job."""
    return request.headers.get("Idempotency-Key", "")[:80]


@router.get("/jobs", response=Page[JobOut], summary="List jobs")
@declares(Capability.JOB_VIEW)
def list_jobs(
    request: HttpRequest, wanted: Query[JobFilter], paging: Query[Paging]
) -> dict[str, Any]:
    """Return the jobs that the caller may see, newest first."""
    rows = Job.objects.visible_to(request.user).select_related("actor")
    chosen = {name: value for name, value in wanted.dict().items() if value not in ("", None)}
    return page_of(rows.filter(**chosen).order_by("-created_at", "-pk"), paging)


@router.get("/jobs/{int:job_id}", response=JobOut, summary="Follow a job")
@declares(Capability.JOB_VIEW)
def get_job(request: HttpRequest, job_id: int) -> Job:
    """Return one job."""
    rows = Job.objects.visible_to(request.user).select_related("actor")
    return get_object_or_404(rows, pk=job_id)


@router.post("/jobs/{int:job_id}/cancel", response={202: Accepted}, summary="Cancel a job")
@declares(Capability.JOB_VIEW)
def cancel_job(request: HttpRequest, response: HttpResponse, job_id: int) -> Any:
    """Ask a job to stop; who asked for it may, and who may operate its machine."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=job_id)
    services.request_cancel(job, request.user)
    job.refresh_from_db()
    return accepted(response, job)


@router.post("/jobs/{int:job_id}/retry", response={202: Accepted}, summary="Do it once more")
@declares(Capability.JOB_VIEW)
def retry_job(request: HttpRequest, response: HttpResponse, job_id: int) -> Any:
    """Ask for the work of a job that failed or was cancelled once more, with today's rules."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=job_id)
    return accepted(response, services.request_retry(job, request.user))


@router.get("/audit", response=Page[AuditOut], summary="Read the audit log")
@declares(Capability.AUDIT_VIEW)
def list_audit(
    request: HttpRequest, wanted: Query[AuditFilter], paging: Query[Paging]
) -> dict[str, Any]:
    """Return the lines asked for, newest first."""
    given = {name: str(value) for name, value in wanted.dict().items() if value}
    return page_of(search.find(search.wanted(given)), paging)


@router.get("/audit/verify", summary="Verify the audit log")
@declares(Capability.AUDIT_VIEW)
def verify_audit(request: HttpRequest) -> dict[str, Any]:
    """Walk the whole chain and name each line that was altered, removed or put in."""
    return {"problems": [str(found) for found in audit.verify()]}
