"""Who is offered which image and network, and the order of sizes, in the API."""

from typing import Annotated, Any

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from accounts.access import Capability
from accounts.api_auth import declares
from accounts.requests import SignedInRequest
from hosts.models import Network

from .api import pks_of
from .models import ImageOffer, NetworkOffer, Offer, Size
from .schemas import SizesOut
from .services import editing
from .sources import all_sources

router = Router(tags=["catalogue"])


class AudienceIn(Schema):
    """Everybody, or only the teams named by their slugs."""

    for_everyone: bool
    teams: Annotated[list[str], Field(max_length=1000)] = []


class ImageOfferIn(AudienceIn):
    """Who may start from the source `key`, as `GET /offers` names it."""

    key: Annotated[str, Field(max_length=200)]


class AudienceOut(Schema):
    """Who is offered something."""

    for_everyone: bool
    teams: list[str]


class ImageOfferOut(AudienceOut):
    """Who may start machines from a source; `key` is "image:<key>", "iso" or "network"."""

    key: str
    name: str


class NetworkOfferOut(AudienceOut):
    """Whose machines may use a network that is no team's own."""

    network_id: int
    name: str
    host: str


class OffersOut(Schema):
    """Who is offered what."""

    images: list[ImageOfferOut]
    networks: list[NetworkOfferOut]


class MoveIn(Schema):
    """How far in the order: -1 is one place up, 1 is one place down."""

    steps: Annotated[int, Field(ge=-1000, le=1000)]


@router.get("/offers", response=OffersOut, summary="Who is offered what")
@declares(Capability.CATALOGUE_MANAGE)
def list_offers(request: SignedInRequest) -> dict[str, Any]:
    """Return every source and every common network with who is offered it."""
    offers = {each.key: each for each in ImageOffer.objects.prefetch_related("teams")}
    networks = _common().select_related("host", "offer").prefetch_related("offer__teams")
    return {
        "images": [_image(one.key, str(one.name), offers.get(one.key)) for one in all_sources()],
        "networks": [_network(one, getattr(one, "offer", None)) for one in networks],
    }


@router.put("/offers/images", response=ImageOfferOut, summary="Offer an image")
@declares(Capability.CATALOGUE_MANAGE)
def offer_image(request: SignedInRequest, data: ImageOfferIn) -> dict[str, Any]:
    """Say who may start machines from a source."""
    source = next((one for one in all_sources() if one.key == data.key), None)
    if source is None:
        raise Http404
    name, teams = str(source.name), pks_of(data.teams)
    editing.offer_image(source.key, name, data.for_everyone, teams, request.user)
    return _image(source.key, name, ImageOffer.objects.get(key=source.key))


@router.put(
    "/offers/networks/{int:network_id}", response=NetworkOfferOut, summary="Offer a network"
)
@declares(Capability.CATALOGUE_MANAGE)
def offer_network(request: SignedInRequest, network_id: int, data: AudienceIn) -> dict[str, Any]:
    """Say whose machines may use a network. One that belongs to a team stays that team's."""
    network = get_object_or_404(_common(), pk=network_id)
    editing.offer_network(network, data.for_everyone, pks_of(data.teams), request.user)
    return _network(network, NetworkOffer.objects.get(network=network))


@router.post("/sizes/{slug}/move", response=SizesOut, summary="Move a size in the order")
@declares(Capability.CATALOGUE_MANAGE)
def move_size(request: SignedInRequest, slug: str, data: MoveIn) -> dict[str, Any]:
    """Move a size up or down and return all in their order."""
    editing.move_size(get_object_or_404(Size, slug=slug), request.user, data.steps)
    return {"items": Size.objects.prefetch_related("teams")}


def _common() -> Any:
    return Network.objects.filter(Q(team=None) & Q(owner=None)).order_by("host__name", "name")


def _image(key: str, name: str, offer: Offer | None) -> dict[str, Any]:
    return {"key": key, "name": name, **_audience(offer)}


def _network(network: Network, offer: Offer | None) -> dict[str, Any]:
    facts = {"network_id": network.pk, "name": network.name, "host": network.host.name}
    return facts | _audience(offer)


def _audience(offer: Offer | None) -> dict[str, Any]:
    if offer is None:
        return {"for_everyone": True, "teams": []}
    return {
        "for_everyone": offer.for_everyone,
        "teams": sorted(team.slug for team in offer.teams.all()),
    }
