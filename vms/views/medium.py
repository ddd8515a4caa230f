"""The medium in a machine's CD drive, as a dialog."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.access import ActionRefused, Capability, requires
from accounts.requests import SignedInRequest
from vms.access import get_vm
from vms.forms import MediumForm
from vms.medium.choices import drives_of, media_for, why_no_drive
from vms.rules import can
from vms.services.medium import MediumWish, request_medium

from .answers import answer_job, wants_fragment


@requires(Capability.VM_EDIT)
@require_http_methods(["GET", "POST"])
def medium(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what is in the drives and what may be; ask for another medium, or for none."""
    vm = get_vm(request.user, pk, Capability.VM_EDIT)
    drives, media = drives_of(vm), media_for(request.user, vm)
    form = MediumForm(
        request.POST if request.method == "POST" else None,
        [drive.target for drive in drives],
        [(iso.key, f"{iso.volume} ({iso.pool})") for iso in media],
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        wish = MediumWish(data["source"], data["target"], force=data["force"])
        try:
            return answer_job(request, vm, request_medium(vm, wish, request.user))
        except ActionRefused as error:
            form.add_error("source", error.message)
    refusal = can(vm, "medium") or why_no_drive(vm)
    context = {
        "vm": vm,
        "form": form,
        "drives": drives,
        "media": media,
        "refusal": refusal,
        "dialog": "vms/_medium.html",
    }
    template = "vms/_medium.html" if wants_fragment(request) else "vms/dialog.html"
    return render(request, template, context)
