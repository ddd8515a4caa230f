"""Pictures become small; hostile ones harm nothing."""

import struct
import tracemalloc
import zlib
from io import BytesIO

import pytest
from PIL import Image

from screens.pictures import BadPictureError, as_png, open_picture, thumbs_of
from tests.screens.conftest import png


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int, height: int) -> bytes:
    """Return a small PNG file that says it is that large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 10_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(720, 400), (1280, 800), (3840, 2160), (16, 16), (1, 4000)])
def test_a_screen_becomes_two_small_pictures(size):
    made = thumbs_of(open_picture(png(Image.new("RGB", size, "navy"))), with_large=True)
    assert (made.width, made.height) == size
    small, large = Image.open(BytesIO(made.small)), Image.open(BytesIO(made.large or b""))
    assert small.format == large.format == "WEBP"
    assert small.width <= 320 and small.height <= 240
    assert large.width <= 800 and large.height <= 600


def test_the_older_format_of_hosts_works_too():
    data = b"P6\n4 2\n255\n" + bytes(range(24))
    assert open_picture(data).size == (4, 2)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"P6\n",
        b"P6\n99999 99999\n255\n",
        b"P6\n-1 5\n255\n",
        b"P6\n0 0\n255\n",
        b"P6\n100 100\n255\nshort",
        b"GIF89a" + b"\0" * 100,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.4",
        bomb(100_000, 100_000),
        bomb(5000, 5000),
        png(Image.effect_noise((64, 64), 50))[:800],
    ],
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(BadPictureError):
        open_picture(data)


def test_a_bomb_costs_no_memory():
    data = bomb(60_000, 60_000)
    tracemalloc.start()
    with pytest.raises(BadPictureError):
        open_picture(data)
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


def test_a_picture_is_given_as_png_too():
    made = thumbs_of(open_picture(png(Image.new("RGB", (1280, 800)))), with_large=True)
    with Image.open(BytesIO(as_png(made.large))) as picture:
        assert (picture.format, picture.size) == ("PNG", (800, 500))
