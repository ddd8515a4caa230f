"""A text console into a cast. The line is listened to by one thread and written by another.

What the disk does not take in time waits, up to a bound; beyond it is thrown away, and the cast
says how many seconds are missing.
"""

import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable

from consoles.closing import ConsoleClosed
from recordings import storage
from recordings.formats.cast import CastFile
from recordings.models import Recording

from .take import Mark, Take

BLOCK = 16 * 1024
TICK_SECONDS = 0.5
MOST_WAITING = 1024 * 1024  # bytes that wait for the disk
MOST_TEXT = 32 * 1024 * 1024  # bytes that a player has to hold


class TextTake(Take):
    """One text console. `connect` gives a socket that says what the guest writes from now on."""

    def __init__(
        self, recording: Recording, most: int, connect: Callable[[], socket.socket]
    ) -> None:
        super().__init__(recording, most)
        self._connect = connect
        self._heard: deque[tuple[float, bytes]] = deque()
        self._waiting = 0
        self._lost_at: float | None = None
        self._news = threading.Condition()

    def _write_file(self) -> None:
        title, began = self.recording.vm_name, int(time.time())
        self._cast = CastFile(storage.open_private(storage.part_of(self.recording)), title, began)
        listener = threading.Thread(target=self._listen, name="recording-in", daemon=True)
        listener.start()
        try:
            while not self._over.is_set():
                self._write()
            listener.join(TICK_SECONDS * 2)
            self._write()
        finally:
            self._over.set()
            self._cast.close()

    # Listening

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                line = self._connect()
            except ConsoleClosed:
                self._went_away()
                continue
            self._began()
            self._came_back()
            with line:
                self._hear(line)
            self._went_away()

    def _hear(self, line: socket.socket) -> None:
        try:
            while not self._over.is_set():
                if not select.select([line], [], [], TICK_SECONDS)[0]:
                    continue
                data = line.recv(BLOCK)
                if not data:
                    return
                self._take_in(data)
        except OSError:
            return

    def _take_in(self, data: bytes) -> None:
        with self._news:
            if self._waiting + len(data) > MOST_WAITING:
                self._lost_at = self._lost_at or self._now()
                return
            if self._lost_at is not None:
                self._lost(self._now() - self._lost_at)
                self._lost_at = None
            self._heard.append((self._now(), data))
            self._waiting += len(data)
            self._news.notify()

    # Writing

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
                self._waiting -= sum(len(data) for _at, data in heard)
        if self._is_full(self._cast.size) or self._cast.text_size >= MOST_TEXT:
            self.stop("full-recording")

    def _write_all(self, heard: list[tuple[float, bytes]]) -> None:
        for at, data in heard:
            self._cast.add(at, data)
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
