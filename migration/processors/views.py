"""The pages of groups of hosts: the list, a new one, and one with its processor and machines."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import ActionRefused, Capability, requires
from accounts.requests import SignedInRequest
from jobs.numbers import ids_in
from vms.access import list_vms
from vms.models import VM

from .access import get_group
from .forms import GroupForm
from .models import ProcessorGroup
from .page import GroupPage
from .services import create_group, delete_group, edit_group, request_find, request_use


@requires(Capability.HOST_VIEW)
@require_GET
def groups(request: SignedInRequest) -> HttpResponse:
    """Show all groups."""
    rows = ProcessorGroup.objects.annotate(number=Count("members"))
    return render(request, "processors/list.html", {"groups": rows})


@requires(Capability.HOST_MANAGE)
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Make a group, and look for its processor at once."""
    form = GroupForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_group(form.wish, request.user)
        except ActionRefused as error:
            _blame(form, error)
        else:
            _find(request, made)
            return redirect("processors:group", made.pk)
    return render(request, "processors/edit.html", {"form": form})


@requires(Capability.HOST_MANAGE)
@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a group; with other hosts its processor is looked for anew."""
    group = get_group(request.user, pk)
    form = GroupForm(request.POST if request.method == "POST" else None, group=group)
    if request.method == "POST" and form.is_valid():
        try:
            edit_group(group, form.wish, request.user)
        except ActionRefused as error:
            _blame(form, error)
        else:
            if group.found_at is None:
                _find(request, group)
            return redirect("processors:group", pk)
    return render(request, "processors/edit.html", {"form": form, "group": group})


@requires(Capability.HOST_VIEW)
@require_GET
def group(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a group: its processor, what each host gives up for it, and who fits."""
    page = GroupPage(get_group(request.user, pk), request.user)
    return render(request, "processors/group.html", {"page": page})


@requires(Capability.HOST_VIEW)
@require_GET
def body(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the changing part of that page."""
    page = GroupPage(get_group(request.user, pk), request.user)
    return render(request, "processors/_group.html", {"page": page})


@requires(Capability.HOST_MANAGE)
@require_POST
def find(request: SignedInRequest, pk: int) -> HttpResponse:
    """Look for the processor anew."""
    _find(request, get_group(request.user, pk))
    return redirect("processors:group", pk)


@requires(Capability.HOST_MANAGE)
@require_POST
def use(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give the ticked machines the processor, each from its next start."""
    found = get_group(request.user, pk)
    wanted = list_vms(request.user).filter(pk__in=ids_in(request.POST.getlist("vm")))
    asked = sum(_use(request, found, vm) for vm in wanted.select_related("host"))
    if asked:
        text = ngettext(
            "%(count)d machine gets the processor.", "%(count)d machines get the processor.", asked
        )
        messages.info(request, text % {"count": asked})
    return redirect("processors:group", pk)


def _use(request: SignedInRequest, found: ProcessorGroup, vm: VM) -> bool:
    try:
        request_use(found, vm, request.user)
    except ActionRefused as error:
        messages.error(request, f"{vm.name}: {error.message}")
        return False
    return True


@requires(Capability.HOST_MANAGE)
@require_POST
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """End a group."""
    found = get_group(request.user, pk)
    delete_group(found, request.user)
    messages.success(request, _("%(name)s is ended.") % {"name": found.name})
    return redirect("processors:list")


def _find(request: SignedInRequest, found: ProcessorGroup) -> None:
    """Ask for the search; what stands against it now is told, and the group stays."""
    try:
        request_find(found, request.user)
    except ActionRefused as error:
        messages.error(request, str(error.message))


def _blame(form: GroupForm, error: ActionRefused) -> None:
    fields = error.extra.get("fields") or {None: error.message}
    for name, text in fields.items():
        form.add_error(name if name in form.fields else None, str(text))
