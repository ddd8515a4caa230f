"""What is known about a machine's own server by SSH or RDP: its port, and how it is known again."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Capability, allows, requires
from accounts.requests import SignedInRequest
from consoles.forms import PortForm, port_of
from consoles.models import RDP, SSH
from consoles.rdp.pins import PINS as RDP_PINS
from consoles.ssh.pins import PINS as SSH_PINS
from vms.access import get_vm
from vms.models import VM

PINS = {SSH: SSH_PINS, RDP: RDP_PINS}


@require_GET
@never_cache
@requires(Capability.VM_CONSOLE)
def access(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Show port and fingerprint."""
    return _shown(request, get_vm(request.user, pk, Capability.VM_CONSOLE), kind)


@require_POST
@never_cache
@requires(Capability.VM_EDIT)
def port(request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
    """Set where the server listens."""
    vm = get_vm(request.user, pk, Capability.VM_EDIT)
    PINS[kind].set_port(vm, request.user, port_of(request.POST))
    return _shown(request, vm, kind)


@require_POST
@never_cache
@requires(Capability.VM_EDIT)
def accept(request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
    """Take what the machine showed last for its own from now on."""
    vm = get_vm(request.user, pk, Capability.VM_EDIT)
    PINS[kind].accept(vm, request.user, request.POST.get("fingerprint", ""))
    return _shown(request, vm, kind)


def _shown(request: HttpRequest, vm: VM, kind: str) -> HttpResponse:
    return render(request, f"consoles/_{kind}.html", access_context(request, vm, kind))


def access_context(request: HttpRequest, vm: VM, kind: str) -> dict[str, Any]:
    """Return what the panel of a kind of server shows."""
    pins = PINS[kind]
    row = pins.access_of(vm)
    names = {"access": "access", "port": "port", "accept": pins.proof}
    return {
        "vm": vm,
        "server": row,
        "server_kind": kind,
        "server_proof": pins.proof,
        "server_urls": {
            key: reverse(f"consoles:{kind}-{name}", args=[vm.pk]) for key, name in names.items()
        },
        "fingerprint": pins.fingerprint(row.pinned),
        "offered": pins.fingerprint(row.offered),
        "may_edit": allows(request.user, Capability.VM_EDIT, vm),
        "port_form": PortForm(initial={"port": row.port}),
    }
