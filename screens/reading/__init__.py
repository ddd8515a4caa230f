"""What does a picture of a screen say? Exact glyphs and plain features; doubt says nothing."""

from PIL import Image

from screens.reading.cells import read_text
from screens.reading.looks import look_of
from screens.reading.words import meaning_of


def health_of(picture: Image.Image) -> str:
    """Return what a screen shows, a value of `screens.health.Health`, or "" when not sure.

    `picture` is the whole screen in RGB, pixel by pixel: glyphs are compared exactly.
    """
    text = read_text(picture)
    return look_of(picture) if text is None else meaning_of(text)
