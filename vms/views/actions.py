"""Changes of one machine: each asks a service and answers at once."""

from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ActionRefused, Capability, requires
from accounts.requests import SignedInRequest
from vms.access import get_vm
from vms.bin.rules import days_in, has_bin
from vms.bin.services import request_recover, request_removal
from vms.disks import fates
from vms.forms import DeleteForm, DescriptionForm, KeepForm, RenameForm, TagsForm
from vms.leases.services import keep_until, say_after
from vms.models import VM
from vms.requests import ask_deletion
from vms.rules import can
from vms.services.approving import why_deletion_waits
from vms.services.keeping import end_of_day
from vms.services.labels import set_description, set_protected, set_stays_on, set_tags
from vms.services.lifecycle import request_autostart, request_rename
from vms.services.power import request_power

from .answers import answer_change, answer_job, wants_fragment
from .forms import SwitchForm

# Dialogs whose rule has another name.
RULES = {"tags": "tag"}


@requires(Capability.VM_OPERATE)
@require_POST
def power(request: SignedInRequest, pk: int, action: str) -> HttpResponse:
    """Ask for a power action."""
    vm = get_vm(request.user, pk, Capability.VM_OPERATE)
    return answer_job(request, vm, request_power(vm, action, request.user))


@requires(Capability.VM_EDIT)
@require_http_methods(["GET", "POST"])
def rename(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask for another name."""
    vm = get_vm(request.user, pk, Capability.VM_EDIT)
    form = RenameForm(_posted(request), initial={"name": vm.name})
    if request.method == "POST" and form.is_valid():
        try:
            job = request_rename(vm, form.cleaned_data["name"], request.user)
            return answer_job(request, vm, job)
        except ActionRefused as error:
            form.add_error("name", error.message)
    return _dialog(request, "rename", vm, form)


@requires(Capability.VM_DELETE)
@require_http_methods(["GET", "POST"])
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say what would go, and ask for it: into the bin, or for good once the name is typed."""
    vm = get_vm(request.user, pk, Capability.VM_DELETE)
    form = DeleteForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        wishes = form.cleaned_data
        try:
            if why_deletion_waits(vm, request.user):
                ask_deletion(
                    vm,
                    request.user,
                    for_good=wishes["for_good"],
                    with_disks=wishes["with_disks"],
                    confirm_name=wishes["confirm"],
                    comment=wishes["comment"],
                )
                return answer_change(request, vm, _("Your request is sent"))
            job = request_removal(
                vm,
                request.user,
                for_good=wishes["for_good"],
                with_disks=wishes["with_disks"],
                confirm_name=wishes["confirm"],
            )
            return answer_job(request, vm, job, leave=job.kind == "vm.delete")
        except ActionRefused as error:
            form.add_error("confirm", error.message)
    waits_for = why_deletion_waits(vm, request.user)
    more = {"fates": fates(vm), "waits_for": waits_for, "bin_days": 0}
    if has_bin(vm):
        more["bin_days"] = days_in(vm.team)
    return _dialog(request, "delete", vm, form, **more)


@requires(Capability.VM_DELETE)
@require_POST
def recover(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask that the machine comes out of the recycle bin."""
    vm = get_vm(request.user, pk, Capability.VM_DELETE)
    return answer_job(request, vm, request_recover(vm, request.user))


@requires(Capability.VM_EDIT)
@require_http_methods(["GET", "POST"])
def tags(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give the machine exactly these tags."""
    vm = get_vm(request.user, pk, Capability.VM_EDIT)
    words = ", ".join(vm.tags.values_list("name", flat=True))
    form = TagsForm(_posted(request), initial={"tags": words})
    if request.method == "POST" and form.is_valid():
        try:
            set_tags(vm, form.cleaned_data["tags"], request.user)
            return answer_change(request, vm, _("Tags kept"))
        except ActionRefused as error:
            form.add_error("tags", error.message)
    return _dialog(request, "tags", vm, form)


@requires(Capability.VM_EDIT)
@require_http_methods(["GET", "POST"])
def describe(request: SignedInRequest, pk: int) -> HttpResponse:
    """Describe the machine in free text."""
    vm = get_vm(request.user, pk, Capability.VM_EDIT)
    form = DescriptionForm(_posted(request), initial={"description": vm.description})
    if request.method == "POST" and form.is_valid():
        try:
            set_description(vm, form.cleaned_data["description"], request.user)
            return answer_change(request, vm, _("Description kept"))
        except ActionRefused as error:
            form.add_error("description", error.message)
    return _dialog(request, "describe", vm, form)


@requires(Capability.VM_EDIT)
@require_http_methods(["GET", "POST"])
def keep(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give the machine more time, or less."""
    vm = get_vm(request.user, pk, Capability.VM_EDIT)
    day = timezone.localtime(vm.ends_at).date() if vm.ends_at else None
    form = KeepForm(_posted(request), initial={"ends_on": day})
    if request.method == "POST" and form.is_valid():
        try:
            keep_until(vm, end_of_day(form.cleaned_data["ends_on"]), request.user)
            return answer_change(request, vm, _("The end is changed"))
        except ActionRefused as error:
            form.add_error("ends_on", error.extra.get("fields", {}).get("ends_at", error.message))
    return _dialog(request, "keep", vm, form, after_end=say_after(vm))


@requires(Capability.VM_EDIT)
@require_POST
def autostart(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask that the machine starts with its host, or does not."""
    vm = get_vm(request.user, pk, Capability.VM_EDIT)
    form = SwitchForm(request.POST)
    form.is_valid()
    return answer_job(request, vm, request_autostart(vm, form.cleaned_data["on"], request.user))


@requires(Capability.VM_DELETE)
@require_POST
def protect(request: SignedInRequest, pk: int) -> HttpResponse:
    """Protect the machine against deletion, or lift the protection."""
    vm = get_vm(request.user, pk, Capability.VM_DELETE)
    form = SwitchForm(request.POST)
    form.is_valid()
    set_protected(vm, form.cleaned_data["on"], request.user)
    return answer_change(
        request, vm, _("Protected against deletion") if vm.is_protected else _("Protection lifted")
    )


@requires(Capability.VM_DELETE)
@require_POST
def stay_on(request: SignedInRequest, pk: int) -> HttpResponse:
    """Protect the machine against being stopped, or lift that."""
    vm = get_vm(request.user, pk, Capability.VM_DELETE)
    form = SwitchForm(request.POST)
    form.is_valid()
    set_stays_on(vm, form.cleaned_data["on"], request.user)
    words = _("Protected against stopping") if vm.stays_on else _("It can be stopped again")
    return answer_change(request, vm, words)


def _posted(request: SignedInRequest) -> QueryDict | None:
    """Return what was posted, even where that is nothing."""
    return request.POST if request.method == "POST" else None


def _dialog(
    request: SignedInRequest, name: str, vm: VM, form: Form, **more: object
) -> HttpResponse:
    """Show a form: as a dialog over the page, or as a page of its own without JavaScript."""
    rule = "recycle" if name == "delete" and has_bin(vm) else RULES.get(name, name)
    refusal = can(vm, rule)
    context = {"vm": vm, "form": form, "dialog": f"vms/_{name}.html", "refusal": refusal, **more}
    template = f"vms/_{name}.html" if wants_fragment(request) else "vms/dialog.html"
    return render(request, template, context)
