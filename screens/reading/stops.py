"""Does a picture without readable text look like a stop error? Shape and colour; doubt says no.

Newer Windows draws a face, ":(", on a plain colour and lines of text below it, whatever the
language. Older ones, its start when that fails, and VMware ESXi fill a plain blue or purple with
lines that begin at one left edge. What is centred (updates), framed (setups, file managers) or has
a further colour (desktops, dialogs, pages) is none of these.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageChops

Colour = tuple[int, int, int]
Box = tuple[int, int, int, int]
SMALL = (160, 100)
PLAIN_SHARE = 0.7  # of the ground, at least
ON_LINE_SHARE = 0.97  # of what is not ground lies between its colour and the text's
OFF_LINE = 40
INK = 70  # difference from the ground that is text
WINDOWS_BLUES: Final = ((0, 120, 215), (16, 113, 170), (17, 97, 167), (10, 90, 180))
NEAR = 14  # per channel
FEWEST_BELOW_FACE = 2  # lines of text
FEWEST_ON_BLUE = 4
FEWEST_ON_OLD = 6  # a system that starts writes two or three lines in these colours
MOST_LINE = 0.08  # of the height; what is higher is a picture or a face
MOST_AMONG = 1.7  # lines in all for each one that begins at the edge


@dataclass(frozen=True, slots=True)
class _Page:
    """Text on a plain ground: where there is ink, and in which rows."""

    ink: Image.Image
    bands: tuple[Box, ...]

    @property
    def lines(self) -> list[Box]:
        """The bands that may be lines of text."""
        return [one for one in self.bands if one[3] - one[1] <= MOST_LINE * self.ink.height]


def is_stop_error(picture: Image.Image) -> bool:
    """Say whether a picture looks like a stop error. It has no text that could be read."""
    small = _pixels(picture.resize(SMALL, Image.Resampling.NEAREST))
    ground, count = Counter(small).most_common(1)[0]
    if count < PLAIN_SHARE * len(small) or min(ground) > 120:
        return False
    page = _page_of(picture, ground)
    if page is None or _has_rule(page):
        return False
    if _is_windows_blue(ground) and _begins_at_edge(page, FEWEST_ON_BLUE):
        return True
    if _is_old_colour(ground) and _begins_at_edge(page, FEWEST_ON_OLD):
        return True
    return _has_face(page)


def _page_of(picture: Image.Image, ground: Colour) -> _Page | None:
    """Return where there is ink, None where it has more than one colour."""
    if not _is_two_coloured(picture, ground):
        return None
    apart = ImageChops.difference(picture, Image.new("RGB", picture.size, ground))
    red, green, blue = apart.split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    ink = most.point([0] * INK + [255] * (256 - INK))
    return _Page(ink, tuple(_bands(ink)))


def _is_two_coloured(picture: Image.Image, ground: Colour) -> bool:
    """Say whether everything lies between the ground and white, or for old screens yellow."""
    width, height = picture.size
    small = picture
    if width * height > 300_000:
        small = picture.resize((width // 2, height // 2), Image.Resampling.NEAREST)
    found = small.getcolors(1 << 16)
    if found is None:
        return False
    texts = [(255, 255, 255)]
    if _is_old_colour(ground):
        texts.append((255, 255, 0))
    apart = inked = 0
    for count, colour in found:
        assert isinstance(colour, tuple)
        if max(abs(a - b) for a, b in zip(colour, ground, strict=True)) < INK // 2:
            continue
        inked += count
        apart += 0 if any(_is_between(colour, ground, text) for text in texts) else count
    return inked > 0 and apart <= (1 - ON_LINE_SHARE) * inked


def _is_between(colour: Sequence[int], ground: Colour, text: Colour) -> bool:
    """Say whether a colour is a mixture of both, as the edges of smooth letters are."""
    way = [b - a for a, b in zip(ground, text, strict=True)]
    gone = [b - a for a, b in zip(ground, colour, strict=True)]
    share = sum(a * b for a, b in zip(way, gone, strict=True)) / sum(a * a for a in way)
    share = min(1.0, max(0.0, share))
    return all(abs(a * share - b) <= OFF_LINE for a, b in zip(way, gone, strict=True))


def _bands(ink: Image.Image) -> Iterator[Box]:
    """Yield the boxes of ink that empty rows part."""
    _across, down = ink.getprojection()
    for top, low in _runs(down):
        box = ink.crop((0, top, ink.width, low)).getbbox()
        if box is not None:
            yield (box[0], top, box[2], low)


def _runs(flags: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield from where to where flags are set."""
    start = None
    for place, flag in enumerate([*flags, 0]):
        if flag and start is None:
            start = place
        elif not flag and start is not None:
            yield start, place
            start = None


def _has_rule(page: _Page) -> bool:
    """Say whether there is a line that is drawn, not written: a frame, a bar."""
    wide = 0.3 * page.ink.width
    for left, top, right, low in page.bands:
        if right - left < wide:
            continue
        across, _down = page.ink.crop((left, top, right, low)).getprojection()
        if max((end - start for start, end in _runs(across)), default=0) > wide:
            return True
    return False


def _begins_at_edge(page: _Page, fewest: int) -> bool:
    """Say whether enough lines begin at one left edge, and few elsewhere."""
    lines = page.lines
    if len(lines) < 2:
        return False
    width, height = page.ink.size
    left = min(box[0] for box in page.bands)
    if left > width / 4:
        return False
    strip = page.ink.crop((left, 0, left + max(6, width // 64), height))
    starts = [low - top for top, low in _runs(strip.getprojection()[1])]
    written = [high for high in starts if 4 <= high <= MOST_LINE * height]
    return len(written) >= fewest and len(page.bands) <= MOST_AMONG * len(written)


def _has_face(page: _Page) -> bool:
    """Say whether the first thing is a face, with lines of text below that begin where it does."""
    if not page.bands:
        return False
    face, *below = page.bands
    width = page.ink.width
    lines = [box for box in below if box in page.lines and abs(box[0] - face[0]) <= 0.03 * width]
    if len(lines) < FEWEST_BELOW_FACE or not _is_face(page.ink.crop(face)):
        return False
    return face[3] - face[1] >= 1.3 * min(box[3] - box[1] for box in lines)


def _is_face(drawn: Image.Image) -> bool:
    """Say whether this is two dots, one above the other, and a bow open to the right of them."""
    across, _down = drawn.getprojection()
    parts = list(_runs(across))
    if len(parts) != 2 or drawn.height < 12:
        return False
    eyes, mouth = (drawn.crop((start, 0, end, drawn.height)) for start, end in parts)
    dots = list(_runs(eyes.getprojection()[1]))
    if len(dots) != 2 or not _are_dots(dots, eyes.width):
        return False
    return _is_bow(mouth)


def _are_dots(dots: list[tuple[int, int]], wide: int) -> bool:
    high = [end - start for start, end in dots]
    is_apart = dots[1][0] - dots[0][1] >= max(high)
    return is_apart and all(0.5 * wide <= one <= 2 * wide for one in high)


def _is_bow(drawn: Image.Image) -> bool:
    """Say whether this is one high stroke whose middle is further left than its ends."""
    box = drawn.getbbox()
    if box is None:
        return False
    drawn = drawn.crop(box)
    width, height = drawn.size
    if len(list(_runs(drawn.getprojection()[1]))) != 1 or not 1.5 <= height / width <= 8:
        return False
    third = height // 3
    ends = (
        drawn.crop((0, 0, width, third // 2)),
        drawn.crop((0, height - third // 2, width, height)),
    )
    middle = drawn.crop((0, third, width, height - third)).getbbox()
    outer = [one.getbbox() for one in ends]
    if middle is None or any(one is None for one in outer):
        return False
    is_open = all(one is not None and one[0] >= middle[0] + 0.2 * width for one in outer)
    return is_open and middle[2] <= 0.8 * width


def _is_windows_blue(ground: Colour) -> bool:
    return any(
        all(abs(a - b) <= NEAR for a, b in zip(ground, blue, strict=True)) for blue in WINDOWS_BLUES
    )


def _is_old_colour(ground: Colour) -> bool:
    """Say whether it is the blue of a text card, dark or darker, or the purple of ESXi."""
    red, green, blue = ground
    is_blue = red <= 12 and 100 <= blue <= 185
    is_purple = abs(red - blue) <= 30 and 90 <= red <= 190
    return green <= 12 and (is_blue or is_purple)


def _pixels(picture: Image.Image) -> list[Colour]:
    data = picture.tobytes()
    return list(zip(data[::3], data[1::3], data[2::3], strict=True))
