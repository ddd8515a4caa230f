"""Consoles in the API: tickets, who is in the room, and links to it."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Field, Router, Schema, Status

from accounts.access import Capability, require
from accounts.api_auth import declares
from accounts.requests import SignedInRequest
from vms.access import get_vm

from .models import ConsoleLink, name_of_user
from .room import driving
from .room.people import Occupant, occupants
from .services import request_console
from .sharing import links

router = Router(tags=["consoles"])


class ConsoleIn(Schema):
    """Which console is wanted; "channel" is a further channel of the SPICE screen one has open.

    "ssh" expects frames: a byte for the kind, two for the length (see the page on consoles).
    "rdp" expects a request of RDCleanPath, as IronRDP's client makes it; where it goes is decided
    here.
    """

    kind: Literal["vnc", "spice", "channel", "serial", "ssh", "rdp"] = "vnc"
    mode: Literal["control", "view"] = "control"
    take: bool = False


class ConsoleOut(Schema):
    """How to open it: connect to `url` with the subprotocols `protocol` and `ticket`."""

    url: str
    protocol: str
    ticket: str
    expires_at: datetime


@router.post("/vms/{int:vm_id}/console", response={201: ConsoleOut}, summary="Open a console")
@declares(Capability.VM_CONSOLE)
def open_console(request: HttpRequest, vm_id: int, data: ConsoleIn) -> Status[dict[str, Any]]:
    """Return a ticket that is good once, for 30 seconds, for the caller's own browser session."""
    vm = get_vm(request.user, vm_id, Capability.VM_CONSOLE)
    ticket = request_console(
        vm,
        request.user,
        login_session=request.session.session_key or "",
        kind=data.kind,
        mode=data.mode,
        take=data.take,
        ip=request.META.get("REMOTE_ADDR"),
    )
    body = {
        "url": "/console/ws",
        "protocol": "guesthouse.console",
        "ticket": ticket.text,
        "expires_at": ticket.expires_at,
    }
    return Status(201, body)


class OccupantOut(Schema):
    """Somebody with a console of the machine open. `who` names them when hands change."""

    who: str
    name: str
    since: datetime
    may_drive: bool
    drives_since: datetime | None
    asked_at: datetime | None


class HandsIn(Schema):
    """What to do with the seat; `who` is for handing over and declining."""

    act: Literal["ask", "withdraw", "release", "hand-over", "decline", "take"]
    who: Annotated[str, Field(max_length=80)] = ""


class LinkIn(Schema):
    """What a link allows, and for how many hours."""

    mode: Literal["view", "control"] = "view"
    needs_sign_in: bool = True
    hours: Annotated[int, Field(ge=1, le=168)] = 1


class ExtendIn(Schema):
    """For how many hours from now a link is to stand."""

    hours: Annotated[int, Field(ge=1, le=168)] = 1


class LinkOut(Schema):
    """A link that stands."""

    id: int
    mode: str
    needs_sign_in: bool
    made_at: datetime
    expires_at: datetime


class MadeLinkOut(LinkOut):
    """A link just made; `url` is told this once."""

    url: str


@router.get("/vms/{int:vm_id}/console/people", response=list[OccupantOut], summary="The room")
@declares(Capability.VM_CONSOLE)
def people(request: HttpRequest, vm_id: int) -> list[Occupant]:
    """Return who has a console of the machine open: who drives first, then as they came."""
    return occupants(get_vm(request.user, vm_id, Capability.VM_CONSOLE))


@router.post(
    "/vms/{int:vm_id}/console/hands", response=list[OccupantOut], summary="Drive a console"
)
@declares(Capability.VM_CONSOLE)
def hands(request: HttpRequest, vm_id: int, data: HandsIn) -> list[Occupant]:
    """Ask to drive, hand over, decline, stop, or take over; return who is in the room then."""
    vm = get_vm(request.user, vm_id, Capability.VM_CONSOLE)
    me = name_of_user(request.user.pk or 0)
    if data.act == "take":
        require(request.user, Capability.VM_TAKE, vm)
    driving.act(data.act, vm, request.user, me, data.who)
    return occupants(vm)


@router.get("/vms/{int:vm_id}/console/links", response=list[LinkOut], summary="List links")
@declares(Capability.VM_CONSOLE)
def list_links(request: HttpRequest, vm_id: int) -> list[ConsoleLink]:
    """Return the links to the machine's console that stand."""
    return links.standing(get_vm(request.user, vm_id, Capability.VM_CONSOLE))


@router.post(
    "/vms/{int:vm_id}/console/links", response={201: MadeLinkOut}, summary="Share a console"
)
@declares(Capability.VM_SHARE_CONSOLE)
def share(request: SignedInRequest, vm_id: int, data: LinkIn) -> Status[dict[str, Any]]:
    """Make a link to the machine's console."""
    vm = get_vm(request.user, vm_id, Capability.VM_SHARE_CONSOLE)
    made = links.share(
        vm,
        request.user,
        mode=data.mode,
        needs_sign_in=data.needs_sign_in,
        lasts=timedelta(hours=data.hours),
        ip=request.META.get("REMOTE_ADDR"),
    )
    url = request.build_absolute_uri(reverse("visit:room", args=[made.key]))
    return Status(201, LinkOut.from_orm(made.link).dict() | {"url": url})


@router.post(
    "/vms/{int:vm_id}/console/links/{int:link_id}/extend",
    response=LinkOut,
    summary="Let a link stand longer",
)
@declares(Capability.VM_CONSOLE)
def extend_link(request: SignedInRequest, vm_id: int, link_id: int, data: ExtendIn) -> ConsoleLink:
    """Let a link stand for so many hours from now."""
    link = _link(request, vm_id, link_id)
    links.extend(link, request.user, timedelta(hours=data.hours))
    return link


@router.delete(
    "/vms/{int:vm_id}/console/links/{int:link_id}", response={204: None}, summary="End a link"
)
@declares(Capability.VM_CONSOLE)
def end_link(request: SignedInRequest, vm_id: int, link_id: int) -> Status[None]:
    """End a link; whoever is there by it is out within five seconds."""
    links.end(_link(request, vm_id, link_id), request.user)
    return Status(204, None)


def _link(request: SignedInRequest, vm_id: int, link_id: int) -> ConsoleLink:
    vm = get_vm(request.user, vm_id, Capability.VM_CONSOLE)
    link = get_object_or_404(ConsoleLink.objects.select_related("made_by"), vm=vm, pk=link_id)
    link.vm = vm
    return link
