"""The console room as a page."""

from typing import Any

from csp.constants import NONCE
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from accounts.access import Capability, allows, is_admin, requires
from consoles.keys import keys_context
from consoles.layouts import typing_context
from consoles.models import RDP
from consoles.services import has_screen
from consoles.words import words
from live import samples
from vms.access import get_vm
from vms.models import VM
from vms.screens import REASONS, why_no_screen

from .kinds import kinds_context
from .room import room_context
from .sharing import sharing_context


@require_GET
@never_cache
@ensure_csrf_cookie
@requires(Capability.VM_CONSOLE)
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the screen of a machine; its text console where it has no screen."""
    vm = get_vm(request.user, pk, Capability.VM_CONSOLE)
    if not has_screen(vm):
        if has_screen(vm, "spice"):
            return redirect("consoles:spice", pk)
        if vm.has_serial:
            return redirect("consoles:serial", pk)
    return render(request, "consoles/room.html", _context(request, vm, "vnc"))


@require_GET
@never_cache
@ensure_csrf_cookie
@requires(Capability.VM_CONSOLE)
def spice(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the screen of a machine over SPICE."""
    vm = get_vm(request.user, pk, Capability.VM_CONSOLE)
    return render(request, "consoles/room.html", _context(request, vm, "spice"))


@require_GET
@never_cache
@ensure_csrf_cookie
@requires(Capability.VM_CONSOLE)
@csp_update({"style-src": [NONCE]})  # type: ignore[arg-type]  # the terminal makes styles
def serial(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the text console of a machine."""
    vm = get_vm(request.user, pk, Capability.VM_CONSOLE)
    nonce = str(request.csp_nonce)  # type: ignore[attr-defined]
    return room_page(request, vm, "serial", {"nonce": nonce})


@require_GET
@never_cache
@requires(Capability.VM_CONSOLE)
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the facts beside the screen again, after one changed that decides about buttons."""
    vm = get_vm(request.user, pk, Capability.VM_CONSOLE)
    return render(request, "consoles/_panel.html", _facts(request, vm))


@require_GET
@never_cache
@requires(Capability.VM_CONSOLE)
def clipboard(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the clipboard's button again, after its program in the guest came or went."""
    vm = get_vm(request.user, pk, Capability.VM_CONSOLE)
    kind = request.GET.get("kind", "")
    kind = kind if kind in {"spice", RDP} else "vnc"
    return render(request, "consoles/_clipboard_button.html", {"vm": vm} | kinds_context(vm, kind))


@require_GET
@never_cache
@requires(Capability.VM_CONSOLE)
def power(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the power menu again, after what the machine does changed."""
    vm = get_vm(request.user, pk, Capability.VM_CONSOLE)
    return render(request, "consoles/_power.html", _facts(request, vm))


def room_page(request: HttpRequest, vm: VM, kind: str, more: dict[str, Any]) -> HttpResponse:
    """Return the room as a page, with `more` for its kind of console."""
    return render(request, "consoles/room.html", _context(request, vm, kind) | more)


def _context(request: HttpRequest, vm: VM, kind: str) -> dict[str, Any]:
    """Return what the room is drawn from."""
    about_room = room_context(request, vm)
    return (
        _facts(request, vm)
        | about_room
        | sharing_context(request, vm)
        | {
            "kind": kind,
            "mode": "view" if about_room["is_viewing"] else "control",
            "has_screen": has_screen(vm),
            **kinds_context(vm, kind),
            "can_carry_files": allows(request.user, Capability.VM_FILES, vm),
            "no_screen": REASONS.get(why_no_screen(vm), ""),
            **keys_context(vm),
            "words": words(),
            **typing_context(),
        }
    )


def _facts(request: HttpRequest, vm: VM) -> dict[str, Any]:
    """Return what the panel is drawn from."""
    used = vm.memory_used if vm.is_on else None
    return {
        "vm": vm,
        "machine": {"url": reverse("vms:detail", args=[vm.pk]), "is_on": vm.is_on},
        "is_admin": is_admin(request.user),
        "can_operate": allows(request.user, Capability.VM_OPERATE, vm),
        "cpu": vm.cpu_percent if vm.is_on else None,
        "ring": [one.cpu for one in samples.ring(vm.pk)] if vm.is_on else [],
        "memory_used": used,
        "memory_percent": used / vm.memory * 100 if used and vm.memory else None,
    }
