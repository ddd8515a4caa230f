"""The site's roles in the API."""

from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status

from accounts.access import ActionRefused, Capability
from accounts.api_auth import declares
from accounts.capabilities import TEAM_CAPABILITIES
from accounts.models import CustomRole
from accounts.requests import SignedInRequest

from .services import roles

router = Router(tags=["teams"])
ONE = "/roles/{int:role_id}"
Name = Annotated[str, Field(min_length=1, max_length=40, pattern=r"\S")]
Capabilities = Annotated[list[str], Field(max_length=100)]


class RoleOut(Schema):
    """A role. `id` is null for those that come with Guesthouse, which cannot be changed."""

    id: int | None
    slug: str
    name: str
    description: str
    capabilities: list[str]


class RolesOut(Schema):
    """All roles, and every capability that a role can have."""

    items: list[RoleOut]
    capabilities: list[str]


class OwnRoleIn(Schema):
    """A new role of the site. What every role has is added."""

    name: Name
    description: Annotated[str, Field(max_length=200)] = ""
    capabilities: Capabilities = []


class OwnRolePatch(Schema):
    """What of a role is to change; what is left out stays."""

    name: Name | None = None
    description: Annotated[str, Field(max_length=200)] | None = None
    capabilities: Capabilities | None = None


@router.get("/roles", response=RolesOut, summary="List roles")
@declares(Capability.USER_MANAGE)
def list_roles(request: SignedInRequest) -> dict[str, Any]:
    """Return who may do what: the roles that come with Guesthouse, and the site's own."""
    own = {role.slug: role for role in CustomRole.objects.all()}
    items = [_shown(slug, str(name), own.get(slug)) for slug, name in roles.role_names().items()]
    return {"items": items, "capabilities": [str(one) for one in TEAM_CAPABILITIES]}


@router.post("/roles", response={201: RoleOut}, summary="Make a role")
@declares(Capability.USER_MANAGE)
def add_role(request: SignedInRequest, data: OwnRoleIn) -> Status[dict[str, Any]]:
    """Make a role of the site's own."""
    _check(data.capabilities)
    made = roles.save_role(None, data.name, data.description, data.capabilities, request.user)
    return Status(201, _shown(made.slug, made.name, made))


@router.patch(ONE, response=RoleOut, summary="Change a role")
@declares(Capability.USER_MANAGE)
def change_role(request: SignedInRequest, role_id: int, data: OwnRolePatch) -> dict[str, Any]:
    """Change one of the site's own roles; everybody who has it may do at once what it says."""
    role = get_object_or_404(CustomRole, pk=role_id)
    wanted = data.capabilities
    if wanted is None:
        wanted = sorted(roles.capabilities_of(role.slug))
    _check(wanted)
    changed = roles.save_role(
        role,
        role.name if data.name is None else data.name,
        role.description if data.description is None else data.description,
        wanted,
        request.user,
    )
    return _shown(changed.slug, changed.name, changed)


@router.delete(ONE, response={204: None}, summary="Delete a role")
@declares(Capability.USER_MANAGE)
def delete_role(request: SignedInRequest, role_id: int) -> Status[None]:
    """Remove a role that nobody has."""
    roles.delete_role(get_object_or_404(CustomRole, pk=role_id), request.user)
    return Status(204, None)


def _shown(slug: str, name: str, own: CustomRole | None) -> dict[str, Any]:
    return {
        "id": own.pk if own else None,
        "slug": slug,
        "name": name,
        "description": own.description if own else "",
        "capabilities": sorted(roles.capabilities_of(slug)),
    }


def _check(capabilities: list[str]) -> None:
    known = {str(one) for one in TEAM_CAPABILITIES}
    for one in capabilities:
        if one not in known:
            text = _("There is no right called %(name)s.") % {"name": one}
            raise ActionRefused(text, code="invalid", status=400, fields={"capabilities": text})
