"""The pages of backups: of one machine, of all, and the dialogs that restore and delete."""

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import ActionRefused, Capability, allows, is_admin, requires
from accounts.requests import SignedInRequest
from vms.access import get_vm
from vms.models import VM
from vms.rules import can
from vms.views.machine import Machine
from vms.views.quota import leaves

from .access import get_backup, list_backups
from .forms import BackupForm, RestoreForm
from .inventory import missing_among
from .models import Backup, has_place
from .services.asking import (
    quota_lines,
    request_backup,
    request_deletion,
    request_place,
    why_not,
)
from .services.restoring import RestoreRequest, request_restore

PAGE_SIZE = 50


@requires(Capability.VM_VIEW)
@require_GET
def everything(request: SignedInRequest) -> HttpResponse:
    """Show every backup that the reader may see, also of machines that are no more."""
    page = Paginator(list_backups(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "with_machine": True, **_mine(request, page)}
    return render(request, "backups/all.html", context)


@requires(Capability.VM_BACKUP)
@require_http_methods(["GET", "POST"])
def of_machine(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a machine's backups; make another one."""
    vm = get_vm(request.user, pk, Capability.VM_BACKUP)
    form = BackupForm(request.POST if request.method == "POST" else None)
    refusal: ActionRefused | None = None
    if form.is_bound and form.is_valid():
        try:
            request_backup(vm, request.user, description=form.cleaned_data["description"])
        except ActionRefused as error:
            refusal = error
        else:
            messages.info(request, _("%(name)s is being backed up") % {"name": vm.name})
            return redirect("backups:machine", pk=vm.pk)
    return _machine_page(request, vm, form, refusal)


@requires(Capability.HOST_MANAGE)
@require_POST
def place(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make the place for backups on the machine's host."""
    vm = get_vm(request.user, pk, Capability.VM_BACKUP)
    request_place(vm.host, request.user)
    messages.info(request, _("The place for backups is being made"))
    return redirect("backups:machine", pk=vm.pk)


@requires(Capability.VM_CREATE)
@require_http_methods(["GET", "POST"])
def restore(request: SignedInRequest, backup_id: int) -> HttpResponse:
    """Ask for the new machine's name, and make it from the backup."""
    backup = get_backup(request.user, backup_id, Capability.VM_CREATE)
    initial = {"name": f"{backup.vm_name[:54]}-restored"}
    form = RestoreForm(request.POST if request.method == "POST" else None, initial=initial)
    refusal: ActionRefused | None = None
    if form.is_bound and form.is_valid():
        wish = RestoreRequest(form.cleaned_data["name"], form.cleaned_data["start"])
        try:
            job = request_restore(backup, wish, request.user)
        except ActionRefused as error:
            refusal = error
        else:
            return redirect("jobs:detail", job.pk)
    context = {"backup": backup, "form": form, "refusal": refusal}
    return render(request, "backups/restore.html", context)


@requires(Capability.VM_BACKUP)
@require_http_methods(["GET", "POST"])
def delete(request: SignedInRequest, backup_id: int) -> HttpResponse:
    """Ask once more, then delete the backup."""
    backup = get_backup(request.user, backup_id, Capability.VM_BACKUP)
    refusal: ActionRefused | None = None
    if request.method == "POST":
        try:
            request_deletion(backup, request.user)
        except ActionRefused as error:
            refusal = error
        else:
            messages.info(request, _("The backup is being deleted"))
            return redirect("backups:all")
    return render(request, "backups/delete.html", {"backup": backup, "refusal": refusal})


def _machine_page(
    request: SignedInRequest, vm: VM, form: BackupForm, refusal: ActionRefused | None
) -> HttpResponse:
    found = list_backups(request.user).filter(vm=vm)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "machine": Machine(request.user, vm),
        "vm": vm,
        "tab": "backups",
        "page": page,
        **_mine(request, page),
        "form": form,
        "refusal": refusal,
        "has_place": has_place(vm.host),
        "may_make_place": is_admin(request.user) and allows(request.user, Capability.HOST_MANAGE),
        "blocked": str(can(vm, "backup") or "") or why_not(vm),
        "leaves": leaves(quota_lines(vm)),
    }
    return render(request, "backups/machine.html", context)


def _mine(request: SignedInRequest, page: Page[Backup]) -> dict[str, set[int]]:
    """Return which of a page the reader may delete, which restore, and which are missing."""
    shown = [backup.pk for backup in page.object_list]

    def allowing(capability: Capability) -> set[int]:
        found = list_backups(request.user, capability).filter(pk__in=shown)
        return set(found.values_list("pk", flat=True))

    mine = allowing(Capability.VM_BACKUP)
    gone = missing_among(page.object_list)
    return {
        "mine": mine,
        "restorable": (mine & allowing(Capability.VM_CREATE)) - gone,
        "gone": gone,
    }
