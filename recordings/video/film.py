"""A WebM file that grows picture by picture: VP9, each picture shown until the next, by PyAV.

PyAV is optional; import this module only where `is_possible` says so.
"""

import importlib.util
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from recordings.formats.picture import PIXEL, Patch, Picture

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import OutputContainer
    from av.video.stream import VideoStream

LONGEST_SIDE = 1920  # pixels; larger screens are drawn smaller
CLOCK = Fraction(1, 1000)  # seconds of one tick, as WebM counts
RATE = 10  # pictures a second at most, as the recorder takes them
CHOICES = {  # of libvpx: fast, small for text on still ground, one thread beside other work
    "deadline": "realtime",
    "cpu-used": "8",
    "tune-content": "screen",
    "crf": "32",
    "b": "0",
    "g": "100",
    "threads": "1",
    "lag-in-frames": "0",
}


def is_possible() -> bool:
    """Say whether the library is installed."""
    return importlib.util.find_spec("av") is not None


class Film:
    """One video. `size` is what was written, in bytes; files and library raise OSError.

    Pictures smaller than `width` and `height` lie in the middle of black.
    """

    def __init__(self, path: Path, width: int, height: int) -> None:
        import av  # here, as it is not installed everywhere and takes 30 MB of memory

        self._av = av
        self._canvas = Picture(width, height)
        self.width, self.height = shown_size(width, height)
        self.size = 0
        self._ms = -1
        self._file: OutputContainer = av.open(str(path), "w", format="webm")
        stream: VideoStream = self._file.add_stream("libvpx-vp9", rate=RATE, options=CHOICES)
        stream.width, stream.height, stream.pix_fmt = self.width, self.height, "yuv420p"
        stream.time_base = stream.codec_context.time_base = CLOCK
        self._stream = stream

    def show(self, picture: Picture, ms: int) -> None:
        """Show a picture from `ms` milliseconds on; one of an earlier or the same time waits."""
        self._ms = max(ms, self._ms + 1)
        frame = self._drawn(picture).reformat(self.width, self.height, "yuv420p")
        frame.pts, frame.time_base = self._ms, CLOCK
        self._write(frame)

    def close(self) -> None:
        """Write what waits in the encoder, and the file's end."""
        try:
            self._write(None)
        finally:
            self._file.close()

    def _write(self, frame: "VideoFrame | None") -> None:
        for packet in self._stream.encode(frame):
            self.size += packet.size
            self._file.mux(packet)

    def _drawn(self, picture: Picture) -> "VideoFrame":
        width, height = self._canvas.width, self._canvas.height
        if (picture.width, picture.height) != (width, height):
            picture = self._centred(picture)
        return self._av.VideoFrame.from_bytes(bytes(picture.pixels), width, height, format="rgba")

    def _centred(self, picture: Picture) -> Picture:
        canvas = self._canvas
        canvas.pixels = bytearray(canvas.width * canvas.height * PIXEL)
        x, y = (canvas.width - picture.width) // 2, (canvas.height - picture.height) // 2
        canvas.draw(Patch(x, y, picture.width, picture.height, picture.pixels))
        return canvas


def shown_size(width: int, height: int) -> tuple[int, int]:
    """Return the size of the video: even numbers, as its colours need, and not too large."""
    shrink = min(1.0, LONGEST_SIDE / max(width, height))
    return tuple(max(2, 2 * round(side * shrink / 2)) for side in (width, height))  # type: ignore[return-value]
