"""The ticket that opens the door of a console."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access import ActionRefused, Capability, requires
from consoles.services import request_console
from consoles.tickets import Ticket
from consoles.wire import PROTOCOL, SOCKET_PATH, TICKET_PREFIX
from vms.access import get_vm


@require_POST
@never_cache
@requires(Capability.VM_CONSOLE)
def ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out a one-time ticket as JSON; refusals are JSON too."""
    vm = get_vm(request.user, pk, Capability.VM_CONSOLE)
    return answer_ticket(
        lambda: request_console(
            vm,
            request.user,
            login_session=request.session.session_key or "",
            kind=request.POST.get("kind", "vnc"),
            mode=request.POST.get("mode", "control"),
            take=request.POST.get("take") == "1",
            ip=request.META.get("REMOTE_ADDR") or None,
        )
    )


def answer_ticket(ask: Callable[[], Ticket]) -> HttpResponse:
    """Return the ticket that `ask` gives as JSON, or why there is none."""
    try:
        made = ask()
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
