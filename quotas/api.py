"""Quotas in the API. Memory and disk are bytes; null is no limit."""

from typing import Annotated, Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from accounts.access import Capability, require
from accounts.api_auth import declares
from accounts.in_teams import teams_where
from accounts.models import Team, User
from accounts.requests import SignedInRequest

from . import setting
from .models import Resource
from .services import usage

router = Router(tags=["quotas"])
Amount = Annotated[int, Field(ge=0, le=2**60)]


class LineOut(Schema):
    """One resource: how much is used, of how much."""

    resource: str
    scope: str
    used: int
    limit: int | None


class QuotaOut(Schema):
    """What is used of everything that is counted."""

    items: list[LineOut]


class LimitsIn(Schema):
    """Limits to set."""

    limits: dict[Resource, Amount | None]


class LimitsOut(Schema):
    """Limits that are set; null is none."""

    limits: dict[Resource, int | None]


class QuotaIn(Schema):
    """Limits to set: of the team, of each person in it, or of the one `person`."""

    limits: dict[Resource, Amount | None]
    each: bool = False
    person: str = ""


@router.get("/quota", response=QuotaOut, summary="My own quota")
@declares(Capability.TEAM_VIEW)
def my_quota(request: SignedInRequest) -> dict[str, Any]:
    """Return what the caller's own machines use."""
    return {"items": usage(None, request.user)}


@router.get("/quota/each", response=LimitsOut, summary="Everybody's own limits")
@declares(Capability.QUOTA_MANAGE)
def read_each(request: SignedInRequest) -> dict[str, Any]:
    """Return how much everybody may have of their own, without a team."""
    return {"limits": _each()}


@router.put("/quota/each", response=LimitsOut, summary="Set everybody's own limits")
@declares(Capability.QUOTA_MANAGE)
def set_each(request: SignedInRequest, data: LimitsIn) -> dict[str, Any]:
    """Set the given limits of what everybody may have of their own; the rest stays."""
    setting.set_limits_of_each(request.user, data.limits, team=None)
    return {"limits": _each()}


@router.get("/teams/{pk}/quota", response=QuotaOut, summary="A team's quota")
@declares(Capability.TEAM_VIEW)
def team_quota(request: SignedInRequest, pk: int, person: str = "") -> dict[str, Any]:
    """Return what the team uses, or one `person` in it; others than oneself if one manages it."""
    team = _team(request, pk, Capability.TEAM_VIEW)
    if not person:
        return {"items": usage(team)}
    if person != request.user.username:
        require(request.user, Capability.TEAM_MANAGE, team)
    here = User.objects.filter(memberships__team=team)
    return {"items": usage(team, get_object_or_404(here, username=person))}


@router.put("/teams/{pk}/quota", response=QuotaOut, summary="Set limits")
@declares(Capability.TEAM_MANAGE)
def set_quota(request: SignedInRequest, pk: int, data: QuotaIn) -> dict[str, Any]:
    """Set the given limits; those of the whole team take an administrator."""
    team = _team(request, pk, Capability.TEAM_MANAGE)
    if data.each:
        setting.set_limits_of_each(request.user, data.limits, team=team)
    else:
        people = User.objects.filter(memberships__team=team)
        person = get_object_or_404(people, username=data.person) if data.person else None
        setting.set_limits(request.user, data.limits, team=team, user=person)
    return {"items": usage(team)}


def _each() -> dict[Resource, int | None]:
    set_now = setting.limits_of(None, None, True)
    return {resource: set_now.get(resource) for resource in Resource}


def _team(request: SignedInRequest, pk: int, capability: Capability) -> Team:
    team = teams_where(request.user, capability).filter(pk=pk).first()
    if team is None:
        raise Http404
    return team
