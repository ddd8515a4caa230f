"""Which sizes does a new site have? They are made once, while there is not a single one."""

from typing import Any

from django.utils.translation import gettext_noop

MIB = 1024**2
GIB = 1024**3
CUSTOM = "custom"

SEED: tuple[tuple[str, str, int, int, int], ...] = (
    ("tiny", gettext_noop("Tiny"), 1, 256 * MIB, 1 * GIB),
    ("small", gettext_noop("Small"), 1, 2 * GIB, 20 * GIB),
    ("medium", gettext_noop("Medium"), 2, 4 * GIB, 40 * GIB),
    ("large", gettext_noop("Large"), 4, 8 * GIB, 80 * GIB),
    (CUSTOM, gettext_noop("Custom"), 0, 0, 0),
)


def seed(**_kwargs: Any) -> None:
    """Make the first sizes; a catalogue that was edited is left as it is."""
    from .models import Size

    if Size.objects.exists():
        return
    Size.objects.bulk_create(
        Size(slug=slug, name=name, vcpus=vcpus, memory=memory, disk=disk, position=place)
        for place, (slug, name, vcpus, memory, disk) in enumerate(SEED)
    )
