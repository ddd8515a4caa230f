"""Which images can a machine be made from?

One image is built in. The image library will add its own: whatever is returned by `all_images`
can be chosen, and `find_image` is the only way from a key to a file.
"""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalogue.sources import Source

MIB = 1024**2


@dataclass(frozen=True, slots=True)
class Image:
    """A bootable disk image on Guesthouse's own disk. The format is stated, never guessed."""

    key: str
    name: str | Promise
    summary: str | Promise
    path: Path
    format: str
    os_id: str = ""
    icon: str = "disc"
    min_disk: int = 0
    min_memory: int = 0
    size: str = "medium"

    @property
    def is_there(self) -> bool:
        """Whether the file exists."""
        return self.path.is_file()


def built_in() -> Image:
    """Return the tiny Linux that is made at set-up."""
    return Image(
        key="guesthouse-tiny",
        name=_("Tiny Linux"),
        summary=_("Built in, boots in seconds"),
        path=settings.DATA_DIR / "images" / "guesthouse-tiny.img",
        format="raw",
        os_id="http://debian.org/debian/12",
        icon="terminal-2",
        min_disk=64 * MIB,
        min_memory=128 * MIB,
        size="tiny",
    )


def all_images() -> list[Image]:
    """Return the images that can be chosen now."""
    return [image for image in (built_in(),) if image.is_there]


def list_sources() -> list[Source]:
    """Return everything that a machine can start from, as the catalogue offers it."""
    return [
        *(Source(f"image:{image.key}", image.name, image.icon) for image in all_images()),
        Source("iso", _("Install from ISO"), "disc"),
        Source("network", _("Network boot"), "network"),
    ]


def find_image(key: str) -> Image | None:
    """Return the image called `key`, where its file exists."""
    return next((image for image in all_images() if image.key == key), None)
