"""What may somebody wish for in a new machine? Values are checked here; places elsewhere.

Only what the catalogue offers to the team can be wished for; administrators are offered everything.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from accounts.models import Team, User
from catalogue.models import Size
from catalogue.services import find_size, find_size_for, is_source_for, sizes_for
from vms.making.images import Image, find_image
from vms.making.sizes import (
    CUSTOM,
    LEAST_DISK,
    LEAST_MEMORY,
    MIB,
    MOST_DISK,
    MOST_MEMORY,
    MOST_VCPUS,
)
from vms.names import BadName, check_name, check_text

from .refusing import refuse_fields

FIRMWARES = ("bios", "uefi", "uefi-secure")
DISPLAYS = ("vnc", "spice", "both")
AMOUNTS = ("vcpus", "memory", "disk")
MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class CreateRequest:
    """What a person, or a program, asked for. Sizes in bytes; None takes the named size's.

    `source` is "image:<key>", "iso:<pool>/<volume>" or "network". `network` is a network's name,
    "none", or "" for the host's usual one. `host_id` None leaves the choice to Guesthouse.
    `team_id` None makes a personal machine; `ends_at` None takes the team's usual end. `group_id`
    is a placement group that it joins.
    """

    name: str
    source: str
    host_id: int | None = None
    size: str = "small"
    vcpus: int | None = None
    memory: int | None = None
    disk: int | None = None
    network: str = ""
    firmware: str = "bios"
    tpm: bool = False
    display: str = "vnc"
    clipboard: bool = False
    start: bool = True
    description: str = ""
    owner: User | None = None
    team_id: int | None = None
    ends_at: datetime | None = None
    group_id: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A checked request, as it is kept in the job. `size` is the slug of the catalogue's size."""

    name: str
    kind: str  # image, iso, network
    image: str
    iso: tuple[str, str] | None
    vcpus: int
    memory: int
    disk: int
    network: str
    firmware: str
    tpm: bool
    start: bool
    description: str
    size: str = CUSTOM
    display: str = "vnc"  # vnc, spice or both
    clipboard: bool = False
    team_id: int | None = None
    ends_at: str = ""
    group_id: int | None = None

    def as_params(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {**asdict(self), "iso": list(self.iso) if self.iso else None}

    @classmethod
    def of_params(cls, params: dict[str, Any]) -> "Wish":
        """Read it back from JSON."""
        iso = params["iso"]
        return cls(**{**params, "iso": tuple(iso) if iso else None})


def read_wish(spec: CreateRequest, by: User, team: Team | None = None) -> Wish:
    """Return the checked request.

    Raises ActionRefused that names every bad field: 400, or 422 for what `by` is not offered.
    """
    errors: dict[str, str] = {}
    kind, _colon, rest = spec.source.partition(":")
    image = find_image(rest) if kind == "image" else None
    iso = _iso(rest) if kind == "iso" else None
    if kind not in {"image", "iso", "network"} or (kind == "iso" and iso is None):
        errors["source"] = _("Choose an image, a medium or the network.")
    elif kind == "image" and image is None:
        errors["source"] = _("There is no such image.")
    _check_texts(spec, errors)
    slug, (vcpus, memory, disk) = _amounts(spec, errors)
    if image is not None:
        _check_fits(image, memory, disk, errors)
    if spec.firmware not in FIRMWARES:
        errors["firmware"] = _("The firmware is BIOS or UEFI.")
    if spec.display not in DISPLAYS:
        errors["display"] = _("The display is VNC, SPICE or both.")
    if errors:
        raise refuse_fields(errors)
    _refuse_not_offered(spec.source, slug, by, team)
    return Wish(
        name=spec.name,
        kind=kind,
        image=image.key if image else "",
        iso=iso,
        vcpus=vcpus,
        memory=memory,
        disk=disk,
        network=spec.network,
        firmware=spec.firmware,
        tpm=bool(spec.tpm),
        display=spec.display,
        clipboard=bool(spec.clipboard),
        start=bool(spec.start),
        description=spec.description.strip(),
        size=slug,
        team_id=team.pk if team else None,
        ends_at=spec.ends_at.isoformat() if spec.ends_at else "",
        group_id=spec.group_id,
    )


class Sized(Protocol):
    """Something that comes to a size of the catalogue, or to amounts of its own. Bytes."""

    @property
    def size(self) -> str:
        """The slug of the size."""

    @property
    def vcpus(self) -> int:
        """How many processors."""

    @property
    def memory(self) -> int:
        """How much memory."""

    @property
    def disk(self) -> int:
        """How much disk."""


def needs_approval(wish: Sized, by: User, team: Team | None) -> bool:
    """Say whether the wished size is one that has to be asked for.

    Where some sizes have to be, own amounts have to be, too, beyond the biggest of the others.
    """
    size = find_size(wish.size)
    if size is None or size.needs_approval:
        return True
    sizes = [each for each in sizes_for(by, team) if not each.is_custom]
    if not size.is_custom or not any(each.needs_approval for each in sizes):
        return False
    free = [each for each in sizes if not each.needs_approval]
    return any(
        getattr(wish, part) > max((getattr(each, part) for each in free), default=0)
        for part in AMOUNTS
    )


def _refuse_not_offered(source: str, slug: str, by: User, team: Team | None) -> None:
    errors: dict[str, str] = {}
    if not is_source_for(by, team, source):
        errors["source"] = _("This image is not offered here.")
    if find_size_for(by, team, slug) is None:
        errors["size"] = _("This size is not offered here.")
    if errors:
        text = next(iter(errors.values()))
        raise ActionRefused(text, code="not-offered", status=422, fields=errors)


def _iso(text: str) -> tuple[str, str] | None:
    pool, _slash, volume = text.partition("/")
    return (pool, volume) if pool and volume and "/" not in volume else None


def _check_texts(spec: CreateRequest, errors: dict[str, str]) -> None:
    try:
        check_name(spec.name)
    except BadName as error:
        errors["name"] = str(error)
    try:
        check_text(spec.description)
    except BadName as error:
        errors["description"] = str(error)


def _amounts(spec: CreateRequest, errors: dict[str, str]) -> tuple[str, tuple[int, int, int]]:
    """Return the size that it comes to, and its amounts; a changed named size is an own one."""
    size = find_size(spec.size)
    if size is None:
        errors["size"] = _("There is no such size.")
        return CUSTOM, (0, 0, 0)
    vcpus, memory, disk = (_amount(spec, size, part) for part in AMOUNTS)
    if not 1 <= vcpus <= MOST_VCPUS:
        errors["vcpus"] = _("From 1 to %(most)d processors.") % {"most": MOST_VCPUS}
    if not LEAST_MEMORY <= memory <= MOST_MEMORY:
        errors["memory"] = _("From 64 MiB to 4 TiB of memory.")
    if not LEAST_DISK <= disk <= MOST_DISK:
        errors["disk"] = _("From 1 MiB to 64 TiB of disk.")
    is_named = (vcpus, memory, disk) == (size.vcpus, size.memory, size.disk)
    found = vcpus, memory // MIB * MIB, disk // MIB * MIB
    return (size.slug if is_named else CUSTOM), found


def _amount(spec: CreateRequest, size: Size, part: str) -> int:
    given: int | None = getattr(spec, part)
    return int(getattr(size, part)) if given is None and not size.is_custom else given or 0


def _check_fits(image: Image, memory: int, disk: int, errors: dict[str, str]) -> None:
    names = {"name": image.name}
    if memory < image.min_memory:
        errors.setdefault("memory", _("%(name)s needs more memory than that.") % names)
    if disk < max(image.min_disk, image.path.stat().st_size if image.format == "raw" else 0):
        errors.setdefault("disk", _("%(name)s needs a bigger disk than that.") % names)
