"""One's notices, and where one or a team is told, in the API."""

from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status

from accounts.access import ActionRefused, Capability
from accounts.api_auth import declares, require_self
from accounts.api_paging import Page, Paging, page_of
from accounts.requests import SignedInRequest

from . import access, people
from .kinds import KINDS
from .models import Notice, Target
from .nudging import nudge

router = Router(tags=["notices"])
Kinds = Annotated[list[str], Field(max_length=50, description=f"some of {', '.join(KINDS)}")]


class NoticeOut(Schema):
    """One thing that the caller was told. `url` is a path of the portal."""

    id: int
    kind: str
    subject: str
    text: str
    url: str
    created_at: datetime
    read_at: datetime | None


class TargetIn(Schema):
    """A new target. `team` is a team's slug; without it the target is the caller's own."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    url: Annotated[str, Field(min_length=1, max_length=2000)]
    kinds: Kinds = []
    team: str | None = None


class TargetOut(Schema):
    """A messenger, phone or room, without its address."""

    id: int
    name: str
    service: str
    kinds: list[str]
    team: str | None
    created_at: datetime

    @staticmethod
    def resolve_team(target: Target) -> str | None:
        """Return the slug of the team."""
        return target.team.slug if target.team else None


class PostingOut(Schema):
    """A message on its way."""

    id: int
    state: str
    subject: str


class MailOut(Schema):
    """Which notices come by mail, where the portal sends mail at all."""

    kinds: list[str]
    is_on: bool


class MailIn(Schema):
    """Which notices are to come by mail."""

    kinds: Kinds


@router.get("/notices", response=Page[NoticeOut], summary="Read own notices")
@declares(Capability.SIGNED_IN)
def list_notices(
    request: SignedInRequest, paging: Query[Paging], unread: bool = False
) -> dict[str, Any]:
    """Return what the caller was told, newest first; reading them here marks none as seen."""
    require_self(request.user, to_read=True)
    rows = Notice.objects.filter(user=request.user)
    return page_of(rows.filter(read_at=None) if unread else rows, paging)


@router.post("/notices/read", response={204: None}, summary="Mark notices as seen")
@declares(Capability.SIGNED_IN)
def mark_read(request: SignedInRequest) -> Status[None]:
    """Note that the caller saw all of them."""
    require_self(request.user)
    people.mark_read(request.user)
    return Status(204, None)


@router.get("/notices/mail", response=MailOut, summary="What comes by mail")
@declares(Capability.SIGNED_IN)
def read_mail(request: SignedInRequest) -> dict[str, Any]:
    """Return which kinds of notices come by mail."""
    require_self(request.user, to_read=True)
    return {"kinds": people.mail_kinds_of(request.user), "is_on": settings.MAIL_IS_ON}


@router.put("/notices/mail", response=MailOut, summary="Choose what comes by mail")
@declares(Capability.SIGNED_IN)
def choose_mail(request: SignedInRequest, data: MailIn) -> dict[str, Any]:
    """Set which kinds of notices come by mail; none means no mail."""
    require_self(request.user)
    people.choose_mail(request.user, _known(data.kinds))
    return {"kinds": data.kinds, "is_on": settings.MAIL_IS_ON}


@router.get("/notice-targets", response=Page[TargetOut], summary="List targets")
@declares(Capability.SIGNED_IN)
def list_targets(request: SignedInRequest, paging: Query[Paging], team: str = "") -> dict[str, Any]:
    """Return the caller's own targets, or those of a team that they manage (a slug)."""
    if team:
        rows = access.get_team(request.user, team).notice_targets
    else:
        require_self(request.user, to_read=True)
        rows = request.user.notice_targets
    return page_of(rows.select_related("team").defer("url"), paging)


@router.post("/notice-targets", response={201: TargetOut}, summary="Add a target")
@declares(Capability.SIGNED_IN)
def add_target(request: SignedInRequest, data: TargetIn) -> Status[Target]:
    """Have a messenger, phone or room told of what concerns the caller, or a team."""
    team = access.get_team(request.user, data.team) if data.team is not None else None
    if team is None:
        require_self(request.user)
    kinds = _known(data.kinds)
    made = people.add_target(request.user, name=data.name, url=data.url, kinds=kinds, team=team)
    return Status(201, made)


@router.delete("/notice-targets/{int:target_id}", response={204: None}, summary="Remove a target")
@declares(Capability.SIGNED_IN)
def remove_target(request: SignedInRequest, target_id: int) -> Status[None]:
    """Remove a target with what waits for it."""
    people.remove_target(request.user, _target(request, target_id))
    return Status(204, None)


@router.post(
    "/notice-targets/{int:target_id}/test", response={202: PostingOut}, summary="Test a target"
)
@declares(Capability.SIGNED_IN)
def test_target(request: SignedInRequest, target_id: int) -> Status[Any]:
    """Send a message that says it is a test."""
    made = people.test_target(_target(request, target_id))
    nudge()
    return Status(202, made)


def _target(request: SignedInRequest, pk: int) -> Target:
    """Return a target that the caller may change; anybody else's is 404."""
    target = access.get_target(request.user, pk)
    if target.team is None:
        require_self(request.user)
    return target


def _known(kinds: list[str]) -> list[str]:
    for kind in kinds:
        if kind not in KINDS:
            text = _("There is no kind of notice called %(name)s.") % {"name": kind}
            raise ActionRefused(text, code="invalid", status=400, fields={"kinds": text})
    return kinds
