"""Make the table of glyphs anew from console fonts: `python -m screens.reading.learn FILE…`.

Takes console fonts (psf, psf.gz), GRUB's fonts (pf2), a VGA BIOS or an unpacked kernel (bin) and a
UEFI firmware (fd), and prints lines of width, height, and for each glyph its CRC-32 and character.
No drawing is kept. The files are in Debian's packages console-setup-linux, grub-common, seabios,
ovmf and linux-image-cloud-amd64.
"""

import gzip
import lzma
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from screens.reading.glyphs import checksum

WANTED = (
    "".join(chr(code) for code in range(0x21, 0x7F))
    + "äöüÄÖÜßéèêàâçñóíáúåøæ─│┌┐└┘├┤┬┴┼═║╔╗╚╝╠╣█▓▒░▄▀■·•°«»↑↓→←"
)
MEASURES = {(8, 13), (8, 14), (8, 15), (8, 16), (8, 18), (8, 19), (8, 8), (10, 18), (10, 20)} | {
    (11, 22), (12, 24), (14, 28), (16, 28), (16, 32), (12, 22)
}  # fmt: skip
Glyphs = dict[str, bytes]
LATIN = "cp437"


def read_psf(data: bytes) -> tuple[int, int, Glyphs]:
    """Read a console font with its table of characters."""
    if data[:2] == b"\x36\x04":
        mode, height = data[2], data[3]
        count, width, start, size, is_utf8 = 512 if mode & 1 else 256, 8, 4, height, False
    else:
        start, _flags, count, size, height, width = struct.unpack("<6I", data[8:32])
        is_utf8 = True
    drawn = [data[start + i * size : start + (i + 1) * size] for i in range(count)]
    table = data[start + count * size :]
    names = _names_utf8(table) if is_utf8 else _names_utf16(table)
    found: Glyphs = {}
    for glyph, chars in zip(drawn, names, strict=False):
        for char in chars:
            found.setdefault(char, glyph)
    return width, height, found


def _names_utf8(table: bytes) -> Iterator[str]:
    for entry in table.split(b"\xff"):
        yield entry.split(b"\xfe")[0].decode("utf-8", "ignore")


def _names_utf16(table: bytes) -> Iterator[str]:
    for entry in "".join(map(chr, _words(table))).split("\uffff"):
        yield entry.split("\ufffe")[0]


def _words(table: bytes) -> Iterator[int]:
    for (word,) in struct.iter_unpack("<H", table[: len(table) // 2 * 2]):
        yield word if not 0xD800 <= word < 0xE000 else 0xFFFD


def read_vga(data: bytes, like: Glyphs) -> Glyphs:
    """Find the 8x16 font inside a VGA BIOS or a kernel, by letters as another font draws them."""
    at = data.find(like["A"] + like["B"] + like["C"])
    if at < 0:
        raise ValueError("no font in this file")
    start = at - ord("A") * 16
    chars = bytes(range(256)).decode(LATIN)
    found = {char: data[start + n * 16 : start + n * 16 + 16] for n, char in enumerate(chars)}
    return found | {"↑": data[start + 0x18 * 16 :][:16], "↓": data[start + 0x19 * 16 :][:16]}


def read_firmware(data: bytes) -> Glyphs:
    """Find the 8x19 font inside a UEFI firmware, in one of its packed volumes."""
    at = data.find(b"\x5d\x00\x00")
    while at >= 0:
        try:
            unpacked = lzma.LZMADecompressor(format=lzma.FORMAT_ALONE).decompress(data[at:])
        except lzma.LZMAError:
            unpacked = b""
        first = struct.pack("<HB19x", 0x20, 0)
        start = unpacked.find(first + struct.pack("<HB", 0x21, 0))
        if start >= 0:
            return dict(_narrow_glyphs(unpacked[start:]))
        at = data.find(b"\x5d\x00\x00", at + 1)
    raise ValueError("no font in this firmware")


def _narrow_glyphs(data: bytes) -> Iterator[tuple[str, bytes]]:
    for start in range(0, 22 * 400, 22):
        code, attributes = struct.unpack_from("<HB", data, start)
        if code == 0 or attributes > 3:
            return
        yield chr(code), data[start + 3 : start + 22]


def read_pf2(data: bytes) -> Iterator[tuple[str, int, int, bytes]]:
    """Read GRUB's font: each glyph as it stands in a cell of 8x16."""
    sections = _pf2_sections(data)
    ascent = int.from_bytes(sections[b"ASCE"][1], "big")
    index = sections[b"CHIX"][1]
    for start in range(0, len(index), 9):
        code, _flags, at = struct.unpack_from(">IBI", index, start)
        width, height, left, top, step = struct.unpack_from(">HHhhh", data, at)
        if code < 0x110000 and chr(code) in WANTED and step == 8:
            bits = data[at + 10 : at + 10 + (width * height + 7) // 8]
            yield chr(code), 8, 16, _in_cell(bits, width, height, left, ascent - top - height)


def _pf2_sections(data: bytes) -> dict[bytes, tuple[int, bytes]]:
    found, at = {}, 0
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "big")
        if name == b"DATA":
            break
        found[name] = (at, data[at + 8 : at + 8 + size])
        at += 8 + size
    return found


def _in_cell(bits: bytes, width: int, height: int, left: int, above: int) -> bytes:
    rows = [0] * 16
    whole = int.from_bytes(bits, "big")
    total = len(bits) * 8
    for n in range(width * height):
        y, x = above + n // width, left + n % width
        if whole >> (total - 1 - n) & 1 and 0 <= y < 16 and 0 <= x < 8:
            rows[y] |= 1 << (7 - x)
    return bytes(rows)


def learn(paths: list[Path]) -> dict[tuple[int, int], dict[int, str]]:
    """Return checksums and characters of all fonts in these files, by the size of a cell."""
    fonts: list[tuple[int, int, Glyphs]] = []
    for path in paths:
        data = path.read_bytes()
        data = gzip.decompress(data) if path.suffix == ".gz" else data
        if path.suffix == ".pf2":
            for char, width, height, glyph in read_pf2(data):
                fonts.append((width, height, {char: glyph}))
        elif path.suffix == ".fd":
            fonts.append((8, 19, read_firmware(data)))
        elif path.suffix == ".bin":
            like = next(glyphs for width, height, glyphs in fonts if (width, height) == (8, 16))
            fonts.append((8, 16, read_vga(data, like)))
        else:
            fonts.append(read_psf(data))
    table: dict[tuple[int, int], dict[int, str]] = {}
    for char in WANTED:
        for width, height, glyphs in fonts:
            if (width, height) in MEASURES and char in glyphs:
                own = table.setdefault((width, height), {})
                own.setdefault(checksum(width, height, glyphs[char]), char)
    return table


def main() -> None:
    """Print the table."""
    for (width, height), own in sorted(learn([Path(name) for name in sys.argv[1:]]).items()):
        entries = " ".join(f"{number:08x}{char}" for number, char in own.items())
        sys.stdout.write(f"{width} {height} {entries}\n")


if __name__ == "__main__":
    main()
