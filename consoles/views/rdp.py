"""The RDP console of a machine as a page."""

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from accounts.access import Capability, requires
from consoles.models import RDP
from vms.access import get_vm

from .pages import room_page
from .reaching import access_context


@require_GET
@never_cache
@ensure_csrf_cookie
@requires(Capability.VM_CONSOLE)
@csp_update({"script-src": ["'wasm-unsafe-eval'"]})  # type: ignore[arg-type]  # WebAssembly
def rdp(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the room with a desktop by RDP, which is the person's own."""
    vm = get_vm(request.user, pk, Capability.VM_CONSOLE)
    return room_page(request, vm, RDP, access_context(request, vm, RDP))
