"""The size of a machine: a page with the effect beside it, what waits undone, a disk that grows."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import ActionRefused, Capability, requires
from accounts.requests import SignedInRequest
from vms.access import get_vm
from vms.models import VM
from vms.resizing.requests import ask_growth, ask_resize
from vms.resizing.rules import find_disk
from vms.resizing.services import request_growth, request_resize, request_undo

from .answers import answer_change, answer_job, wants_fragment
from .machine import Machine
from .sizing import Growing, Resizing


@requires(Capability.VM_EDIT)
@require_http_methods(["GET", "POST"])
def resize(request: SignedInRequest, pk: int) -> HttpResponse:
    """Offer sizes; change the machine's, or send the request where somebody has to agree."""
    vm = get_vm(request.user, pk, Capability.VM_EDIT)
    posted = request.POST if request.method == "POST" else None
    resizing = Resizing(request.user, vm, posted)
    refusal = None
    if posted is not None and resizing.form.is_valid():
        try:
            return _change(request, resizing)
        except ActionRefused as error:
            refusal = error
            if fields := error.extra.get("fields"):
                resizing.form.add_refused(fields)
                refusal = None
    context = {"resizing": resizing, "machine": Machine(request.user, vm), "vm": vm}
    context |= {"tab": "hardware", "refusal": refusal}
    return render(request, "vms/resize.html", context)


def _change(request: SignedInRequest, resizing: Resizing) -> HttpResponse:
    vm, spec = resizing.vm, resizing.form.to_request()
    if resizing.waits_for:
        ask_resize(vm, spec, request.user, resizing.form.cleaned_data["comment"])
        messages.success(request, _("Your request is sent"))
    else:
        job = request_resize(vm, spec, request.user)
        messages.info(request, f"{job.spec.title}: {vm.name}")
    return redirect("vms:hardware", vm.pk)


@requires(Capability.VM_EDIT)
@require_GET
def resize_summary(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what the choices so far would do."""
    vm = get_vm(request.user, pk, Capability.VM_EDIT)
    context = {"resizing": Resizing(request.user, vm, request.GET), "vm": vm}
    return render(request, "vms/_resize_changed.html", context)


@requires(Capability.VM_EDIT)
@require_POST
def keep_size(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask that what waits for the next start is undone."""
    vm = get_vm(request.user, pk, Capability.VM_EDIT)
    return answer_job(request, vm, request_undo(vm, request.user))


@requires(Capability.VM_EDIT)
@require_http_methods(["GET", "POST"])
def grow(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say what a bigger disk means, and ask for it."""
    vm = get_vm(request.user, pk, Capability.VM_EDIT)
    name = request.GET.get("disk") or request.POST.get("disk") or _first_disk(vm)
    disk = find_disk(vm, name)
    if disk is None:
        raise Http404
    growing = Growing(request.user, vm, disk, request.POST if request.method == "POST" else None)
    refusal = None
    if request.method == "POST" and growing.form.is_valid():
        try:
            return _grow(request, growing)
        except ActionRefused as error:
            refusal = error if error.code == "quota" else None
            if refusal is None:
                growing.form.add_error("capacity_gib", error.message)
    context = {"vm": vm, "growing": growing, "dialog": "vms/_grow.html", "refusal": refusal}
    template = "vms/_grow.html" if wants_fragment(request) else "vms/dialog.html"
    return render(request, template, context)


def _first_disk(vm: VM) -> str:
    return next((disk["target"] for disk in vm.disks if disk.get("device") == "disk"), "")


def _grow(request: SignedInRequest, growing: Growing) -> HttpResponse:
    vm, capacity = growing.vm, growing.form.capacity
    if growing.waits_for:
        comment = growing.form.cleaned_data["comment"]
        ask_growth(vm, growing.target, capacity, request.user, comment)
        return answer_change(request, vm, _("Your request is sent"))
    return answer_job(request, vm, request_growth(vm, growing.target, capacity, request.user))
