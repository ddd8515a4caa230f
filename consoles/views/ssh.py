"""The SSH console of a machine as a page."""

from typing import Any

from csp.constants import NONCE
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from accounts.access import Capability, allows, requires
from consoles.models import SSH, ConsoleRoom
from consoles.recording.shown import session_context
from vms.access import get_vm
from vms.models import VM

from .pages import room_page
from .reaching import access_context
from .recording import session_of

PARTS = {
    "recording": "consoles/_ssh_recording.html",
    "recorded": "consoles/_ssh_recorded.html",
    "notice": "consoles/_ssh_notice.html",
}


@require_GET
@never_cache
@ensure_csrf_cookie
@requires(Capability.VM_CONSOLE)
@csp_update({"style-src": [NONCE]})  # type: ignore[arg-type]  # the terminal makes styles
def ssh(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the room with a terminal by SSH, which is the person's own."""
    vm = get_vm(request.user, pk, Capability.VM_CONSOLE)
    nonce = str(request.csp_nonce)  # type: ignore[attr-defined]
    context = access_context(request, vm, SSH) | {
        "nonce": nonce,
        "no_agent": _why_no_agent(request, vm),
    }
    return room_page(request, vm, SSH, context | _recorded(request, vm, 0))


@require_GET
@never_cache
@requires(Capability.VM_CONSOLE)
def part(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Show one part again that says whether the session is recorded."""
    vm = get_vm(request.user, pk, Capability.VM_CONSOLE)
    return render(request, PARTS[name], _recorded(request, vm, session_of(request.GET)))


def _recorded(request: HttpRequest, vm: VM, session: int) -> dict[str, Any]:
    room = ConsoleRoom.objects.filter(pk=vm.pk).first()
    urls = {name: reverse(f"consoles:ssh-{name}", args=[vm.pk]) for name in PARTS}
    context = session_context(request, vm, session)
    return context | {"room_rev": room.rev if room else 0, "ssh_urls": urls}


def _why_no_agent(request: HttpRequest, vm: VM) -> str:
    """Return why no key can be made for a session, "" where it can."""
    if not vm.agent_connected:
        return _("The guest agent does not answer in this machine.")
    if not allows(request.user, Capability.VM_FILES, vm):
        return _("This takes the right to copy files to and from the guest.")
    return ""
