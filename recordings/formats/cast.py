"""A recording of a terminal: asciicast v2, compressed with gzip.

What guests write is "o", another size "r" ("COLUMNSxROWS"), and marks are "m": "drives: NAME",
"here: NAMES", "missing: SECONDS", "away" and "back".
"""

import codecs
import json
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

GZIP = 31  # zlib's word for gzip's head and tail
BLOCK = 256 * 1024
COLUMNS, ROWS = 80, 24  # text consoles do not tell their size


class CastFile:
    """A cast that is being written. `text_size` is what it has unpacked."""

    def __init__(
        self, descriptor: int, title: str, began: int, columns: int = COLUMNS, rows: int = ROWS
    ) -> None:
        self._file = descriptor
        self._packer = zlib.compressobj(6, zlib.DEFLATED, GZIP)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.size = self.text_size = 0
        head = {"version": 2, "width": columns, "height": rows, "timestamp": began, "title": title}
        self._line(head)

    def add(self, seconds: float, data: bytes) -> None:
        """Write what the guest wrote; a sign that is cut in two waits for its other half."""
        if text := self._decoder.decode(data):
            self._line([round(seconds, 3), "o", text])

    def resize(self, seconds: float, columns: int, rows: int) -> None:
        """Write that the terminal has another size."""
        self._line([round(seconds, 3), "r", f"{columns}x{rows}"])

    def mark(self, seconds: float, label: str) -> None:
        """Write a mark."""
        self._line([round(seconds, 3), "m", label])

    def flush(self) -> None:
        """Hand everything to the system. Raises OSError."""
        self._write(self._packer.flush(zlib.Z_SYNC_FLUSH))

    def close(self) -> None:
        """End it and put it on the disk for good."""
        try:
            self._write(self._packer.flush())
            os.fsync(self._file)
        finally:
            os.close(self._file)

    def _line(self, what: Any) -> None:
        line = json.dumps(what, ensure_ascii=False).encode() + b"\n"
        self.text_size += len(line)
        self._write(self._packer.compress(line))

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._file, rest) :]
        self.size += len(data)


def unpacked(path: Path) -> Iterator[bytes]:
    """Yield the text of a cast piece by piece, as far as it is whole. Raises OSError."""
    unpacker = zlib.decompressobj(GZIP)
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            try:
                while block:
                    yield unpacker.decompress(block, BLOCK)
                    block = unpacker.unconsumed_tail
            except zlib.error:
                return
    yield unpacker.flush()


def mend(path: Path) -> float:
    """Make a cast whole that a killed writer left open, and return its length in seconds.

    Returns 0 when nothing is in it. Raises OSError.
    """
    target = path.with_suffix(".mended")
    length = 0.0
    packer = zlib.compressobj(6, zlib.DEFLATED, GZIP)
    with target.open("wb") as out:
        target.chmod(0o600)
        for line in _lines(unpacked(path)):
            out.write(packer.compress(line))
            length = max(length, _time_of(line))
        out.write(packer.flush())
        out.flush()
        os.fsync(out.fileno())
    target.replace(path)
    return length


def _lines(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield whole lines only."""
    rest = b""
    for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            yield line + b"\n"


def _time_of(line: bytes) -> float:
    event = json.loads(line)
    return max(0.001, float(event[0])) if isinstance(event, list) else 0.0
