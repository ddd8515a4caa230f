"""What does a picture without text look like? Colours and their places; doubt is "".

A stop error is one of few blues nearly everywhere with white far from every edge, where a desktop
would have its bar. Everything rich in colours and detail is a desktop; a logo on black is not.
"""

from collections import Counter
from typing import Final

from PIL import Image

from screens.health import Health

SMALL = (160, 100)
BLANK_SHARE = 0.9985  # of one colour: nothing there but perhaps a cursor
STOP_BLUES: Final = ((0, 120, 215), (16, 112, 170), (17, 97, 167), (0, 0, 130), (10, 90, 180))
NEAR = 26  # per channel
STOP_SHARE = 0.7
EDGE_SHARE = 0.985
WHITE_SHARE = 0.3  # of what is not blue
MANY_COLOURS = 300
RICH_SHARE = 0.35  # of the cells of a coarse grid that have detail


def look_of(picture: Image.Image) -> str:
    """Return what a picture shows by its looks alone."""
    if _is_blank(picture):
        return Health.BLANK
    if _is_stop_error(picture):
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


def _is_stop_error(picture: Image.Image) -> bool:
    small = picture.resize(SMALL, Image.Resampling.NEAREST)
    pixels = _pixels(small)
    common = Counter(pixels).most_common(1)[0][0]
    if not any(_is_near(common, blue) for blue in STOP_BLUES):
        return False
    is_blue = [_is_near(pixel, common) for pixel in pixels]
    rest = [pixel for pixel, here in zip(pixels, is_blue, strict=True) if not here]
    white = sum(min(pixel) > 150 for pixel in rest)
    return (
        len(rest) < (1 - STOP_SHARE) * len(pixels)
        and white > WHITE_SHARE * len(rest)
        and _is_edge_empty(is_blue)
    )


def _is_edge_empty(is_blue: list[bool]) -> bool:
    """Say whether the outer places have the one colour: a desktop has its bar there."""
    width, height = SMALL
    across = range(round(width * 0.05), round(width * 0.95))
    down = range(round(height * 0.06), round(height * 0.94))
    edge = [
        here
        for place, here in enumerate(is_blue)
        if place % width not in across or place // width not in down
    ]
    return sum(edge) >= EDGE_SHARE * len(edge)


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


def _pixels(picture: Image.Image) -> list[tuple[int, int, int]]:
    data = picture.tobytes()
    return list(zip(data[::3], data[1::3], data[2::3], strict=True))


def _is_near(pixel: tuple[int, int, int], colour: tuple[int, int, int]) -> bool:
    return all(abs(have - want) <= NEAR for have, want in zip(pixel, colour, strict=True))
