"""What a terminal shows into a cast, written by a thread of its own.

What the disk does not take in time waits, up to a bound; beyond it is thrown away, and the cast
says how many seconds are missing.
"""

import threading
import time
from collections import deque

from recordings import storage
from recordings.formats.cast import CastFile
from recordings.models import Recording

from .take import Mark, Take

TICK_SECONDS = 0.5
MOST_WAITING = 1024 * 1024  # bytes that wait for the disk
MOST_TEXT = 32 * 1024 * 1024  # bytes that a player has to hold

Size = tuple[int, int]  # columns, rows


class CastTake(Take):
    """What both kinds of terminals have in common: a bounded queue and its writer."""

    _cast: CastFile

    def __init__(self, recording: Recording, most: int) -> None:
        super().__init__(recording, most)
        self._heard: deque[tuple[float, bytes | Size]] = deque()
        self._waiting = 0
        self._lost_at: float | None = None
        self._news = threading.Condition()

    def _open_cast(self, *size: int) -> CastFile:
        title, began = self.recording.vm_name, int(time.time())
        descriptor = storage.open_private(storage.part_of(self.recording))
        return CastFile(descriptor, title, began, *size)

    def _take_in(self, data: bytes) -> bool:
        """Have it written soon; say False and note the loss when too much waits already."""
        with self._news:
            if not self._has_room(data):
                self._lost_at = self._lost_at or self._now()
                return False
            if self._lost_at is not None:
                self._lost(self._now() - self._lost_at)
                self._lost_at = None
            self._heard.append((self._now(), data))
            self._waiting += len(data)
            self._news.notify()
        return True

    def _has_room(self, data: bytes) -> bool:
        return self._waiting + len(data) <= MOST_WAITING

    def _write(self) -> None:
        """Write what was heard, and wait half a second for more at most."""
        with self._news:
            if not self._heard:
                self._news.wait(TICK_SECONDS)
            heard = list(self._heard)
            self._heard.clear()
        if not self.began.is_set():
            return
        try:
            with self._writing():
                self._write_all(heard)
        finally:
            with self._news:
                self._waiting -= sum(len(what) for _at, what in heard if isinstance(what, bytes))
        if self._is_full(self._cast.size) or self._cast.text_size >= MOST_TEXT:
            self.stop("full-recording")

    def _write_all(self, heard: list[tuple[float, bytes | Size]]) -> None:
        for at, what in heard:
            if isinstance(what, bytes):
                self._cast.add(at, what)
            else:
                self._cast.resize(at, *what)
        marks = list(self._waiting_marks())
        for mark in marks:
            self._cast.mark(self._now(), _label(mark))
        self.length = self._now()
        if heard or marks:
            self._cast.flush()


def _label(mark: Mark) -> str:
    if mark.what in {"drives", "here"}:
        return f"{mark.what}: {mark.words}"
    return f"missing: {mark.seconds}" if mark.what == "missing" else mark.what
