"""Teams and their members in the API."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from accounts.access import Capability, require
from accounts.api_auth import declares
from accounts.api_paging import Page, Paging, page_of
from accounts.in_teams import teams_where
from accounts.models import Membership, Team, User
from accounts.requests import SignedInRequest
from jobs.models import AuditEntry

from .services import members, teams

router = Router(tags=["teams"])


class TeamOut(Schema):
    """A team and its rules. Days; null means none."""

    id: int
    name: str
    slug: str
    description: str
    lease_days: int | None
    longest_lease_days: int | None
    ended_days: int | None
    bin_days: int
    approves_creation: bool
    approves_resize: bool
    approves_deletion: bool
    needs_second_factor: bool
    console_links: str
    console_recording: str
    recordings_days: int | None


class TeamIn(Schema):
    """A new team."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    description: Annotated[str, Field(max_length=200)] = ""


class TeamPatch(Schema):
    """What of a team is to change."""

    name: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    description: Annotated[str, Field(max_length=200)] | None = None
    lease_days: Annotated[int, Field(ge=1, le=36500)] | None = None
    longest_lease_days: Annotated[int, Field(ge=1, le=36500)] | None = None
    ended_days: Annotated[int, Field(ge=0, le=36500)] | None = None
    bin_days: Annotated[int, Field(ge=0, le=36500)] | None = None
    approves_creation: bool | None = None
    approves_resize: bool | None = None
    approves_deletion: bool | None = None
    needs_second_factor: bool | None = None
    console_links: Literal["off", "people", "anyone"] | None = None
    console_recording: Literal["never", "demand", "always"] | None = None
    recordings_days: Annotated[int, Field(ge=1, le=3650)] | None = None


class MemberOut(Schema):
    """A person in a team."""

    id: int = Field(alias="user_id")
    username: str = Field(alias="user.username")
    display_name: str = Field(alias="user.display_name")
    role: str
    joined_at: datetime


class MemberIn(Schema):
    """Who comes in, as what."""

    username: str
    role: str = "member"


class RoleIn(Schema):
    """Another role."""

    role: str


class EventOut(Schema):
    """Something that happened to a team."""

    at: datetime
    actor: str = Field(alias="actor_name")
    action: str
    detail: dict[str, Any]


def _team(user: User, pk: int, needed: Capability = Capability.TEAM_VIEW) -> Team:
    team = get_object_or_404(teams_where(user, Capability.TEAM_VIEW), pk=pk)
    require(user, needed, team)
    return team


def _person(team: Team, pk: int) -> User:
    people = Membership.objects.filter(team=team, user__service_team=None)
    row = people.select_related("user").filter(user=pk).first()
    if row is None:
        raise Http404
    return row.user


@router.get("/teams", response=Page[TeamOut], summary="List teams")
@declares(Capability.TEAM_VIEW)
def list_teams(request: SignedInRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Return the teams that the caller sees."""
    return page_of(teams_where(request.user, Capability.TEAM_VIEW), paging)


@router.post("/teams", response={201: TeamOut}, summary="Make a team")
@declares(Capability.USER_MANAGE)
def create_team(request: SignedInRequest, data: TeamIn) -> Status[Team]:
    """Make a team without members."""
    return Status(201, teams.create_team(data.name, data.description, request.user))


@router.get("/teams/{int:team_id}", response=TeamOut, summary="Read a team")
@declares(Capability.TEAM_VIEW)
def read_team(request: SignedInRequest, team_id: int) -> Team:
    """Return one team."""
    return _team(request.user, team_id)


@router.patch("/teams/{int:team_id}", response=TeamOut, summary="Change a team")
@declares(Capability.TEAM_MANAGE)
def change_team(request: SignedInRequest, team_id: int, data: TeamPatch) -> Team:
    """Change words and rules; what is not named stays."""
    team = _team(request.user, team_id, Capability.TEAM_MANAGE)
    return teams.change_team(team, request.user, **data.dict(exclude_unset=True))


@router.delete("/teams/{int:team_id}", response={204: None}, summary="Delete a team")
@declares(Capability.USER_MANAGE)
def delete_team(request: SignedInRequest, team_id: int) -> Status[None]:
    """Remove a team that has nothing any more."""
    teams.delete_team(_team(request.user, team_id), request.user)
    return Status(204, None)


@router.get("/teams/{int:team_id}/history", response=Page[EventOut], summary="A team's history")
@declares(Capability.TEAM_MANAGE)
def history(request: SignedInRequest, team_id: int, paging: Query[Paging]) -> dict[str, Any]:
    """Return what happened to the team and its people, newest first."""
    team = _team(request.user, team_id, Capability.TEAM_MANAGE)
    lines = AuditEntry.objects.filter(target_kind="team", target_id=team.pk)
    return page_of(lines.order_by("-seq"), paging)


@router.get("/teams/{int:team_id}/members", response=Page[MemberOut], summary="List members")
@declares(Capability.TEAM_VIEW)
def list_members(request: SignedInRequest, team_id: int, paging: Query[Paging]) -> dict[str, Any]:
    """Return the people of a team."""
    team = _team(request.user, team_id)
    people = team.memberships.filter(user__service_team=None).select_related("user")
    return page_of(people.order_by("user__username"), paging)


@router.post("/teams/{int:team_id}/members", response={201: MemberOut}, summary="Add a member")
@declares(Capability.TEAM_MANAGE)
def add_member(request: SignedInRequest, team_id: int, data: MemberIn) -> Status[Membership]:
    """Let in somebody who has an account."""
    team = _team(request.user, team_id, Capability.TEAM_MANAGE)
    user = get_object_or_404(User, username=data.username, is_active=True, service_team=None)
    return Status(201, members.add_member(team, user, data.role, request.user))


@router.patch(
    "/teams/{int:team_id}/members/{int:user_id}", response=MemberOut, summary="Change a role"
)
@declares(Capability.TEAM_MANAGE)
def change_role(request: SignedInRequest, team_id: int, user_id: int, data: RoleIn) -> Membership:
    """Give a member another role."""
    team = _team(request.user, team_id, Capability.TEAM_MANAGE)
    user = _person(team, user_id)
    members.change_role(team, user, data.role, request.user)
    return Membership.objects.select_related("user").get(team=team, user=user)


@router.delete(
    "/teams/{int:team_id}/members/{int:user_id}", response={204: None}, summary="Remove a member"
)
@declares(Capability.TEAM_MANAGE)
def remove_member(request: SignedInRequest, team_id: int, user_id: int) -> Status[None]:
    """Take somebody out; their machines stay with the team."""
    team = _team(request.user, team_id, Capability.TEAM_MANAGE)
    members.remove_member(team, _person(team, user_id), request.user)
    return Status(204, None)
