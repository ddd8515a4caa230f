"""The page of a machine's copies: where they are, and the way out when two run."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import ActionRefused, Capability, requires
from accounts.requests import SignedInRequest
from migration.services.copies import places_of, request_end, why_not_end
from vms.access import get_vm
from vms.busy import attach_jobs
from vms.models import VM
from vms.views.machine import Machine


@requires(Capability.VM_MIGRATE)
@require_http_methods(["GET", "POST"])
def copies(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show every host that has the machine; end one copy, confirmed by the machine's name."""
    vm = get_vm(request.user, pk, Capability.VM_MIGRATE)
    refusal: ActionRefused | None = None
    if request.method == "POST":
        try:
            name = request.POST.get("name", "")
            request_end(vm, _host_id(request), request.user, confirm_name=name)
        except ActionRefused as error:
            refusal = error
        else:
            messages.info(request, _("The copy is being ended"))
            return redirect("copies:machine", pk=vm.pk)
    return _page(request, vm, refusal)


def _host_id(request: SignedInRequest) -> int:
    number = request.POST.get("host", "")
    return int(number) if number.isdecimal() else 0


def _page(request: SignedInRequest, vm: VM, refusal: ActionRefused | None) -> HttpResponse:
    attach_jobs([vm])
    places = [(place, why_not_end(vm, place)) for place in places_of(vm)]
    context = {
        "machine": Machine(request.user, vm),
        "vm": vm,
        "tab": "copies",
        "places": places,
        "refusal": refusal,
    }
    return render(request, "migration/copies.html", context, status=409 if refusal else 200)
