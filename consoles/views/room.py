"""Who is in the room, and how hands change, as parts of the page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Capability, allows, require, requires
from consoles.models import ConsoleRoom, name_of_user
from consoles.recording.shown import recorded_context, recording_context
from consoles.room import driving
from consoles.room.people import occupants
from consoles.services import KINDS
from vms.access import get_vm
from vms.models import VM

PARTS = {
    "driver": "consoles/_driver.html",
    "people": "consoles/_people.html",
    "prompt": "consoles/_prompt.html",
    "recording": "consoles/_recording.html",
    "recorded": "consoles/_recorded.html",
    "face": "consoles/_face.html",
}
SHOWN_FACES = 3


def room_context(request: HttpRequest, vm: VM) -> dict[str, Any]:
    """Return what the parts of the room are drawn from for somebody with a right to it."""
    names = (*PARTS, "hands", "ticket")
    context = context_for(name_of_user(request.user.pk or 0), vm)
    return (
        context
        | recording_context(request, vm, is_driving=context["is_driving"])
        | {
            "room_urls": {name: reverse(f"consoles:{name}", args=[vm.pk]) for name in names},
            "may_take": allows(request.user, Capability.VM_TAKE, vm),
            **only_looking(request),
        }
    )


def only_looking(request: HttpRequest) -> dict[str, Any]:
    """Return whether the asking page only looks, and what its parts say to be drawn so again."""
    is_viewing = request.GET.get("mode") == "view"
    return {"is_viewing": is_viewing, "view_only": "?mode=view" if is_viewing else ""}


def context_for(me: str, vm: VM) -> dict[str, Any]:
    """Return who is in the room, seen by `me`."""
    room = ConsoleRoom.objects.filter(pk=vm.pk).first()
    found = occupants(vm)
    mine = next((one for one in found if one.who == me), None)
    driver = next((one for one in found if one.drives), None)
    watching = [one for one in found if not one.drives]
    waited = timezone.now() - mine.asked_at if mine and mine.asked_at else None
    return {
        "vm": vm,
        "room_rev": room.rev if room else 0,
        "occupants": found,
        "me": me,
        "driver": driver,
        "is_driving": driver is not None and driver.who == me,
        "is_here": mine is not None,
        "i_ask": bool(mine and mine.asks),
        "wait": max(0.0, (driving.PATIENCE - waited).total_seconds()) if waited else None,
        "faces": watching[:SHOWN_FACES],
        "watchers": len(watching),
        "more_faces": max(0, len(watching) - SHOWN_FACES),
        "can_follow": [one for one in watching if one.may_drive],
        "asking": [one for one in watching if one.asks],
        **recorded_context(vm),
    }


@require_GET
@never_cache
@requires(Capability.VM_CONSOLE)
def part(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Show one part again after somebody came, left, asked or took the seat."""
    vm = get_vm(request.user, pk, Capability.VM_CONSOLE)
    return render(request, PARTS[name], room_context(request, vm) | shown_kind(request))


def shown_kind(request: HttpRequest) -> dict[str, str]:
    """Return which kind of console the asking page shows, for parts that differ by it."""
    kind = request.GET.get("kind", "")
    return {"kind": kind if kind in KINDS else KINDS[0]}


@require_POST
@never_cache
@requires(Capability.VM_CONSOLE)
def hands(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to drive, hand over, decline, stop, or take over; open pages hear the outcome."""
    vm = get_vm(request.user, pk, Capability.VM_CONSOLE)
    if request.POST.get("act") == "take":
        require(request.user, Capability.VM_TAKE, vm)
    return act(request, vm, name_of_user(request.user.pk or 0))


def act(request: HttpRequest, vm: VM, me: str) -> HttpResponse:
    """Do what somebody in the room wishes."""
    wish, other = request.POST.get("act", ""), request.POST.get("who", "")
    by = request.user if request.user.is_authenticated else None
    try:
        driving.act(wish, vm, by, me, other)
    except ValueError:
        return HttpResponse(status=400)
    return HttpResponse(status=204)
