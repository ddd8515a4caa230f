"""Pages of systems that are not at hand, drawn by their layout: smooth text of an unknown font."""

from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]
BLUE: Colour = (0, 120, 215)
OLD_BLUE: Colour = (0, 0, 128)
WHITE: Colour = (255, 255, 255)
SIZES = ((640, 480), (800, 600), (1024, 768), (1280, 800), (1920, 1080))


@dataclass(frozen=True)
class Page:
    """A plain ground with lines of text; `face` puts the large face above, `code` a square."""

    lines: tuple[str, ...]
    ground: Colour = BLUE
    face: bool = True
    code: bool = True
    centred: bool = False
    indent: float = 0.1


def draw(page: Page, size: tuple[int, int]) -> Image.Image:
    """Draw a page."""
    width, height = size
    drawn = Image.new("RGB", size, page.ground)
    pen = ImageDraw.Draw(drawn)
    font = ImageFont.load_default(size=max(10, height // 36))
    left, top = page.indent * width, 0.12 * height
    if page.face:
        large = ImageFont.load_default(size=max(40, height // 6))
        pen.text((left, 0.05 * height), ":(", fill=WHITE, font=large)
        top = 0.32 * height
    for row, line in enumerate(page.lines):
        at = top + row * height / 20
        place = ((width - pen.textlength(line, font=font)) / 2, at) if page.centred else (left, at)
        pen.text(place, line, fill=WHITE, font=font)
    if page.code:
        square(pen, page.ground, left, top + (len(page.lines) + 1) * height / 20, height / 6)
    return drawn


def square(pen: ImageDraw.ImageDraw, ground: Colour, left: float, top: float, side: float) -> None:
    """Draw what looks like the square code to scan, white with holes."""
    pen.rectangle((left, top, left + side, top + side), WHITE)
    step = side / 21
    for number in range(19 * 19):
        if number * number % 7 < 3:
            x, y = left + (1 + number % 19) * step, top + (1 + number // 19) * step
            pen.rectangle((x, y, x + step, y + step), ground)


def framed(ground: Colour, size: tuple[int, int]) -> Image.Image:
    """Draw what file managers and setups of firmware look like: text in frames."""
    drawn = draw(Page(tuple(f"file{n:02} 12345" for n in range(14)), ground, face=False), size)
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((4, 4, size[0] - 5, size[1] - 5), outline=WHITE)
    return drawn


def boxed(ground: Colour, size: tuple[int, int]) -> Image.Image:
    """Draw an installer: a grey box with black text on a plain ground."""
    drawn = Image.new("RGB", size, ground)
    width, height = size
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((width * 0.1, height * 0.2, width * 0.9, height * 0.8), (170, 170, 170))
    font = ImageFont.load_default(size=max(10, height // 36))
    for row in range(8):
        pen.text((width * 0.15, height * (0.25 + row / 20)), "Choose one", fill=0, font=font)
    return drawn
