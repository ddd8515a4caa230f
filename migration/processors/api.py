"""Groups of hosts and their common processor in the API: the same services as the pages."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status

from accounts.access import Capability
from accounts.api_auth import declares
from accounts.api_paging import Page, Paging, page_of
from accounts.requests import SignedInRequest
from jobs.api import Accepted, accepted, key_of
from vms.access import list_vms
from vms.affinity.services import LONGEST
from vms.services.refusing import refuse_field

from .access import get_group
from .models import ProcessorGroup
from .page import GroupPage
from .services import Wish, create_group, delete_group, edit_group, request_find
from .services import request_use as ask_to_use

router = Router(tags=["hosts"])


class ProcessorGroupIn(Schema):
    """Hosts among which machines shall move."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    hosts: Annotated[list[int], Field(description="ids; at least two, each in one group only")]
    is_for_new: Annotated[
        bool, Field(description="machines made on these hosts get the common processor")
    ] = True


class ProcessorGroupPatch(Schema):
    """What can be changed; what is left out stays. Other hosts make it forget what it found."""

    name: Annotated[str | None, Field(min_length=1, max_length=LONGEST)] = None
    hosts: list[int] | None = None
    is_for_new: bool | None = None


class ProcessorUseIn(Schema):
    """Which machine gets the processor."""

    vm: int


class ProcessorGroupOut(Schema):
    """A group; `model` is empty until its processor has been found."""

    id: int
    name: str
    model: str
    virt_type: str
    is_for_new: bool
    found_at: datetime | None


class ProcessorHostOut(Schema):
    """A host of the group."""

    host: int = Field(alias="host_id")
    model: str = Field(description="its own best processor")
    without: list[str] = Field(description="features of its own that the group does without")


class FitOut(Schema):
    """A machine, and whether its processor is on every host of the group."""

    vm: int
    name: str
    verdict: str = Field(description="fits, next-start, own, lacks or unknown")


class ProcessorGroupDetail(ProcessorGroupOut):
    """A group with its hosts and machines; `processor` is libvirt's XML."""

    processor: str
    hosts: list[ProcessorHostOut]
    machines: list[FitOut]


@router.get(
    "/processor-groups", response=Page[ProcessorGroupOut], summary="List groups of processors"
)
@declares(Capability.HOST_VIEW)
def list_all(request: SignedInRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Return the groups of hosts that were made to have one processor in common."""
    return page_of(ProcessorGroup.objects.all(), paging)


@router.post(
    "/processor-groups", response={201: ProcessorGroupDetail}, summary="Make a group of processors"
)
@declares(Capability.HOST_MANAGE)
def create(
    request: SignedInRequest, response: HttpResponse, data: ProcessorGroupIn
) -> Status[dict[str, Any]]:
    """Make a group; ask for its processor with `find` next."""
    wish = Wish(data.name, frozenset(data.hosts), data.is_for_new)
    group = create_group(wish, request.user)
    response["Location"] = f"/api/v1/processor-groups/{group.pk}"
    return Status(201, _detail(request, group))


@router.get(
    "/processor-groups/{int:group_id}",
    response=ProcessorGroupDetail,
    summary="Read a group of processors",
)
@declares(Capability.HOST_VIEW)
def read(request: SignedInRequest, group_id: int) -> dict[str, Any]:
    """Return what was found: the processor, what each host gives up for it, and who fits."""
    return _detail(request, get_group(request.user, group_id))


@router.patch(
    "/processor-groups/{int:group_id}",
    response=ProcessorGroupDetail,
    summary="Change a group of processors",
)
@declares(Capability.HOST_MANAGE)
def change(request: SignedInRequest, group_id: int, data: ProcessorGroupPatch) -> dict[str, Any]:
    """Change a group; machines keep the processor that they have."""
    group = get_group(request.user, group_id)
    now = frozenset(group.members.values_list("host_id", flat=True))
    wish = Wish(
        group.name if data.name is None else data.name,
        now if data.hosts is None else frozenset(data.hosts),
        group.is_for_new if data.is_for_new is None else data.is_for_new,
    )
    return _detail(request, edit_group(group, wish, request.user))


@router.delete(
    "/processor-groups/{int:group_id}", response={204: None}, summary="End a group of processors"
)
@declares(Capability.HOST_MANAGE)
def delete(request: SignedInRequest, group_id: int) -> Status[None]:
    """End a group; machines keep the processor that they have."""
    delete_group(get_group(request.user, group_id), request.user)
    return Status(204, None)


@router.post(
    "/processor-groups/{int:group_id}/find",
    response={202: Accepted},
    summary="Find the common processor",
)
@declares(Capability.HOST_MANAGE)
def find(request: SignedInRequest, response: HttpResponse, group_id: int) -> Any:
    """Ask every host of the group for the best processor that all have, and look at machines."""
    group = get_group(request.user, group_id)
    return accepted(response, request_find(group, request.user, idempotency_key=key_of(request)))


@router.post(
    "/processor-groups/{int:group_id}/use",
    response={202: Accepted},
    summary="Give a machine the common processor",
)
@declares(Capability.HOST_MANAGE)
def use(
    request: SignedInRequest, response: HttpResponse, group_id: int, data: ProcessorUseIn
) -> Any:
    """Give a machine of these hosts the processor; one that runs has it from its next start."""
    group = get_group(request.user, group_id)
    vm = list_vms(request.user).select_related("host").filter(pk=data.vm).first()
    if vm is None:
        raise refuse_field("vm", _("There is no such machine."))
    job = ask_to_use(group, vm, request.user, idempotency_key=key_of(request))
    return accepted(response, job)


def _detail(request: SignedInRequest, group: ProcessorGroup) -> dict[str, Any]:
    page = GroupPage(group, request.user)
    return {
        "id": group.pk,
        "name": group.name,
        "model": group.model,
        "virt_type": group.virt_type,
        "is_for_new": group.is_for_new,
        "found_at": group.found_at,
        "processor": group.processor,
        "hosts": page.members,
        "machines": [
            {"vm": line.vm.pk, "name": line.vm.name, "verdict": line.verdict} for line in page.lines
        ],
    }
