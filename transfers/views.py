"""Files of one machine: the page, the same in the console's panel, and saving what was fetched."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import ActionRefused, Capability, requires
from accounts.requests import SignedInRequest
from vms.access import get_vm
from vms.models import VM
from vms.views.machine import Machine

from . import saving
from .access import SHOWN, get_transfer, transfers_of
from .forms import FetchForm, SendForm
from .services.asking import request_fetch, request_send, stop, why_not


@require_GET
@requires(Capability.VM_FILES)
def of_machine(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the files of a machine as a page."""
    vm = get_vm(request.user, pk, Capability.VM_FILES)
    context = _context(vm) | {"machine": Machine(request.user, vm), "tab": "files"}
    return render(request, "transfers/machine.html", context)


@require_GET
@never_cache
@requires(Capability.VM_FILES)
def panel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the same as a part of another page."""
    vm = get_vm(request.user, pk, Capability.VM_FILES)
    return render(request, "transfers/_files.html", _context(vm))


@require_GET
@never_cache
@requires(Capability.VM_FILES)
def rows(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the list anew, while something is under way."""
    vm = get_vm(request.user, pk, Capability.VM_FILES)
    return render(request, "transfers/_rows.html", _context(vm))


@require_POST
@requires(Capability.VM_FILES)
def send(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a file and ask that it goes to the guest."""
    vm = get_vm(request.user, pk, Capability.VM_FILES)
    form = SendForm(request.POST, request.FILES)
    if form.is_valid():
        data = form.cleaned_data
        file = data["file"]
        try:
            request_send(
                vm, request.user, path=data["path"], name=file.name or "",
                pieces=file.chunks(), overwrite=data["overwrite"],
            )  # fmt: skip
            form = SendForm(initial={"path": data["path"]})
        except ActionRefused as error:
            _add(form, error)
    return _answer(request, vm, {"send_form": form})


@require_POST
@requires(Capability.VM_FILES)
def fetch(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask that a file comes from the guest."""
    vm = get_vm(request.user, pk, Capability.VM_FILES)
    form = FetchForm(request.POST)
    if form.is_valid():
        try:
            request_fetch(vm, request.user, path=form.cleaned_data["path"])
            form = FetchForm()
        except ActionRefused as error:
            _add(form, error)
    return _answer(request, vm, {"fetch_form": form})


@require_POST
@requires(Capability.VM_FILES)
def cancel(request: SignedInRequest, pk: int, transfer_id: int) -> HttpResponse:
    """Break a transfer off."""
    stop(get_transfer(request.user, pk, transfer_id))
    return _answer(request, get_vm(request.user, pk, Capability.VM_FILES), {})


@require_GET
@never_cache
@requires(Capability.VM_FILES)
def save(request: SignedInRequest, pk: int, transfer_id: int) -> StreamingHttpResponse:
    """Hand out what was fetched, always as a file to be saved and never to be shown."""
    return saving.answer(request, get_transfer(request.user, pk, transfer_id))


def _context(vm: VM) -> dict[str, Any]:
    found = list(transfers_of(vm)[:SHOWN])
    return {
        "vm": vm,
        "transfers": found,
        "is_moving": any(one.is_waiting for one in found),
        "send_form": SendForm(prefix=""),
        "fetch_form": FetchForm(),
        "blocked": why_not(vm),
        "most": settings.TRANSFER_MOST,
    }


def _answer(request: SignedInRequest, vm: VM, forms: dict[str, Any]) -> HttpResponse:
    """Show the part anew to htmx; without JavaScript the page, with what is wrong with a form."""
    context = _context(vm) | forms
    if request.htmx:
        return render(request, "transfers/_files.html", context)
    if any(form.is_bound for form in forms.values()):
        page = context | {"machine": Machine(request.user, vm), "tab": "files"}
        return render(request, "transfers/machine.html", page)
    return redirect(reverse("transfers:machine", args=[vm.pk]))


def _add(form: Any, error: ActionRefused) -> None:
    fields = error.extra.get("fields") or {None: error.message}
    for name, message in fields.items():
        form.add_error(name if name in form.fields else None, message)
