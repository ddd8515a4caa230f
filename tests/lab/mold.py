"""A guest that has booted once, of which fresh ones are cast: they begin where it was.

Booting takes an emulated guest five seconds, reading its saved memory half a second. Its file is
what `virsh save` writes: a header, the guest's definition with libvirt's own notes after it, then
its memory (struct _virQEMUSaveHeader of libvirt's src/qemu/qemu_saveimage.h, version 2).
"""

import struct
from typing import TYPE_CHECKING
from uuid import uuid4

from tests.lab.guest import Guest, guest_xml

if TYPE_CHECKING:
    from tests.lab.hosts import LabHost

HEADER = struct.Struct("<16s5I56x")  # magic, version, length of the text, ran, packed, notes at
ROOM = 128 * 1024  # for the text: enough for every name
NAME = "mold"
PLACE = "/var/lib/libvirt/mold.save"  # on the host


class Mold:
    """The saved guest of one host."""

    def __init__(self, host: "LabHost") -> None:
        self.host = host
        self.path = host.folder / "lib/mold.save"
        _define(host, NAME, str(uuid4()))
        guest = Guest(host, NAME)
        self.uuid = guest.uuid
        host.virsh("start", NAME)
        guest.wait_ticking()
        guest.wait_agent()
        host.virsh("save", NAME, PLACE)
        host.virsh("undefine", NAME)
        self._take()

    def _take(self) -> None:
        """Read the text apart, and leave room for longer ones before the memory."""
        data = self.path.read_bytes()
        self.magic, self.version, length, _ran, self.packed, notes = HEADER.unpack_from(data)
        text = data[HEADER.size : HEADER.size + length]
        self.xml, self.notes = text[: text.index(b"\0")].decode(), text[notes:] if notes else b""
        memory = data[HEADER.size + length :]
        self.path.write_bytes(bytes(HEADER.size + ROOM) + memory)

    def cast(self, name: str) -> Guest:
        """Return a running guest of this name, which counts on from where the first one was."""
        uuid = str(uuid4())
        xml = self.xml.replace(self.uuid, uuid).replace(NAME, name).encode() + b"\0"
        notes = len(xml) if self.notes else 0
        text = (xml + self.notes).ljust(ROOM, b"\0")
        with self.path.open("r+b") as file:
            file.write(HEADER.pack(self.magic, self.version, ROOM, 1, self.packed, notes) + text)
        _define(self.host, name, uuid)
        self.host.virsh("restore", PLACE)
        return Guest(self.host, name)


def _define(host: "LabHost", name: str, uuid: str) -> None:
    path = host.folder / f"{name}.xml"
    path.write_text(guest_xml(name, uuid=uuid))
    host.virsh("define", str(path))
