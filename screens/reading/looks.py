"""What does a picture without text look like? Colours and their places; doubt is "".

Everything rich in colours and detail is a desktop; a logo on black is not. What stop errors look
like is told in `stops`.
"""

from typing import Final

from PIL import Image

from screens.health import Health
from screens.reading.stops import is_stop_error

SMALL = (160, 100)
BLANK_SHARE = 0.9985  # of one colour: nothing there but perhaps a cursor
MANY_COLOURS: Final = 300
RICH_SHARE = 0.35  # of the cells of a coarse grid that have detail


def look_of(picture: Image.Image) -> str:
    """Return what a picture shows by its looks alone."""
    if _is_blank(picture):
        return Health.BLANK
    if is_stop_error(picture):
        return Health.STOP_LOOK
    return Health.DESKTOP if _is_desktop(picture) else ""


def _is_blank(picture: Image.Image) -> bool:
    """Say whether there is one dark colour and at most a cursor."""
    colours = picture.getcolors(16)
    if colours is None:
        return False
    count, colour = max(colours)
    size = picture.width * picture.height
    assert isinstance(colour, tuple)
    return count >= BLANK_SHARE * size and max(colour) < 48


def _is_desktop(picture: Image.Image) -> bool:
    """Say whether it is rich in colours and has detail all over."""
    if picture.width < 640 or picture.getcolors(MANY_COLOURS) is not None:
        return False
    grey = picture.convert("L").resize(SMALL, Image.Resampling.BOX)
    rich = 0
    for top in range(0, SMALL[1], 10):
        for left in range(0, SMALL[0], 10):
            shades = grey.crop((left, top, left + 10, top + 10)).tobytes()
            lowest, highest = min(shades), max(shades)
            rich += highest > 24 and (highest - lowest > 6 or lowest > 24)
    return rich >= RICH_SHARE * (SMALL[0] // 10) * (SMALL[1] // 10)
