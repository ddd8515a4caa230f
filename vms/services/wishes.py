"""What may somebody wish for in a new machine? Values are checked here; places elsewhere."""

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from vms.images import Image, find_image
from vms.names import BadName, check_name, check_text
from vms.sizes import (
    CUSTOM,
    LEAST_DISK,
    LEAST_MEMORY,
    MIB,
    MOST_DISK,
    MOST_MEMORY,
    MOST_VCPUS,
    SIZES,
)

from .refusing import refuse_fields

FIRMWARES = ("bios", "uefi", "uefi-secure")


@dataclass(frozen=True, slots=True)
class CreateRequest:
    """What a person, or a program, asked for. Sizes in bytes; None takes the named size's.

    `source` is "image:<key>", "iso:<pool>/<volume>" or "network". `network` is a network's name,
    "none", or "" for the host's usual one. `host_id` None leaves the choice to Guesthouse.
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
    start: bool = True
    description: str = ""
    owner: User | None = None
    team_id: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A checked request, as it is kept in the job."""

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

    def as_params(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {**asdict(self), "iso": list(self.iso) if self.iso else None}

    @classmethod
    def of_params(cls, params: dict[str, Any]) -> "Wish":
        """Read it back from JSON."""
        iso = params["iso"]
        return cls(**{**params, "iso": tuple(iso) if iso else None})


def read_wish(spec: CreateRequest) -> Wish:
    """Return the checked request. Raises ActionRefused (400) that names every bad field."""
    errors: dict[str, str] = {}
    kind, _colon, rest = spec.source.partition(":")
    image = find_image(rest) if kind == "image" else None
    iso = _iso(rest) if kind == "iso" else None
    if kind not in {"image", "iso", "network"} or (kind == "iso" and iso is None):
        errors["source"] = _("Choose an image, a medium or the network.")
    elif kind == "image" and image is None:
        errors["source"] = _("There is no such image.")
    _check_texts(spec, errors)
    vcpus, memory, disk = _amounts(spec, errors)
    if image is not None:
        _check_fits(image, memory, disk, errors)
    if spec.firmware not in FIRMWARES:
        errors["firmware"] = _("The firmware is BIOS or UEFI.")
    if errors:
        raise refuse_fields(errors)
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
        start=bool(spec.start),
        description=spec.description.strip(),
    )


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


def _amounts(spec: CreateRequest, errors: dict[str, str]) -> tuple[int, int, int]:
    size = SIZES.get(spec.size)
    if size is None and spec.size != CUSTOM:
        errors["size"] = _("There is no such size.")
    vcpus = size.vcpus if size and spec.vcpus is None else spec.vcpus or 0
    memory = size.memory if size and spec.memory is None else spec.memory or 0
    disk = size.disk if size and spec.disk is None else spec.disk or 0
    if not errors.get("size"):
        if not 1 <= vcpus <= MOST_VCPUS:
            errors["vcpus"] = _("From 1 to %(most)d processors.") % {"most": MOST_VCPUS}
        if not LEAST_MEMORY <= memory <= MOST_MEMORY:
            errors["memory"] = _("From 64 MiB to 4 TiB of memory.")
        if not LEAST_DISK <= disk <= MOST_DISK:
            errors["disk"] = _("From 1 MiB to 64 TiB of disk.")
    return vcpus, memory // MIB * MIB, disk // MIB * MIB


def _check_fits(image: Image, memory: int, disk: int, errors: dict[str, str]) -> None:
    names = {"name": image.name}
    if memory < image.min_memory:
        errors.setdefault("memory", _("%(name)s needs more memory than that.") % names)
    if disk < max(image.min_disk, image.path.stat().st_size if image.format == "raw" else 0):
        errors.setdefault("disk", _("%(name)s needs a bigger disk than that.") % names)
