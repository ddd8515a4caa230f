"""Placement groups in the API: the same rights and services as the pages."""

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Router, Schema, Status

from accounts.access import Capability
from accounts.api_auth import declares
from accounts.api_paging import Page, Paging, page_of
from accounts.in_teams import get_team
from accounts.requests import SignedInRequest
from vms.access import list_vms

from .access import get_group, list_groups
from .models import PlacementGroup
from .services import GroupWish, create_group, delete_group, edit_group, set_machines

router = Router(tags=["machines"])


class GroupIn(Schema):
    """A placement group: machines on different hosts, or on the same one."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    affinity: Literal["apart", "together"] = "apart"
    is_hard: Annotated[bool, Field(description="a must; else a wish that ranks hosts")] = True
    team: Annotated[
        str, Field(description="a team's slug; nothing for the administrators'", max_length=80)
    ] = ""


class GroupPatch(Schema):
    """What can be changed; what is left out stays. `machines` are all that are in it."""

    name: Annotated[str | None, Field(min_length=1, max_length=40)] = None
    affinity: Literal["apart", "together"] | None = None
    is_hard: bool | None = None
    machines: list[int] | None = None


class GroupOut(Schema):
    """A placement group."""

    id: int
    name: str
    team: str | None = Field(alias="team.slug", default=None)
    affinity: str
    is_hard: bool


class GroupDetail(GroupOut):
    """A placement group with the machines in it that the caller may see."""

    machines: list[int]


@router.get("/placement-groups", response=Page[GroupOut], summary="List placement groups")
@declares(Capability.TEAM_VIEW)
def list_all(request: SignedInRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Return the groups of the caller's teams."""
    return page_of(list_groups(request.user), paging)


@router.post("/placement-groups", response={201: GroupDetail}, summary="Make a placement group")
@declares(Capability.TEAM_MANAGE)
def create(
    request: SignedInRequest, response: HttpResponse, data: GroupIn
) -> Status[dict[str, Any]]:
    """Make a group of a team, or with no team one for any machines (administrators)."""
    team = get_team(request.user, data.team, Capability.TEAM_MANAGE) if data.team else None
    wish = GroupWish(data.name, data.affinity, data.is_hard)
    group = create_group(wish, team, request.user)
    response["Location"] = f"/api/v1/placement-groups/{group.pk}"
    return Status(201, _detail(request, group))


@router.get(
    "/placement-groups/{int:group_id}", response=GroupDetail, summary="Read a placement group"
)
@declares(Capability.TEAM_VIEW)
def read(request: SignedInRequest, group_id: int) -> dict[str, Any]:
    """Return a group with its machines."""
    return _detail(request, get_group(request.user, group_id))


@router.patch(
    "/placement-groups/{int:group_id}", response=GroupDetail, summary="Change a placement group"
)
@declares(Capability.TEAM_MANAGE)
def change(request: SignedInRequest, group_id: int, data: GroupPatch) -> dict[str, Any]:
    """Change a group, or which machines are in it; what runs goes on where it is."""
    group = get_group(request.user, group_id, to_change=True)
    wish = GroupWish(
        group.name if data.name is None else data.name,
        data.affinity or group.affinity,
        group.is_hard if data.is_hard is None else data.is_hard,
    )
    group = edit_group(group, wish, request.user)
    if data.machines is not None:
        set_machines(group, data.machines, request.user)
    return _detail(request, group)


@router.delete(
    "/placement-groups/{int:group_id}", response={204: None}, summary="End a placement group"
)
@declares(Capability.TEAM_MANAGE)
def delete(request: SignedInRequest, group_id: int) -> Status[None]:
    """End a group; its machines stay where they are."""
    delete_group(get_group(request.user, group_id, to_change=True), request.user)
    return Status(204, None)


def _detail(request: SignedInRequest, group: PlacementGroup) -> dict[str, Any]:
    seen = list_vms(request.user).filter(placement_groups=group)
    return {
        "id": group.pk,
        "name": group.name,
        "team.slug": group.team.slug if group.team else None,
        "affinity": group.affinity,
        "is_hard": group.is_hard,
        "machines": list(seen.values_list("pk", flat=True)),
    }
