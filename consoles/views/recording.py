"""Begin and end the recording of a console."""

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access import Capability, requires
from accounts.requests import SignedInRequest
from consoles.models import ConsoleRoom
from consoles.recording.asking import begin_recording, end_recording
from consoles.room.telling import tell
from vms.access import get_vm


@require_POST
@never_cache
@requires(Capability.VM_CONSOLE)
def record(request: SignedInRequest, pk: int) -> HttpResponse:
    """Begin a recording, or end it; open pages hear the outcome."""
    vm = get_vm(request.user, pk, Capability.VM_CONSOLE)
    kind = request.POST.get("kind", "")
    if request.POST.get("act") == "stop":
        end_recording(vm, kind, request.user)
    else:
        begin_recording(vm, kind, request.user)
    room, _made = ConsoleRoom.objects.get_or_create(vm=vm)
    tell(room, vm)
    return HttpResponse(status=204)
