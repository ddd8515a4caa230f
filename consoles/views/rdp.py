"""The RDP console of a machine as a page, and what is known about its certificate."""

from typing import Any

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Capability, allows, requires
from accounts.requests import SignedInRequest
from consoles.forms import PortForm, port_of
from consoles.models import RDP
from consoles.rdp import pins
from vms.access import get_vm
from vms.models import VM

from .pages import room_page


@require_GET
@never_cache
@ensure_csrf_cookie
@requires(Capability.VM_CONSOLE)
@csp_update({"script-src": ["'wasm-unsafe-eval'"]})  # type: ignore[arg-type]  # WebAssembly
def rdp(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the room with a desktop by RDP, which is the person's own."""
    vm = get_vm(request.user, pk, Capability.VM_CONSOLE)
    return room_page(request, vm, RDP, _access(request, vm))


@require_GET
@never_cache
@requires(Capability.VM_CONSOLE)
def access(request: HttpRequest, pk: int) -> HttpResponse:
    """Show port and certificate."""
    vm = get_vm(request.user, pk, Capability.VM_CONSOLE)
    return render(request, "consoles/_rdp.html", _access(request, vm))


@require_POST
@never_cache
@requires(Capability.VM_EDIT)
def port(request: SignedInRequest, pk: int) -> HttpResponse:
    """Set where the RDP server listens."""
    vm = get_vm(request.user, pk, Capability.VM_EDIT)
    pins.set_port(vm, request.user, port_of(request.POST))
    return render(request, "consoles/_rdp.html", _access(request, vm))


@require_POST
@never_cache
@requires(Capability.VM_EDIT)
def accept(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take the certificate that the machine showed last for its own from now on."""
    vm = get_vm(request.user, pk, Capability.VM_EDIT)
    pins.accept(vm, request.user, request.POST.get("fingerprint", ""))
    return render(request, "consoles/_rdp.html", _access(request, vm))


def _access(request: HttpRequest, vm: VM) -> dict[str, Any]:
    row = pins.access_of(vm)
    return {
        "vm": vm,
        "rdp": row,
        "fingerprint": pins.fingerprint(row.pinned),
        "offered": pins.fingerprint(row.offered),
        "may_edit": allows(request.user, Capability.VM_EDIT, vm),
        "port_form": PortForm(initial={"port": row.port}),
    }
