"""The catalogue in the API."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router, Status

from accounts.access import ActionRefused, Capability
from accounts.api_auth import declares
from accounts.in_teams import get_team
from accounts.models import Team
from accounts.requests import SignedInRequest

from .models import Size
from .schemas import CatalogueOut, SizeAdmin, SizeIn, SizePatch, SizesOut
from .services import editing, images_for, networks_for, sizes_for

router = Router(tags=["catalogue"])


@router.get("/catalogue", response=CatalogueOut, summary="What is offered")
@declares(Capability.VM_CREATE)
def catalogue(request: SignedInRequest, team: str = "") -> dict[str, Any]:
    """Return the sizes, images and networks for a machine of `team` (a slug), or a personal one."""
    chosen = get_team(request.user, team, Capability.VM_CREATE) if team else None
    networks = networks_for(request.user, chosen).filter(active=True)
    return {
        "sizes": sizes_for(request.user, chosen),
        "images": images_for(request.user, chosen),
        "networks": sorted(set(networks.values_list("name", flat=True))),
    }


@router.get("/sizes", response=SizesOut, summary="List sizes")
@declares(Capability.CATALOGUE_MANAGE)
def list_sizes(request: SignedInRequest) -> dict[str, Any]:
    """Return all sizes with who is offered them."""
    return {"items": Size.objects.prefetch_related("teams")}


@router.post("/sizes", response={201: SizeAdmin}, summary="Add a size")
@declares(Capability.CATALOGUE_MANAGE)
def add_size(request: SignedInRequest, data: SizeIn) -> Status[Size]:
    """Add a size at the end."""
    facts = data.dict(exclude={"slug", "teams"})
    wish = editing.SizeWish(**facts, teams=pks_of(data.teams))
    return Status(201, editing.add_size(wish, request.user, slug=data.slug))


@router.patch("/sizes/{slug}", response=SizeAdmin, summary="Change a size")
@declares(Capability.CATALOGUE_MANAGE)
def change_size(request: SignedInRequest, slug: str, data: SizePatch) -> Size:
    """Change what is given."""
    size = get_object_or_404(Size, slug=slug)
    changed = {key: value for key, value in data.dict().items() if value is not None}
    if data.teams is not None:
        changed["teams"] = pks_of(data.teams)
    return editing.edit_size(size, replace(editing.wish_of(size), **changed), request.user)


@router.delete("/sizes/{slug}", response={204: None}, summary="Delete a size")
@declares(Capability.CATALOGUE_MANAGE)
def delete_size(request: SignedInRequest, response: HttpResponse, slug: str) -> Status[None]:
    """Take a size out of the catalogue; machines that were made with it stay."""
    editing.delete_size(get_object_or_404(Size, slug=slug), request.user)
    return Status(204, None)


def pks_of(slugs: list[str]) -> frozenset[int]:
    """Return the teams of these slugs. Raises ActionRefused (400) for one that there is not."""
    found = dict(Team.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    for slug in slugs:
        if slug not in found:
            text = _("There is no team called %(name)s.") % {"name": slug}
            raise ActionRefused(text, code="invalid", status=400, fields={"teams": text})
    return frozenset(found.values())
