"""Begin and end the recording of a console."""

from django.http import HttpResponse, QueryDict
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access import Capability, requires
from accounts.requests import SignedInRequest
from consoles.models import ConsoleRoom
from consoles.recording.asking import begin_recording, end_recording
from consoles.room.telling import tell
from vms.access import get_vm

MOST_SESSION = 2**53


def session_of(said: QueryDict) -> int:
    """Return the number of the session that a page shows, 0 for none."""
    text = said.get("session", "")
    return min(int(text), MOST_SESSION) if text.isdecimal() and len(text) < 20 else 0


@require_POST
@never_cache
@requires(Capability.VM_CONSOLE)
def record(request: SignedInRequest, pk: int) -> HttpResponse:
    """Begin a recording, or end it; open pages hear the outcome."""
    vm = get_vm(request.user, pk, Capability.VM_CONSOLE)
    kind, session = request.POST.get("kind", ""), session_of(request.POST)
    if request.POST.get("act") == "stop":
        end_recording(vm, kind, request.user, session)
    else:
        begin_recording(vm, kind, request.user, session)
    room, _made = ConsoleRoom.objects.get_or_create(vm=vm)
    tell(room, vm)
    return HttpResponse(status=204)
