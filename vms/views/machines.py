"""The list of machines: its page, its rows, saved views and work on many machines at once."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.access import Capability, requires
from accounts.requests import SignedInRequest
from vms.access import get_vm
from vms.filters import MachineFilter
from vms.models import SavedView

from .answers import wants_fragment
from .bulk import BulkForm, run
from .filtering import choices
from .forms import SavedViewForm
from .listing import Listing
from .machine import Machine
from .rows import rows_of


@requires(Capability.VM_VIEW)
@require_GET
@vary_on_headers("HX-Request")
def machines(request: SignedInRequest) -> HttpResponse:
    """Show the machines that the reader may see."""
    wanted = MachineFilter.read(request.GET)
    listing = Listing(request.user, wanted, request.GET.get("page", "1"))
    template = "vms/_list.html" if wants_fragment(request) else "vms/list.html"
    return render(request, template, {"listing": listing})


@requires(Capability.VM_VIEW)
@require_GET
def filters(request: SignedInRequest) -> HttpResponse:
    """Offer what the list can be narrowed to."""
    wanted = MachineFilter.read(request.GET)
    context = {"wanted": wanted, "filters": choices(request.user, wanted)}
    template = "vms/_filters.html" if wants_fragment(request) else "vms/filters.html"
    return render(request, template, context)


@requires(Capability.VM_VIEW)
@require_GET
def row(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one row anew, after something in it changed."""
    vm = get_vm(request.user, pk, Capability.VM_VIEW)
    context = {"row": rows_of(request.user, [vm.pk])[0], "is_admin": request.user.is_superuser}
    return render(request, "vms/_row.html", context)


@requires(Capability.VM_VIEW)
@require_GET
def menu(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what can be done with one machine."""
    vm = get_vm(request.user, pk, Capability.VM_VIEW)
    return render(request, "vms/_menu.html", {"vm": vm, "machine": Machine(request.user, vm)})


@requires(Capability.VM_OPERATE)
@require_POST
def bulk(request: SignedInRequest) -> HttpResponse:
    """Ask for one thing on all chosen machines, and show what came of each."""
    outcome = run(request.user, request.POST)
    template = "vms/_bulk_result.html" if wants_fragment(request) else "vms/bulk.html"
    return render(request, template, {"outcome": outcome})


@requires(Capability.VM_EDIT)
@require_GET
def bulk_settings(request: SignedInRequest) -> HttpResponse:
    """Offer what can be changed of all chosen machines, beside the buttons of the bar."""
    return render(request, "vms/_bulk_settings.html", {"form": BulkForm(user=request.user)})


@requires(Capability.SIGNED_IN)
@require_POST
def save_view(request: SignedInRequest) -> HttpResponse:
    """Keep the filters of the list under a name."""
    form = SavedViewForm(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, " ".join(str(word) for word in form.errors.get("name", [])))
        return redirect("vms:list")
    view = form.save()
    return redirect(f"{reverse('vms:list')}?{view.query}")


@requires(Capability.SIGNED_IN)
@require_POST
def delete_view(request: SignedInRequest, pk: int) -> HttpResponse:
    """Forget a kept view."""
    view = get_object_or_404(SavedView, pk=pk, user=request.user)
    view.delete()
    messages.success(request, _("The view %(name)s is gone.") % {"name": view.name})
    return redirect("vms:list")
