"""A display that answers requests for pictures with what a test says, and a tape's reader."""

import socket
import struct
import zlib
from pathlib import Path

from recordings.formats import tape
from recordings.formats.picture import Picture
from tests.recordings.making import rectangle

WIDTH, HEIGHT = 640, 480


def painted(x: int, y: int, width: int, height: int, pixel: bytes) -> bytes:
    """Return a rectangle of one colour."""
    return rectangle(x, y, width, height, 0) + pixel * width * height


def update(*rectangles: bytes) -> bytes:
    """Return an update of these."""
    return struct.pack(">BxH", 0, len(rectangles)) + b"".join(rectangles)


class Painter:
    """Talks as a display does: each request is answered with the next of `pictures`."""

    def __init__(self, *pictures: bytes) -> None:
        self.pictures = list(pictures)
        self.asked: list[bytes] = []

    def __call__(self, connection: socket.socket) -> None:
        """Answer until the other side leaves or nothing is left to show."""
        data = b""
        while self.pictures and (part := connection.recv(65536)):
            data += part
            while data and (length := _length(data)) <= len(data):
                message, data = data[:length], data[length:]
                if message[0] == 3 and self.pictures:
                    self.asked.append(message)
                    connection.sendall(self.pictures.pop(0))


def _length(data: bytes) -> int:
    if data[0] == 2:
        return 4 + 4 * int.from_bytes(data[2:4], "big") if len(data) >= 4 else 4
    return {0: 20, 3: 10, 4: 8, 5: 6}[data[0]]


def played(path: Path, until: float = 1e9) -> Picture:
    """Return the picture that a tape shows at a moment."""
    picture = Picture(1, 1)
    data = path.read_bytes()
    for record in tape.records(data, whole=True):
        if record.kind == tape.MARK or record.ms > until * 1000:
            continue
        draw(picture, zlib.decompress(data[record.at + tape.HEAD.size : record.end]))
    return picture


def draw(picture: Picture, message: bytes) -> None:
    """Draw an update of raw rectangles, as a player does."""
    from recordings.formats.picture import Patch

    (count,) = struct.unpack_from(">H", message, 2)
    at = 4
    for _number in range(count):
        x, y, width, height, encoding = struct.unpack_from(">HHHHi", message, at)
        at += 12
        if encoding == -223:
            picture.resize(width, height)
            continue
        size = width * height * 4
        picture.draw(Patch(x, y, width, height, message[at : at + size]))
        at += size
    assert at == len(message)
