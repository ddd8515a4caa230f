"""Read a video again: its size, its length, and its pictures."""

from dataclasses import dataclass
from pathlib import Path

import av


@dataclass(frozen=True, slots=True)
class Seen:
    """What a player sees of a video. Lengths are seconds, colours red, green and blue."""

    codec: str
    width: int
    height: int
    length: float
    moments: list[float]
    colours: list[tuple[int, int, int]]  # of the middle of each picture
    pictures: list[bytes]


def seen(path: Path) -> Seen:
    """Decode every picture of a WebM."""
    moments, colours, pictures = [], [], []
    with av.open(str(path)) as file:
        (stream,) = file.streams.video
        for frame in file.decode(stream):
            image = frame.to_image()
            moments.append(float(frame.time or 0))
            colours.append(image.getpixel((image.width // 2, image.height // 2)))
            pictures.append(image.tobytes())
        length = float((file.duration or 0) / av.time_base)
        name = stream.codec_context.name
        return Seen(name, stream.width, stream.height, length, moments, colours, pictures)
