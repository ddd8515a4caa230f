"""The pages of addresses: of one network, of one machine, and what gives one back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import ActionRefused, Capability, is_admin, requires
from accounts.requests import SignedInRequest
from hosts.models import Network
from quotas.services import QuotaExceeded
from vms.access import get_vm
from vms.busy import attach_jobs
from vms.models import VM
from vms.rules import can
from vms.views.machine import Machine
from vms.views.quota import leaves

from .access import addresses_of, get_address, get_seen_network, sees_all_of
from .forms import AddressForm
from .services.asking import cards_of, quota_lines, request_address, request_release
from .shown import rows_of

PAGE_SIZE = 100


@requires(Capability.TEAM_VIEW)
@require_GET
def of_network(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what a network has lent and what it keeps, as far as the reader may see."""
    network = get_seen_network(request.user, pk)
    page = Paginator(rows_of(request.user, network), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "network": network,
        "page": page,
        "sees_all": sees_all_of(request.user, network),
        "sees_host": is_admin(request.user),
    }
    return render(request, "addresses/network.html", context)


@requires(Capability.VM_VIEW)
@require_GET
def of_machine(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a machine's reserved addresses, and what reserves another one."""
    vm = get_vm(request.user, pk, Capability.VM_VIEW)
    return _machine_page(request, vm, AddressForm(None, cards_of(vm)))


@requires(Capability.VM_EDIT)
@require_POST
def reserve(request: SignedInRequest, pk: int) -> HttpResponse:
    """Reserve an address for one of the machine's cards."""
    vm = get_vm(request.user, pk, Capability.VM_EDIT)
    form = AddressForm(request.POST, cards_of(vm))
    wants_more = False
    if form.is_valid():
        data = form.cleaned_data
        try:
            request_address(vm, request.user, mac=data["mac"], address=data["address"])
        except ActionRefused as error:
            wants_more = isinstance(error, QuotaExceeded)
            for name, text in (error.extra.get("fields") or {"": error.message}).items():
                form.add_error(name if name in form.fields else None, text)
        else:
            messages.info(request, _("An address is being reserved for %(name)s") % {"name": vm})
            return redirect("addresses:machine", pk=vm.pk)
    return _machine_page(request, vm, form, wants_more=wants_more)


@requires(Capability.VM_EDIT)
@require_http_methods(["GET", "POST"])
def give_back(request: SignedInRequest, pk: int, address_id: int) -> HttpResponse:
    """Ask once more, then have the network let the address go."""
    vm = get_vm(request.user, pk, Capability.VM_EDIT)
    row = get_address(vm, address_id)
    refusal: ActionRefused | None = None
    if request.method == "POST":
        try:
            row.vm = vm
            request_release(row, request.user)
        except ActionRefused as error:
            refusal = error
        else:
            messages.info(request, _("%(address)s is being given back") % {"address": row.address})
            return redirect("addresses:machine", pk=vm.pk)
    return render(request, "addresses/back.html", {"vm": vm, "row": row, "refusal": refusal})


def _machine_page(
    request: SignedInRequest, vm: VM, form: AddressForm, *, wants_more: bool = False
) -> HttpResponse:
    attach_jobs([vm])
    names = {nic.get("source") for nic in vm.nics if nic.get("kind") == "network"}
    networks = Network.objects.filter(host=vm.host, name__in=names)
    context = {
        "machine": Machine(request.user, vm),
        "vm": vm,
        "tab": "addresses",
        "rows": addresses_of(vm),
        "networks": networks,
        "form": form,
        "wants_more": wants_more,
        "has_card": bool(names),
        "blocked": str(can(vm, "address") or ""),
        "leaves": leaves(quota_lines(vm)),
    }
    return render(request, "addresses/machine.html", context)
