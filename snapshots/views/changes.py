"""Changes of snapshots: each asks a service and goes back to the page."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ActionRefused, Capability, requires
from accounts.requests import SignedInRequest
from snapshots.access import get_snapshot
from snapshots.forms import MergeForm, RenameForm, SnapshotForm
from snapshots.models import Kind, Snapshot
from snapshots.services.asking import (
    below,
    line_of,
    request_deletion,
    request_merge,
    request_revert,
    request_snapshot,
    update_snapshot,
)
from vms.access import get_vm

from .pages import page_context

KEPT_BY_DEFAULT = 3


@requires(Capability.VM_SNAPSHOT)
@require_POST
def take(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask for a snapshot."""
    vm = get_vm(request.user, pk, Capability.VM_SNAPSHOT)
    form = SnapshotForm(request.POST)
    if not form.is_valid():
        context = page_context(request, vm, form=form)
        return render(request, "snapshots/machine.html", context)
    try:
        request_snapshot(vm, request.user, **form.cleaned_data)
    except ActionRefused as error:
        context = page_context(request, vm, form=form, refusal=error)
        return render(request, "snapshots/machine.html", context)
    messages.info(request, _("A snapshot of %(name)s is being taken") % {"name": vm.name})
    return redirect("snapshots:machine", pk=vm.pk)


@requires(Capability.VM_SNAPSHOT)
@require_POST
def revert(request: SignedInRequest, pk: int, snapshot_id: int) -> HttpResponse:
    """Ask to go back to a snapshot."""
    snapshot = get_snapshot(request.user, pk, snapshot_id, Capability.VM_SNAPSHOT)
    keep = request.POST.get("keep") == "on"
    try:
        request_revert(snapshot, request.user, keep_present=keep)
    except ActionRefused as error:
        context = page_context(request, snapshot.vm, refusal=error, show=snapshot.pk)
        return render(request, "snapshots/machine.html", context)
    words = {"name": snapshot.vm.name, "snapshot": snapshot.name}
    messages.info(request, _("%(name)s goes back to %(snapshot)s") % words)
    return redirect("snapshots:machine", pk=pk)


@requires(Capability.VM_SNAPSHOT)
@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, pk: int, snapshot_id: int) -> HttpResponse:
    """Call a snapshot something else."""
    snapshot = get_snapshot(request.user, pk, snapshot_id, Capability.VM_SNAPSHOT)
    initial = {"name": snapshot.name, "description": snapshot.description}
    form = RenameForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            update_snapshot(snapshot, request.user, **form.cleaned_data)
        except ActionRefused as error:
            form.add_error("name", str(error.message))
        else:
            return redirect("snapshots:machine", pk=pk)
    context = {"vm": snapshot.vm, "snapshot": snapshot, "form": form}
    return render(request, "snapshots/edit.html", context)


@requires(Capability.VM_SNAPSHOT)
@require_http_methods(["GET", "POST"])
def delete(request: SignedInRequest, pk: int, snapshot_id: int) -> HttpResponse:
    """Say what goes, and ask once more."""
    snapshot = get_snapshot(request.user, pk, snapshot_id, Capability.VM_SNAPSHOT)
    refusal: ActionRefused | None = None
    if request.method == "POST":
        with_children = request.POST.get("children") == "on"
        try:
            request_deletion(snapshot, request.user, with_children=with_children)
        except ActionRefused as error:
            refusal = error
        else:
            messages.info(request, _("The snapshot is being deleted"))
            return redirect("snapshots:machine", pk=pk)
    children = below(snapshot)
    context = {
        "vm": snapshot.vm,
        "snapshot": snapshot,
        "children": children,
        "branches": _branches(snapshot, children),
        "refusal": refusal,
    }
    return render(request, "snapshots/delete.html", context)


def _branches(snapshot: Snapshot, children: Sequence[Snapshot]) -> int:
    """Return how many layers are built upon a snapshot's: each child's, and the present state's."""
    if snapshot.kind != Kind.EXTERNAL:
        return 0
    nearest = sum(child.parent_id == snapshot.pk for child in children)
    return nearest + int(snapshot.is_current)


@requires(Capability.VM_SNAPSHOT)
@require_http_methods(["GET", "POST"])
def merge(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say which snapshots would go, and merge their layers."""
    vm = get_vm(request.user, pk, Capability.VM_SNAPSHOT)
    initial = {"keep": KEPT_BY_DEFAULT}
    form = MergeForm(request.POST if request.method == "POST" else None, initial=initial)
    refusal: ActionRefused | None = None
    if form.is_bound and form.is_valid():
        try:
            request_merge(vm, request.user, keep=form.cleaned_data["keep"])
        except ActionRefused as error:
            refusal = error
        else:
            messages.info(request, _("Layers of %(name)s are being merged") % {"name": vm.name})
            return redirect("snapshots:machine", pk=pk)
    context = {"vm": vm, "form": form, "line": line_of(vm), "refusal": refusal}
    return render(request, "snapshots/merge.html", context)
