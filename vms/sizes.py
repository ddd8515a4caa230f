"""How big can a machine be made? Named sizes, and the limits of an own one. Bytes."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MIB = 1024**2
GIB = 1024**3


@dataclass(frozen=True, slots=True)
class Size:
    """A size with a name."""

    key: str
    name: str | Promise
    vcpus: int
    memory: int
    disk: int


SIZES: dict[str, Size] = {
    size.key: size
    for size in (
        Size("tiny", _("Tiny"), 1, 256 * MIB, 1 * GIB),
        Size("small", _("Small"), 1, 2 * GIB, 20 * GIB),
        Size("medium", _("Medium"), 2, 4 * GIB, 40 * GIB),
        Size("large", _("Large"), 4, 8 * GIB, 80 * GIB),
    )
}
CUSTOM = "custom"
MOST_VCPUS = 256
LEAST_MEMORY = 64 * MIB
MOST_MEMORY = 4096 * GIB
LEAST_DISK = 1 * MIB
MOST_DISK = 64 * 1024 * GIB
