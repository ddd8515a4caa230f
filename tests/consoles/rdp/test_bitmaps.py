"""Pictures whose rows are wider than their place, cut in a real browser before they are drawn."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.consoles.browsing import Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# What xrdp sent for a sign of its sign-in window: 5 pixels of 15 rows in rows of 8.
SIGN = bytes.fromhex(
    "0300006c02f08068000503eb705e5e001700ee03ea03010000015e0002005e000100010080018501"
    "8401930108000f0010000104360081fbde79fbde81000065000083fbde0000fbde6ffbde81000065"
    "000083fbde0000fbde66fbde0882fbde000065000081fbde6007fbde"
)
CUT = """async ([text, pieces]) => {
  const { Bitmaps } = await import("/static/js/rdp_bitmaps.js");
  const bitmaps = new Bitmaps(), whole = Uint8Array.fromHex?.(text) ?? new Uint8Array(
    text.match(/../g).map((two) => parseInt(two, 16)));
  const said = [];
  for (let at = 0; at < whole.length; at += pieces)
    said.push(...bitmaps.feed(whole.slice(at, at + pieces)));
  return said;
}"""
DECODE = """async ([data, width, height]) => {
  const { decode } = await import("/static/js/rdp_rle.js");
  const found = decode(new Uint8Array(data), width, height);
  return found ? [...found] : null;
}"""
WHITE, RED = 0xFFFF, 0xF800


@pytest.fixture
def page(opened: Open) -> Page:
    return opened("/about/")


def cut(page: Page, data: bytes, pieces: int = 65536) -> bytes:
    return bytes(page.evaluate(CUT, [data.hex(), pieces]))


def decode(page: Page, data: bytes, width: int, height: int) -> Any:
    return page.evaluate(DECODE, [list(data), width, height])


def head_of(pdu: bytes) -> list[int]:
    """Return left, top, right, bottom, width, height, depth, flags and length of the picture."""
    begin = pdu.index(b"\x01\x00\x01\x00", 30) + 4
    return [int.from_bytes(pdu[begin + at : begin + at + 2], "little") for at in range(0, 18, 2)]


def test_each_order_of_the_compression_is_read(page: Page) -> None:
    red = RED.to_bytes(2, "little")
    for data, width, height, wanted in (
        (b"\xfd\xfe\xfd\xfe", 2, 2, [WHITE, 0, WHITE, 0]),
        (b"\x64" + red, 2, 2, [RED] * 4),  # a run of a colour
        (b"\x82" + red + b"\x01\x00" + b"\x02", 2, 2, [RED, 1, RED, 1]),  # an image, then as above
        (b"\x02\x22", 2, 2, [0, 0, WHITE, WHITE]),  # nothing, then the foreground over it
        (b"\xc2" + red + b"\x22", 2, 2, [RED, RED, 0, 0]),  # set, then set off by itself
        (b"\x40\x03\x05", 2, 2, [WHITE, 0, WHITE, 0]),  # by bits
        (b"\xf4\x04\x00" + red * 4, 2, 2, [RED] * 4),
        (b"\xe2" + red + b"\x07\x00", 2, 2, [RED, 7, RED, 7]),  # two colours by turns
        (b"\xf9", 8, 1, [WHITE, WHITE, 0, 0, 0, 0, 0, 0]),
        (b"\x01\x01\x02", 4, 1, [0, WHITE, WHITE, 0]),  # a run after a run begins with a sign
        (b"\x64", 2, 2, None),
        (b"\x7f" + red, 2, 2, None),
    ):
        assert decode(page, data, width, height) == wanted, data.hex()


@pytest.mark.parametrize("pieces", [1, 7, 65536])
def test_rows_are_cut_to_their_place_wherever_the_stream_is_cut(page: Page, pieces: int) -> None:
    before = head_of(SIGN)
    assert before[4] > before[2] - before[0] + 1
    after = cut(page, SIGN, pieces)
    head = head_of(after)
    assert head[:4] == before[:4] and head[4] == head[2] - head[0] + 1 and head[7] == 0x401
    assert int.from_bytes(after[2:4]) == len(after)
    old = decode(page, SIGN[-before[8] :], before[4], before[5])
    new = decode(page, after[-head[8] :], head[4], head[5])
    rows = [old[at : at + head[4]] for at in range(0, len(old), before[4])]
    assert new == [pixel for row in rows for pixel in row] and len(set(new)) > 1


def test_everything_else_passes_as_it_is(page: Page) -> None:
    for data in (b"\x30\x05hello", b"\x03\x00\x00\x09\x02\xf0\x80\x21\x80", SIGN[:36]):
        kept = cut(page, data)
        assert kept == (b"" if data == SIGN[:36] else data)
    move = b"\x03\x00\x00\x09\x02\xf0\x80\x21\x80" + b"\x00\x06\x05\x00\x00\x00" + b"\x04\x02"
    assert cut(page, move, 1) == move
