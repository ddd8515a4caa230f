"""How does what a host sent become small pictures? Pure; a hostile picture harms nothing.

Size in bytes is capped where it is received, pixels are counted before they are decoded, and only
the two formats that hosts send are known.
"""

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, UnidentifiedImageError

MOST_PIXELS = 10_000_000  # 3840 x 2160 and a little
SMALL = (320, 240)
LARGE = (800, 600)
QUALITY = 70
MEDIA_TYPE = "image/webp"
FORMATS = ("PNG", "PPM")


class BadPictureError(Exception):
    """This is no picture, or none that may be decoded."""


@dataclass(frozen=True, slots=True)
class Thumbs:
    """Small pictures of a screen as WebP, and its own size in pixels."""

    width: int
    height: int
    small: bytes
    large: bytes | None


def open_picture(data: bytes) -> Image.Image:
    """Decode a screen to RGB. Raises BadPictureError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(data), formats=FORMATS)
            if not 0 < picture.width * picture.height <= MOST_PIXELS:
                raise BadPictureError(f"{picture.width} x {picture.height} pixels")
            return picture.convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, Warning) as error:
        raise BadPictureError(str(error)) from error
    except (OSError, ValueError, SyntaxError, EOFError, OverflowError) as error:
        raise BadPictureError(str(error)) from error


def thumbs_of(picture: Image.Image, *, with_large: bool) -> Thumbs:
    """Make the small picture for walls, and the larger one for pages where it is wanted."""
    large = _webp(picture, LARGE) if with_large else None
    return Thumbs(picture.width, picture.height, _webp(picture, SMALL), large)


def as_png(data: bytes) -> bytes:
    """Return one of our own pictures as PNG."""
    out = BytesIO()
    with Image.open(BytesIO(data), formats=("WEBP",)) as picture:
        picture.save(out, "PNG")
    return out.getvalue()


def _webp(picture: Image.Image, size: tuple[int, int]) -> bytes:
    small = picture.copy()
    small.thumbnail(size, Image.Resampling.BILINEAR, reducing_gap=1.5)
    out = BytesIO()
    small.save(out, "WEBP", quality=QUALITY, method=0)
    return out.getvalue()
