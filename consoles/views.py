"""The console room, and the ticket that opens its door."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from accounts.access import ActionRefused, Capability, allows, requires
from vms.access import get_vm
from vms.models import VM

from .closing import CLOSINGS
from .keys import KEY_GROUPS
from .services import KINDS, has_screen, request_console
from .wire import PROTOCOL, SOCKET_PATH, TICKET_PREFIX


@require_GET
@never_cache
@ensure_csrf_cookie
@requires(Capability.VM_CONSOLE)
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the console room of a machine."""
    vm = get_vm(request.user, pk, Capability.VM_CONSOLE)
    kind = request.GET.get("kind", "")
    if kind not in KINDS:
        kind = "vnc" if has_screen(vm) or not vm.has_serial else "serial"
    is_viewing = request.GET.get("mode") == "view"
    context = {
        "vm": vm,
        "kind": kind,
        "is_viewing": is_viewing,
        "has_screen": has_screen(vm),
        "can_operate": allows(request.user, Capability.VM_OPERATE, vm),
        "key_groups": KEY_GROUPS,
        "settings_json": _settings(vm, kind, is_viewing),
        "nonce": getattr(request, "csp_nonce", "") if kind == "serial" else "",
    }
    return render(request, "consoles/room.html", context)


def _settings(vm: VM, kind: str, is_viewing: bool) -> dict[str, Any]:
    """Return what the scripts of the room need to know, with every word they may show."""
    return {
        "vm": vm.pk,
        "name": vm.name,
        "kind": kind,
        "mode": "view" if is_viewing else "control",
        "on": vm.is_on,
        "closings": {
            key: {"words": str(closing.words), "retry": closing.retry}
            for key, closing in CLOSINGS.items()
        },
        "words": {
            "connecting": _("Connecting…"),
            "connected": _("Connected"),
            "again": _("Connection lost. Trying again in {seconds} s."),
            "lost": _("Connection lost. Trying again…"),
            "refused": _(
                "The console did not let this page in. Reload the page and sign in again."
            ),
            "off": _("The machine is off."),
            "starting": _("The machine starts. Its screen will show here by itself."),
            "failed": _("The screen could not be drawn."),
            "no_answer": _("Guesthouse does not answer."),
            "keys_to_guest": _("Keys go to the guest."),
            "keys_here": _("Click the screen to type into the guest."),
            "viewing": _("View only: the guest gets no keys and no clicks."),
            "copied": _("Copied from the guest."),
        },
    }


@require_POST
@never_cache
@requires(Capability.VM_CONSOLE)
def ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out a one-time ticket as JSON; refusals are JSON too."""
    vm = get_vm(request.user, pk, Capability.VM_CONSOLE)
    try:
        made = request_console(
            vm,
            request.user,  # type: ignore[arg-type]
            login_session=request.session.session_key or "",
            kind=request.POST.get("kind", "vnc"),
            mode=request.POST.get("mode", "control"),
            take=request.POST.get("take") == "1",
            ip=request.META.get("REMOTE_ADDR") or None,
        )
    except ActionRefused as refusal:
        answer = {"message": refusal.message, "code": refusal.code}
        return JsonResponse(answer, status=refusal.status)
    return JsonResponse(
        {
            "url": SOCKET_PATH,
            "protocol": PROTOCOL,
            "ticket": TICKET_PREFIX + made.text,
            "expires_at": made.expires_at.isoformat(),
        }
    )
