"""Change the catalogue; every change is in the audit record with what was before."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, Person, require
from accounts.models import Team
from catalogue.models import ImageOffer, NetworkOffer, Offer, Size
from catalogue.seeding import CUSTOM
from hosts.models import Network
from jobs import audit

AMOUNTS = ("vcpus", "memory", "disk")


@dataclass(frozen=True, slots=True)
class SizeWish:
    """What a size should be. Bytes."""

    name: str
    vcpus: int = 0
    memory: int = 0
    disk: int = 0
    price_per_hour: Decimal = Decimal(0)
    needs_approval: bool = False
    for_everyone: bool = True
    teams: frozenset[int] = field(default_factory=frozenset)


def add_size(wish: SizeWish, by: Person, slug: str = "") -> Size:
    """Add a size at the end. Raises ActionRefused (400, `fields`) for a bad or taken one."""
    require(by, Capability.CATALOGUE_MANAGE)
    slug = slugify(slug or wish.name)[:40]
    _check(wish, slug)
    last = Size.objects.order_by("-position").values_list("position", flat=True).first()
    try:
        with transaction.atomic():
            size = Size(slug=slug, position=0 if last is None else last + 1)
            _fill(size, wish)
            _record(by, "catalogue.size_add", "size", size.pk, size.name, None, facts_of(size))
    except IntegrityError:
        raise _refused("name", _("There is a size of this name already.")) from None
    return size


def edit_size(size: Size, wish: SizeWish, by: Person) -> Size:
    """Change a size; machines that were made with it stay as they are."""
    require(by, Capability.CATALOGUE_MANAGE)
    _check(wish, size.slug)
    with transaction.atomic():
        before = facts_of(size)
        _fill(size, wish)
        after = facts_of(size)
        if before != after:
            _record(by, "catalogue.size_edit", "size", size.pk, size.name, before, after)
    return size


def delete_size(size: Size, by: Person) -> None:
    """Take a size out of the catalogue; machines that were made with it stay."""
    require(by, Capability.CATALOGUE_MANAGE)
    if size.is_custom:
        text = _("Custom stays in the catalogue. Offer it to no team instead.")
        raise ActionRefused(text, code="wrong-state")
    with transaction.atomic():
        pk, before = size.pk, facts_of(size)
        size.delete()
        _record(by, "catalogue.size_delete", "size", pk, size.name, before, None)


def move_size(size: Size, by: Person, steps: int) -> None:
    """Move a size up (-1) or down (1) in the order."""
    require(by, Capability.CATALOGUE_MANAGE)
    with transaction.atomic():
        sizes = list(Size.objects.select_for_update())
        here = next(place for place, each in enumerate(sizes) if each.pk == size.pk)
        there = min(max(here + steps, 0), len(sizes) - 1)
        sizes.insert(there, sizes.pop(here))
        for place, each in enumerate(sizes):
            each.position = place
        Size.objects.bulk_update(sizes, ["position"])
        _record(
            by, "catalogue.size_move", "size", size.pk, size.name, {"place": here}, {"place": there}
        )


def offer_image(key: str, name: str, for_everyone: bool, teams: Iterable[int], by: Person) -> None:
    """Say who may start machines from an image."""
    require(by, Capability.CATALOGUE_MANAGE)
    with transaction.atomic():
        offer, _made = ImageOffer.objects.get_or_create(key=key)
        _offer(offer, "image", offer.pk, name, for_everyone, teams, by)


def offer_network(network: Network, for_everyone: bool, teams: Iterable[int], by: Person) -> None:
    """Say whose machines may use a network. One that belongs to a team stays that team's."""
    require(by, Capability.CATALOGUE_MANAGE)
    if network.team_id or network.owner_id:
        text = _("%(name)s belongs to a team; only its machines use it.") % {"name": network.name}
        raise ActionRefused(text, code="wrong-state")
    with transaction.atomic():
        offer, _made = NetworkOffer.objects.get_or_create(network=network)
        _offer(offer, "network", network.pk, network.name, for_everyone, teams, by)


def _offer(
    offer: Offer,
    kind: str,
    pk: int,
    name: str,
    for_everyone: bool,
    teams: Iterable[int],
    by: Person,
) -> None:
    before = _audience(offer)
    offer.for_everyone = for_everyone
    offer.save()
    offer.teams.set([] if for_everyone else Team.objects.filter(pk__in=list(teams)))
    after = _audience(offer)
    if before != after:
        _record(by, f"catalogue.{kind}_offer", kind, pk, name, before, after)


def wish_of(size: Size) -> SizeWish:
    """Return what a size is, as it is wished."""
    return SizeWish(
        name=size.name,
        vcpus=size.vcpus,
        memory=size.memory,
        disk=size.disk,
        price_per_hour=size.price_per_hour,
        needs_approval=size.needs_approval,
        for_everyone=size.for_everyone,
        teams=frozenset(size.teams.values_list("pk", flat=True)),
    )


def facts_of(size: Size) -> dict[str, Any]:
    """Return a size as the audit record tells it."""
    facts = asdict(wish_of(size))
    return {**facts, "price_per_hour": str(size.price_per_hour), **_audience(size)}


def _audience(offer: Offer) -> dict[str, Any]:
    slugs = sorted(offer.teams.values_list("slug", flat=True))
    return {"for_everyone": offer.for_everyone, "teams": slugs}


def _fill(size: Size, wish: SizeWish) -> None:
    for part in ("name", "price_per_hour", "needs_approval", "for_everyone"):
        setattr(size, part, getattr(wish, part))
    for part in AMOUNTS:
        setattr(size, part, 0 if size.is_custom else getattr(wish, part))
    size.save()
    size.teams.set([] if wish.for_everyone else Team.objects.filter(pk__in=wish.teams))
    size.refresh_from_db()


def _check(wish: SizeWish, slug: str) -> None:
    if not slug or not wish.name.strip():
        raise _refused("name", _("A size needs a name with letters or digits."))
    if wish.price_per_hour < 0 or wish.price_per_hour >= 10_000:
        raise _refused("price_per_hour", _("The price is from 0 to 9999."))
    if slug != CUSTOM:
        for part in AMOUNTS:
            if getattr(wish, part) <= 0:
                raise _refused(part, _("More than nothing."))


def _refused(name: str, text: str) -> ActionRefused:
    return ActionRefused(text, code="invalid", status=400, fields={name: text})


def _record(
    by: Person,
    action: str,
    kind: str,
    pk: int,
    name: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    detail = {"before": before, "after": after}
    audit.record(by, action, target_kind=kind, target_id=pk, target_name=name, detail=detail)
