"""With whom a machine is shared, in the API: the same rights and services as the page."""

from datetime import datetime
from typing import Annotated, Any

from django.http import Http404
from ninja import Field, Query, Router, Schema, Status
from pydantic import AwareDatetime

from accounts.access import Capability
from accounts.api_auth import declares
from accounts.api_paging import Page, Paging, page_of
from accounts.models import Grant, User
from accounts.requests import SignedInRequest
from vms.access import get_vm
from vms.models import VM

from . import rules, services

router = Router(tags=["machines"])
Until = Annotated[AwareDatetime | None, Field(description="when it ends by itself; null: never")]
RoleName = Annotated[
    str,
    Field(
        max_length=40,
        description="viewer, operator, member, owner, or the slug of a role of the site's own; "
        "none that may do more with the machine than the caller",
    ),
]


class GrantOut(Schema):
    """A person with whom a machine is shared, and as what."""

    user_id: int
    username: str = Field(alias="user.username")
    display_name: str = Field(alias="user.display_name")
    role: str
    granted_by: str | None
    created_at: datetime
    until: datetime | None = Field(alias="expires_at")

    @staticmethod
    def resolve_granted_by(grant: Grant) -> str | None:
        """Return who shared it, while they exist."""
        return grant.granted_by.username if grant.granted_by else None


class GrantIn(Schema):
    """Share a machine with one person."""

    person: Annotated[
        str, Field(max_length=254, description="exactly their user name or mail address")
    ]
    role: RoleName = "operator"
    until: Until = None


class GrantPatch(Schema):
    """Other terms; what is left out stays."""

    role: RoleName | None = None
    until: Until = None


@router.get("/vms/{int:vm_id}/grants", response=Page[GrantOut], summary="List who shares a machine")
@declares(Capability.VM_GRANT)
def list_grants(request: SignedInRequest, vm_id: int, paging: Query[Paging]) -> dict[str, Any]:
    """Return the people with whom the machine is shared now, beside its person and its team."""
    vm = get_vm(request.user, vm_id, Capability.VM_GRANT)
    return page_of(rules.grants_on(vm), paging)


@router.post("/vms/{int:vm_id}/grants", response={201: GrantOut}, summary="Share a machine")
@declares(Capability.VM_GRANT)
def share_machine(request: SignedInRequest, vm_id: int, data: GrantIn) -> Status[Grant]:
    """Give one person a role on the machine, for a time or for good.

    409 `shared-already` where they have one; 403 `role-above` for a role that may do more than you.
    """
    vm = get_vm(request.user, vm_id, Capability.VM_GRANT)
    person = rules.find_person(data.person)
    grant = services.share(vm, person, data.role, request.user, until=data.until)
    return Status(201, grant)


@router.patch(
    "/vms/{int:vm_id}/grants/{int:user_id}", response=GrantOut, summary="Change a person's terms"
)
@declares(Capability.VM_GRANT)
def change_grant(request: SignedInRequest, vm_id: int, user_id: int, data: GrantPatch) -> Grant:
    """Give a person with whom the machine is shared another role or end."""
    vm = get_vm(request.user, vm_id, Capability.VM_GRANT)
    grant = _grant(vm, user_id)
    until = data.until if "until" in data.model_fields_set else grant.expires_at
    return services.change(vm, grant.user, data.role or grant.role, request.user, until=until)


@router.delete(
    "/vms/{int:vm_id}/grants/{int:user_id}", response={204: None}, summary="Stop sharing a machine"
)
@declares(Capability.VM_VIEW)
def end_grant(request: SignedInRequest, vm_id: int, user_id: int) -> Status[None]:
    """Take a person's role away, or give up one's own; open pages and consoles end in seconds."""
    needed = Capability.VM_VIEW if user_id == request.user.pk else Capability.VM_GRANT
    vm = get_vm(request.user, vm_id, needed)
    services.take_away(vm, _person(vm, user_id), request.user)
    return Status(204, None)


def _grant(vm: VM, user_id: int) -> Grant:
    grant = rules.grants_on(vm).filter(user=user_id).first()
    if grant is None:
        raise Http404
    return grant


def _person(vm: VM, user_id: int) -> User:
    return _grant(vm, user_id).user
