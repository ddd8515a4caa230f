"""The pages of the catalogue, for administrators."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ActionRefused, Capability, requires
from accounts.requests import SignedInRequest
from hosts.models import Network

from .forms import OfferForm, SizeForm
from .models import ImageOffer, NetworkOffer, Offer, Size
from .services import editing
from .sources import Source, all_sources

STEPS = {"up": -1, "down": 1}


@requires(Capability.CATALOGUE_MANAGE)
@require_http_methods(["GET"])
def overview(request: SignedInRequest) -> HttpResponse:
    """Show sizes, images and networks with who is offered them."""
    offers = {each.key: each for each in ImageOffer.objects.prefetch_related("teams")}
    networks = Network.objects.select_related("host", "team", "owner", "offer").order_by(
        "host__name", "name"
    )
    context = {
        "sizes": Size.objects.prefetch_related("teams"),
        "images": [(source, offers.get(source.key)) for source in all_sources()],
        "networks": networks.prefetch_related("offer__teams"),
    }
    return render(request, "catalogue/overview.html", context)


@requires(Capability.CATALOGUE_MANAGE)
@require_http_methods(["GET", "POST"])
def add_size(request: SignedInRequest) -> HttpResponse:
    """Add a size."""
    form = SizeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            size = editing.add_size(form.to_wish(), request.user)
        except ActionRefused as error:
            form.add_refused(error.extra.get("fields", {}))
        else:
            messages.success(request, _("%(name)s is offered now.") % {"name": size.label})
            return redirect("catalogue:overview")
    return render(request, "catalogue/size.html", {"form": form})


@requires(Capability.CATALOGUE_MANAGE)
@require_http_methods(["GET", "POST"])
def edit_size(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a size."""
    size = get_object_or_404(Size, pk=pk)
    form = SizeForm(request.POST or None, size=size)
    if request.method == "POST" and form.is_valid():
        try:
            editing.edit_size(size, form.to_wish(), request.user)
        except ActionRefused as error:
            form.add_refused(error.extra.get("fields", {}))
        else:
            messages.success(request, _("%(name)s is changed.") % {"name": size.label})
            return redirect("catalogue:overview")
    return render(request, "catalogue/size.html", {"form": form, "size": size})


@requires(Capability.CATALOGUE_MANAGE)
@require_POST
def delete_size(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a size out of the catalogue."""
    size = get_object_or_404(Size, pk=pk)
    editing.delete_size(size, request.user)
    messages.success(request, _("%(name)s is no longer offered.") % {"name": size.label})
    return redirect("catalogue:overview")


@requires(Capability.CATALOGUE_MANAGE)
@require_POST
def move_size(request: SignedInRequest, pk: int) -> HttpResponse:
    """Move a size one place up or down."""
    size = get_object_or_404(Size, pk=pk)
    editing.move_size(size, request.user, STEPS.get(request.POST.get("way", ""), 0))
    return redirect("catalogue:overview")


@requires(Capability.CATALOGUE_MANAGE)
@require_http_methods(["GET", "POST"])
def offer_image(request: SignedInRequest) -> HttpResponse:
    """Say who may start machines from the image `?key=`."""
    source = _source(request.GET.get("key", ""))
    offer = ImageOffer.objects.filter(key=source.key).first()
    form = OfferForm(request.POST or None, initial=_initial(offer))
    if request.method == "POST" and form.is_valid():
        open_to_all = form.cleaned_data["for_everyone"]
        editing.offer_image(
            source.key, str(source.name), open_to_all, form.chosen_teams, request.user
        )
        messages.success(request, _("%(name)s is changed.") % {"name": source.name})
        return redirect("catalogue:overview")
    return render(request, "catalogue/offer.html", {"form": form, "name": source.name})


@requires(Capability.CATALOGUE_MANAGE)
@require_http_methods(["GET", "POST"])
def offer_network(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say whose machines may use a network."""
    network = get_object_or_404(Network, pk=pk, team=None, owner=None)
    offer = NetworkOffer.objects.filter(network=network).first()
    form = OfferForm(request.POST or None, initial=_initial(offer))
    if request.method == "POST" and form.is_valid():
        open_to_all = form.cleaned_data["for_everyone"]
        editing.offer_network(network, open_to_all, form.chosen_teams, request.user)
        messages.success(request, _("%(name)s is changed.") % {"name": network.name})
        return redirect("catalogue:overview")
    return render(request, "catalogue/offer.html", {"form": form, "name": network.name})


def _source(key: str) -> Source:
    for source in all_sources():
        if source.key == key:
            return source
    raise Http404


def _initial(offer: Offer | None) -> dict[str, Any]:
    if offer is None:
        return {}
    return {"for_everyone": offer.for_everyone, "teams": list(offer.teams.all())}
