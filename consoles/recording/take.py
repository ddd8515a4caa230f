"""One recording while it is made: a thread with a file, which others tell what happens."""

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from recordings import storage
from recordings.keeping import mend
from recordings.models import Recording

log = logging.getLogger(__name__)
MOST_MARKS = 200  # that wait to be written
SLOW_SECONDS = 2.0  # of one write, after which the recording says that something is missing


class DiskError(Exception):
    """The file cannot be written."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened: "drives" and a name, "here" and names, "away", "back"."""

    what: str
    words: str = ""
    seconds: float = 0.0


class Take(threading.Thread):
    """What both kinds have in common. The public attributes are read from other threads."""

    def __init__(self, recording: Recording, most: int) -> None:
        super().__init__(name="recording", daemon=True)
        self.recording = recording
        self.began = threading.Event()  # something is in the file
        self.reason = ""
        self.size = 0  # bytes in the file
        self.kept_size = 0  # bytes of the file with its last name; 0 while there is none
        self.length = self.missing = 0.0
        self._most = most
        self._over = threading.Event()
        self._marks: deque[Mark] = deque(maxlen=MOST_MARKS)
        self._zero = time.monotonic()
        self.is_away = False
        self.host_id = 0  # where it looked last

    def sees(self, host_id: int) -> bool:
        """Say whether what a console shows on this host is recorded now."""
        return self.began.is_set() and not self.is_away and self.host_id == host_id

    def stop(self, reason: str) -> None:
        """Ask it to end for a reason of `recordings.reasons`; it does within a second."""
        self.reason = self.reason or reason
        self._over.set()

    def mark(self, mark: Mark) -> None:
        """Have something written that happened now."""
        self._marks.append(mark)

    def run(self) -> None:
        """Record until the end, and give the file its last name."""
        try:
            self._write_file()
        except OSError as error:
            log.warning("a recording failed: %s", error.strerror)
            self.reason = self.reason or "disk"
        except DiskError:
            self.reason = "disk"
        try:
            self._keep()
        except OSError as error:
            log.warning("a recording is not kept: %s", error.strerror)
        log.info(
            "recording ended: machine %s, %s, %s bytes, %s",
            self.recording.vm_id, self.recording.kind, self.kept_size, self.reason,
        )  # fmt: skip

    def _keep(self) -> None:
        if not self.began.is_set():
            return
        if self.reason == "disk":  # the last write may have stopped half-way
            mend(self.recording, storage.part_of(self.recording))
        storage.keep(self.recording)
        self.kept_size = storage.file_of(self.recording).stat().st_size

    def _write_file(self) -> None:
        """Make the file, record into it, close it."""
        raise NotImplementedError

    def _now(self) -> float:
        return time.monotonic() - self._zero

    def _began(self) -> None:
        """Take the time from now on: the first thing is about to be written."""
        if not self.began.is_set():
            self._zero = time.monotonic()
            self.began.set()

    def _went_away(self) -> None:
        """Note once that there is nothing to be seen, and wait a second before trying again."""
        if self.began.is_set() and not self.is_away and not self._over.is_set():
            self.is_away = True
            self._marks.append(Mark("away"))
        self._over.wait(1.0)

    def _came_back(self) -> None:
        if self.is_away:
            self.is_away = False
            self._marks.append(Mark("back"))

    def _waiting_marks(self) -> Iterator[Mark]:
        while self._marks:
            yield self._marks.popleft()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Turn the file's errors into DiskError, and say so where writing took long."""
        started = time.monotonic()
        try:
            yield
        except OSError as error:
            log.warning("a recording cannot be written: %s", os.strerror(error.errno or 0))
            raise DiskError from error
        took = time.monotonic() - started
        if took > SLOW_SECONDS:
            self._lost(took)

    def _lost(self, seconds: float) -> None:
        self.missing += seconds
        self._marks.append(Mark("missing", seconds=round(seconds, 1)))

    def _is_full(self, size: int) -> bool:
        """End it where the file is as long as it may be."""
        self.size = size
        if size < self._most:
            return False
        self.stop("full-recording")
        return True
