"""Whether Guesthouse listens to a machine's text console, as a dialog."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Capability, requires
from accounts.requests import SignedInRequest
from consoles.listening.choice import set_listening
from consoles.listening.shown import shown_of
from vms.access import get_vm
from vms.views.answers import answer_change, wants_fragment
from vms.views.forms import SwitchForm


@requires(Capability.VM_EDIT)
@require_http_methods(["GET", "POST"])
def listening(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say what listening costs, and switch it on or off."""
    vm = get_vm(request.user, pk, Capability.VM_EDIT)
    if request.method == "POST":
        form = SwitchForm(request.POST)
        form.is_valid()
        on = form.cleaned_data["on"]
        set_listening(vm, request.user, on)
        words = _("Guesthouse listens to the text console") if on else _("Nobody listens any more")
        return answer_change(request, vm, words)
    dialog = "consoles/_listening.html"
    template = dialog if wants_fragment(request) else "vms/dialog.html"
    context = {"vm": vm, "dialog": dialog, "listening": shown_of(vm)}
    return render(request, template, context)
