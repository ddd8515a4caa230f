"""Posture in the API: scores, findings, and letting them stand."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Field, Query, Router, Schema, Status

from accounts.access import Capability
from accounts.api_auth import declares
from accounts.api_paging import Page, Paging, page_of
from accounts.models import Team
from accounts.requests import SignedInRequest
from hosts.access import get_host
from jobs.api import Accepted, accepted
from teams.views.shown import managed_team
from vms.access import get_vm

from . import reports, services, things
from .access import get_finding, list_findings
from .filters import Wish, narrowed
from .links import name_of
from .models import Finding, Look
from .reports import Report
from .scoring import Score, score_of
from .severity import CEILINGS, SHARES, WEIGHTS
from .things import Thing

router = Router(tags=["posture"])


class AcceptanceOut(Schema):
    """Who lets a finding stand, why, and until which day."""

    by: str
    reason: str
    until: date
    made_at: datetime


class PostureFindingOut(Schema):
    """A check that does not hold ("bad"), or of which nothing is known ("unknown")."""

    id: int
    check: str
    part: str
    area: str
    severity: str
    state: str
    subject: str
    host_id: int | None
    vm_id: int | None
    title: str
    why: str
    fix: str
    evidence: list[str]
    since: datetime
    acceptance: AcceptanceOut | None


class ScoreOut(Schema):
    """Points of a hundred. `score` is null before the first look.

    `lost` and `unknown` are points that are lost or not known; `ceiling` is the severity that holds
    the score down, `bare` what it would be without.
    """

    score: int | None
    bare: int
    lost: float
    unknown: float
    ceiling: str


class PostureOut(ScoreOut):
    """A score with the number of findings that count, by severity, and of those that do not."""

    findings: dict[str, int]
    unknown_checks: int
    accepted: int
    looked_at: datetime | None


class DayOut(Schema):
    """The score of one day."""

    day: date
    score: int
    findings: int
    severe: int


class SiteOut(PostureOut):
    """The whole site: its parts, how they count, and the last days."""

    parts: dict[str, ScoreOut]
    shares: dict[str, int]
    weights: dict[str, int]
    ceilings: dict[str, int]
    days: list[DayOut]


class PostureCheckOut(Schema):
    """One check of one thing, judged now."""

    check: str
    area: str
    severity: str
    state: str
    title: str
    evidence: list[str]
    is_accepted: bool


class ThingOut(ScoreOut):
    """A machine or a host with all of its checks."""

    checks: list[PostureCheckOut]


class AcceptIn(Schema):
    """Why a finding may stand, and the last day on which it may."""

    reason: Annotated[str, Field(min_length=1, max_length=services.LONGEST_REASON)]
    until: date


class FindingFilter(Schema):
    """Which findings; empty means any."""

    severity: str = ""
    area: str = ""
    part: Annotated[str, Field(description="site, host or vm")] = ""
    state: Annotated[str, Field(description="open, unknown or accepted")] = ""
    check: str = ""
    host: Annotated[int, Field(ge=1, le=2**53)] | None = None
    machine: Annotated[int, Field(ge=1, le=2**53)] | None = None
    team: str = ""


@router.get("/posture", response=SiteOut, summary="How well the site is guarded")
@declares(Capability.AUDIT_VIEW)
def site(request: SignedInRequest) -> dict[str, Any]:
    """Return the score of the site with its parts and its last days."""
    report = reports.site_report()
    parts = {part: _score(score_of(tally)) for part, tally in report.parts.items()}
    return _report(report) | {
        "parts": parts,
        "shares": SHARES,
        "weights": WEIGHTS,
        "ceilings": CEILINGS,
        "days": reports.trend("site"),
    }


@router.post("/posture/look", response={202: Accepted}, summary="Look at everything now")
@declares(Capability.SITE_MANAGE)
def look(request: SignedInRequest, response: HttpResponse) -> Status[Any]:
    """Ask for a look; the audit record is read too."""
    return accepted(response, services.request_look(request.user))


@router.get("/posture/findings", response=Page[PostureFindingOut], summary="Findings")
@declares(Capability.TEAM_VIEW)
def findings(
    request: SignedInRequest, asked: Query[FindingFilter], paging: Query[Paging]
) -> dict[str, Any]:
    """Return what was found: all for who audits, else of machines in teams that one manages."""
    given = {name: str(value) for name, value in asked.dict().items() if value}
    rows = narrowed(list_findings(request.user), Wish(**given)).order_by("pk")
    page = page_of(rows, paging)
    return page | {"items": [_finding(row) for row in page["items"]]}


@router.put(
    "/posture/findings/{int:finding_id}/acceptance",
    response=PostureFindingOut,
    summary="Let a finding stand",
)
@declares(Capability.TEAM_MANAGE)
def accept(request: SignedInRequest, finding_id: int, body: AcceptIn) -> dict[str, Any]:
    """Let a finding stand until the end of a day; it does not count meanwhile."""
    finding = get_finding(request.user, finding_id)
    services.accept(finding, request.user, reason=body.reason, until=body.until)
    return _finding(get_finding(request.user, finding_id))


@router.delete(
    "/posture/findings/{int:finding_id}/acceptance",
    response=PostureFindingOut,
    summary="Let a finding count again",
)
@declares(Capability.TEAM_MANAGE)
def take_back(request: SignedInRequest, finding_id: int) -> dict[str, Any]:
    """End an acceptance."""
    services.take_back(get_finding(request.user, finding_id), request.user)
    return _finding(get_finding(request.user, finding_id))


@router.get("/teams/{int:team_id}/posture", response=PostureOut, summary="Posture of a team")
@declares(Capability.TEAM_MANAGE)
def team(request: SignedInRequest, team_id: int) -> dict[str, Any]:
    """Return the score of a team's machines."""
    slug = Team.objects.filter(pk=team_id).values_list("slug", flat=True).first() or ""
    return _report(reports.team_report(managed_team(request.user, slug)))


@router.get("/vms/{int:vm_id}/posture", response=ThingOut, summary="Posture of a machine")
@declares(Capability.VM_EDIT)
def machine(request: SignedInRequest, vm_id: int) -> dict[str, Any]:
    """Return all checks of a machine, judged now."""
    vm = get_vm(request.user, vm_id, Capability.VM_EDIT)
    return _thing(things.machine(vm, request.user))


@router.get("/hosts/{int:host_id}/posture", response=ThingOut, summary="Posture of a host")
@declares(Capability.HOST_VIEW)
def host(request: SignedInRequest, host_id: int) -> dict[str, Any]:
    """Return all checks of a host, judged now; its machines have their own."""
    return _thing(things.host(get_host(request.user, host_id), request.user))


def _score(score: Score) -> dict[str, Any]:
    return {
        "score": score.value,
        "bare": score.bare,
        "lost": score.lost,
        "unknown": score.unknown,
        "ceiling": score.ceiling,
    }


def _report(report: Report) -> dict[str, Any]:
    oldest = Look.objects.order_by("looked_at").values_list("looked_at", flat=True).first()
    return _score(report.score) | {
        "findings": report.counts,
        "unknown_checks": report.unknown,
        "accepted": report.accepted,
        "looked_at": oldest,
    }


def _finding(row: Finding) -> dict[str, Any]:
    acceptance, check = row.acceptance, row.spec
    return {
        "id": row.pk,
        "check": check.key,
        "part": row.part,
        "area": check.area,
        "severity": row.severity,
        "state": row.state,
        "subject": name_of(row),
        "host_id": row.host_id,
        "vm_id": row.vm_id,
        "title": str(check.title),
        "why": str(check.why),
        "fix": str(check.fix),
        "evidence": row.evidence,
        "since": row.since,
        "acceptance": acceptance
        and {
            "by": acceptance.made_by.get_username() if acceptance.made_by else "",
            "reason": acceptance.reason,
            "until": acceptance.until,
            "made_at": acceptance.made_at,
        },
    }


def _thing(thing: Thing) -> dict[str, Any]:
    checks = [
        {
            "check": line.check.key,
            "area": line.check.area,
            "severity": line.check.severity,
            "state": line.verdict.state,
            "title": str(line.check.title),
            "evidence": list(line.verdict.evidence),
            "is_accepted": line.acceptance is not None,
        }
        for line in thing.lines
    ]
    return _score(thing.score) | {"checks": checks}
