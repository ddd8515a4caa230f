"""A screen onto a tape: an observer of its own at the display, so that nobody waits for it.

What it costs is bound: it asks for the next picture only after the last was written, at most ten
times a second, and rests three times as long as its work took.
"""

import logging
import socket
import time
from collections.abc import Callable

from consoles.closing import ConsoleClosed
from recordings import storage
from recordings.formats.picture import BadScreenError, Picture, message_of
from recordings.formats.tape import END, KEY, UPDATE, TapeFile
from recordings.models import Recording

from .display import Change, Feed, Over, ask, greet, next_change
from .take import Mark, Take

log = logging.getLogger(__name__)
PAUSE_SECONDS = 0.1
REST = 3  # seconds of rest for each of work
KEY_SECONDS = 5.0  # between whole pictures at least
KEY_LATEST_SECONDS = 60.0  # and at most, while anything changes
SMALL_BYTES = 64 * 1024  # of changes, which are not worth a whole picture


class ScreenTake(Take):
    """One screen. `connect` gives a display that expects our first message, or ConsoleClosed."""

    def __init__(
        self, recording: Recording, most: int, connect: Callable[[], socket.socket]
    ) -> None:
        super().__init__(recording, most)
        self._connect = connect
        self._key_at = 0.0
        self._key_size = self._changed_size = 0

    def _write_file(self) -> None:
        self._tape = TapeFile(storage.open_private(storage.part_of(self.recording)))
        try:
            while not self._over.is_set():
                self._film()
            self.mark(Mark(END))
            self._write_marks()
        finally:
            self._tape.close()

    def _film(self) -> None:
        """Record until the display goes or the recording ends."""
        try:
            display = self._connect()
        except ConsoleClosed:
            self._went_away()
            return
        try:
            self._follow(Feed(display, self._idle))
        except BadScreenError as error:
            log.info("a screen cannot be recorded: %s", error)
            self.stop("display")
        except (OSError, EOFError):
            self._went_away()
        except Over:
            pass
        finally:
            display.close()

    def _follow(self, feed: Feed) -> None:
        picture = greet(feed)
        ask(feed, picture, whole=True)
        change = next_change(feed, picture)
        self._write_key(picture)
        while True:
            ask(feed, picture, whole=change.is_whole)
            change = next_change(feed, picture)
            self._write(picture, change)
            self._rest(time.monotonic() - feed.began_at)

    def _write(self, picture: Picture, change: Change) -> None:
        if change.is_whole or self._is_key_due():
            self._write_key(picture)
        elif change.patches:
            self._changed_size += self._add(UPDATE, message_of(change.patches))

    def _is_key_due(self) -> bool:
        passed = self._now() - self._key_at
        is_much = self._changed_size > max(self._key_size, SMALL_BYTES)
        return passed > KEY_LATEST_SECONDS or (is_much and passed > KEY_SECONDS)

    def _write_key(self, picture: Picture) -> None:
        self._began()
        self._came_back()
        self._key_size = self._add(KEY, picture.message())
        self._key_at, self._changed_size = self._now(), 0

    def _add(self, kind: bytes, parts: list[bytes | bytearray]) -> int:
        now = self._now()
        with self._writing():
            size = self._tape.add(kind, round(now * 1000), *parts)
        self.length = now
        self._write_marks()
        if self._is_full(self._tape.size):
            raise Over
        return size

    def _idle(self) -> None:
        """Write what happened meanwhile; called while the display says nothing."""
        if self._over.is_set():
            raise Over
        self._write_marks()

    def _write_marks(self) -> None:
        if not self.began.is_set():
            return
        for mark in self._waiting_marks():
            self._write_mark(mark)
        self.length = self._now()
        self.size = self._tape.size

    def _write_mark(self, mark: Mark) -> None:
        what: dict[str, object] = {"mark": mark.what}
        if mark.words or mark.what in {"drives", "here"}:
            what["name"] = mark.words
        if mark.seconds:
            what["seconds"] = mark.seconds
        with self._writing():
            self._tape.mark(round(self._now() * 1000), what)

    def _rest(self, work: float) -> None:
        if self._over.wait(max(PAUSE_SECONDS, REST * work)):
            raise Over
