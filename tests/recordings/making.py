"""Recordings made by hand, for tests of what becomes of them."""

import struct
from pathlib import Path
from typing import Any

from django.utils import timezone

from recordings import storage
from recordings.formats.cast import CastFile
from recordings.formats.tape import KEY, UPDATE, TapeFile
from recordings.models import Kind, Recording, State
from vms.models import VM

WIDTH, HEIGHT = 4, 2


def rectangle(x: int, y: int, width: int, height: int, encoding: int) -> bytes:
    return struct.pack(">HHHHi", x, y, width, height, encoding)


def key_frame(colour: bytes = b"\x10\x20\x30\0") -> bytes:
    """Return the message that draws a whole screen of one colour."""
    size = rectangle(0, 0, WIDTH, HEIGHT, -223)
    return (
        struct.pack(">BxH", 0, 2)
        + size
        + rectangle(0, 0, WIDTH, HEIGHT, 0)
        + colour * WIDTH * HEIGHT
    )


def update(colour: bytes = b"\xff\0\0\0") -> bytes:
    """Return the message that draws the first pixel."""
    return struct.pack(">BxH", 0, 1) + rectangle(0, 0, 1, 1, 0) + colour


def write_tape(path: Path) -> int:
    """Write a tape of 12 seconds and return its size."""
    tape = TapeFile(storage.open_private(path))
    tape.mark(0, {"mark": "drives", "name": "oli"})
    tape.add(KEY, 0, key_frame())
    tape.add(UPDATE, 1000, update())
    tape.mark(2000, {"mark": "drives", "name": "vera"})
    tape.add(KEY, 9000, key_frame(b"\0\0\0\0"))
    tape.add(UPDATE, 12000, update())
    tape.close()
    return tape.size


def write_cast(path: Path) -> int:
    """Write a cast of three seconds and return its size."""
    cast = CastFile(storage.open_private(path), "web01", 1_700_000_000)
    cast.mark(0, "drives: oli")
    cast.add(0.5, b"login: ")
    cast.add(3, "gr\u00fc\u00df".encode())
    cast.close()
    return cast.size


def ended(vm: VM, kind: str = Kind.SCREEN, **fields: Any) -> Recording:
    """Make an ended recording with its file."""
    facts = {"vm": vm, "vm_name": vm.name, "owner": vm.owner, "team": vm.team, "kind": kind}
    moments = {"began_at": timezone.now(), "ended_at": timezone.now(), "end_reason": "stopped"}
    recording = Recording.objects.create(**facts | moments | {"state": State.ENDED} | fields)
    write = write_cast if kind == Kind.TEXT else write_tape
    recording.bytes = write(storage.file_of(recording))
    recording.length = 3 if kind == Kind.TEXT else 12
    recording.save()
    return recording
