"""Requests in the API."""

from datetime import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status

from accounts.access import ActionRefused, Capability
from accounts.api_auth import declares
from accounts.api_paging import Page, Paging, page_of
from accounts.in_teams import get_team
from accounts.requests import SignedInRequest

from . import services
from .kinds import get_kind
from .models import Request

router = Router(tags=["requests"])


class RequestOut(Schema):
    """A request as far as it is."""

    id: int
    kind: str
    team: str | None
    person: str
    target_kind: str
    target_id: int | None
    target_name: str
    params: dict[str, Any]
    summary: str
    comment: str
    state: str
    answer: str
    decided_by: str | None
    decided_at: datetime | None
    job_id: int | None
    created_at: datetime

    @staticmethod
    def resolve_team(row: Request) -> str | None:
        """Return the team's slug."""
        return row.team.slug if row.team else None

    @staticmethod
    def resolve_person(row: Request) -> str:
        """Return the user name of who asks."""
        return row.person.username

    @staticmethod
    def resolve_decided_by(row: Request) -> str | None:
        """Return the user name of who decided."""
        return row.decided_by.username if row.decided_by else None


class RequestIn(Schema):
    """What is asked for. For "quota.raise": {"limits": {"vcpus": 16}}; memory and disk in bytes."""

    kind: str
    team: str = ""
    params: dict[str, Any] = {}
    comment: str = Field("", max_length=500)


class AnswerIn(Schema):
    """A word with the decision."""

    answer: str = Field("", max_length=500)


class RequestFilter(Schema):
    """Which requests are wanted."""

    state: str = ""
    team: str = ""


@router.get("/requests", response=Page[RequestOut], summary="List requests")
@declares(Capability.SIGNED_IN)
def list_requests(
    request: SignedInRequest, paging: Query[Paging], wanted: Query[RequestFilter]
) -> dict[str, Any]:
    """Return the caller's own requests and those that they may decide, newest first."""
    rows = Request.objects.visible_to(request.user).select_related("team", "person", "decided_by")
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.team:
        rows = rows.filter(team__slug=wanted.team)
    return page_of(rows, paging)


@router.post("/requests", response={201: RequestOut}, summary="Ask for something")
@declares(Capability.SIGNED_IN)
def add_request(request: SignedInRequest, data: RequestIn) -> Status[Request]:
    """Ask for something that somebody else decides."""
    kind = get_kind(data.kind)
    team = get_team(request.user, data.team, Capability.TEAM_VIEW) if data.team else None
    if kind.clean is None:
        text = _("This is asked for elsewhere.")
        raise ActionRefused(text, code="invalid", status=400, fields={"kind": text})
    params = kind.clean(request.user, team, data.params)
    made = services.ask(kind.name, by=request.user, team=team, params=params, comment=data.comment)
    return Status(201, made)


@router.post("/requests/{pk}/approve", response=RequestOut, summary="Approve a request")
@declares(Capability.SIGNED_IN)
def approve(request: SignedInRequest, pk: int, data: AnswerIn) -> Request:
    """Approve it, and do what was asked for."""
    return services.decide(_get(request, pk), request.user, True, data.answer)


@router.post("/requests/{pk}/decline", response=RequestOut, summary="Decline a request")
@declares(Capability.SIGNED_IN)
def decline(request: SignedInRequest, pk: int, data: AnswerIn) -> Request:
    """Decline it."""
    return services.decide(_get(request, pk), request.user, False, data.answer)


@router.post("/requests/{pk}/withdraw", response=RequestOut, summary="Withdraw a request")
@declares(Capability.SIGNED_IN)
def withdraw(request: SignedInRequest, pk: int) -> Request:
    """Take back one's own request."""
    return services.withdraw(_get(request, pk), request.user)


def _get(request: SignedInRequest, pk: int) -> Request:
    """Return a request that the caller may see; anybody else's is 404."""
    return get_object_or_404(Request.objects.visible_to(request.user), pk=pk)
