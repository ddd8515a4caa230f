"""A tape of a screen: eight bytes, "GHTAPE1" and a newline, then records.

A record is sixteen bytes of head, as HEAD has them, and then its content. K and U are RFB
FramebufferUpdate messages (RFC 6143, 7.6.1) compressed with zlib (RFC 1950), with pixels of four
bytes: red, green, blue, and one that means nothing. K begins with a DesktopSize rectangle and draws
everything, so that playing can begin at it. M is a mark in JSON.
"""

import json
import mmap
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MAGIC = b"GHTAPE1\n"
HEAD = struct.Struct(">c3xIII")  # kind, milliseconds from the beginning, length and CRC-32 of it
KEY, UPDATE, MARK = b"K", b"U", b"M"
END = "end"  # the mark that says how long the last picture stands
LEVEL = 1
MOST_CONTENT = 256 * 1024 * 1024  # bytes of one record; more is no record
QUIET_SECONDS = 2.0  # without a change, which a player may skip


@dataclass(frozen=True, slots=True)
class Record:
    """Where one record lies, and when it is shown."""

    kind: bytes
    ms: int
    at: int  # of its head
    size: int  # of its content

    @property
    def end(self) -> int:
        """Where the next begins."""
        return self.at + HEAD.size + self.size


@dataclass(slots=True)
class Index:
    """What a player needs to know of a tape: seconds, and places in bytes."""

    length: float = 0.0
    end: int = 0
    keys: list[tuple[float, int]] = field(default_factory=list)
    quiet: list[tuple[float, float]] = field(default_factory=list)
    marks: list[dict[str, Any]] = field(default_factory=list)


class TapeFile:
    """A tape that is being written. Every record reaches the system before the call returns."""

    def __init__(self, descriptor: int) -> None:
        self._file = descriptor
        self.size = 0
        self._write(MAGIC)

    def add(self, kind: bytes, ms: int, *parts: bytes | bytearray | memoryview) -> int:
        """Write one record, compressed but for marks, and return its size. Raises OSError."""
        if kind == MARK:
            content = b"".join(parts)
        else:
            packer = zlib.compressobj(LEVEL)
            content = b"".join([*(packer.compress(part) for part in parts), packer.flush()])
        head = HEAD.pack(kind, ms, len(content), zlib.crc32(content))
        self._write(head + content)
        return len(head) + len(content)

    def mark(self, ms: int, what: dict[str, Any]) -> None:
        """Write a mark."""
        self.add(MARK, ms, json.dumps(what, ensure_ascii=False).encode())

    def close(self) -> None:
        """Put it on the disk for good."""
        try:
            os.fsync(self._file)
        finally:
            os.close(self._file)

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._file, rest) :]
        self.size += len(data)


def records(data: bytes | mmap.mmap, *, whole: bool = False) -> Iterator[Record]:
    """Yield the records up to the first that is cut off, or `whole`: damaged.

    Raises ValueError when it is no tape.
    """
    if data[: len(MAGIC)] != MAGIC:
        raise ValueError("no tape")
    at = len(MAGIC)
    while at + HEAD.size <= len(data):
        kind, ms, size, crc = HEAD.unpack_from(data, at)
        record = Record(kind, ms, at, size)
        if kind not in (KEY, UPDATE, MARK) or size > MOST_CONTENT or record.end > len(data):
            return
        if whole and zlib.crc32(data[at + HEAD.size : record.end]) != crc:
            return
        yield record
        at = record.end


def index_of(path: Path) -> Index:
    """Read what a player needs. Raises OSError, and ValueError when it is no tape."""
    index, changed_at = Index(), 0.0
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for record in records(data):
            at = record.ms / 1000
            index.length, index.end = max(index.length, at), record.end
            if record.kind == MARK:
                mark = json.loads(data[record.at + HEAD.size : record.end])
                if mark["mark"] != END:
                    index.marks.append({"at": at} | mark)
                continue
            if record.kind == KEY:
                index.keys.append((at, record.at))
            if at - changed_at > QUIET_SECONDS:
                index.quiet.append((changed_at, at))
            changed_at = at
    if index.length - changed_at > QUIET_SECONDS:
        index.quiet.append((changed_at, index.length))
    return index


def mend(path: Path) -> float:
    """Cut off what a killed writer left half done, and return the length in seconds.

    Returns 0 when there is nothing to see in it. Raises OSError.
    """
    with path.open("r+b") as file:
        end, ms, is_seen = 0, 0, False
        try:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                for record in records(data, whole=True):
                    end, ms = record.end, max(ms, record.ms)
                    is_seen = is_seen or record.kind == KEY
        except ValueError:  # nothing in it, or no tape
            return 0.0
        file.truncate(end)
    return ms / 1000 or 0.001 if is_seen else 0.0
