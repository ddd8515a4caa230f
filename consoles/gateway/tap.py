"""How does what a console of one's own shows come to its recording, before anybody sees it?

Where the rules require a recording, the terminal waits for it: nothing is shown that is not kept.
"""

import select
import socket
import threading
import time
from typing import Protocol

from consoles.closing import ConsoleClosed

from .pump import Filter, Pump
from .websocket import BLOCK, ConsoleSocket

HELD_SECONDS = 5.0  # that a terminal waits for its recording


class Ear(Protocol):
    """A recording that goes on."""

    def hear(self, data: bytes, *, may_miss: bool) -> bool: ...

    def resized(self, columns: int, rows: int) -> None: ...


class Tap:
    """One terminal. All is safe from any thread; `is_required` is what the rules say now."""

    def __init__(self, columns: int, rows: int) -> None:
        self.size = columns, rows
        self.is_required = False
        self._lock = threading.Lock()
        self._ear: Ear | None = None

    def join(self, ear: Ear) -> None:
        """Let a recording hear from now on, in the place of one that has ended."""
        with self._lock:
            self._ear = ear
            ear.resized(*self.size)

    def hear(self, data: bytes) -> bool:
        """Hand output to the recording and say whether it may be shown."""
        with self._lock:
            is_kept = self._ear is not None and self._ear.hear(data, may_miss=not self.is_required)
        return is_kept or not self.is_required

    def resized(self, columns: int, rows: int) -> None:
        """Take note of another size."""
        with self._lock:
            self.size = columns, rows
            if self._ear is not None:
                self._ear.resized(columns, rows)


class TappedPump(Pump):
    """Show what the tap lets through."""

    def __init__(
        self, browser: ConsoleSocket, display: socket.socket, keep: Filter, tap: Tap
    ) -> None:
        super().__init__(browser, display, keep)
        self._tap = tap
        self._held = b""
        self._held_at = 0.0

    def say(self, words: bytes) -> None:
        """Show what comes before the terminal's own output."""
        self._held, self._held_at = words, time.monotonic()

    def _wishes_of_display(self) -> int:
        wishes = super()._wishes_of_display()
        return wishes & ~select.POLLIN if self._held else wishes

    def _read_display(self) -> None:
        if self._held:
            return
        self._held, self._held_at = self._display.recv(BLOCK), time.monotonic()
        if not self._held:
            raise ConsoleClosed("display-closed")
        self._let_go()

    def _let_go(self) -> None:
        if not self._tap.hear(self._held):
            return
        self._browser.queue(self._held)
        self.bytes_out += len(self._held)
        self._held = b""
        try:
            self._browser.flush()
        except OSError:
            self.browser_left = True

    def _look_at_the_clock(self) -> None:
        if self._held:
            self._let_go()
        if self._held and time.monotonic() - self._held_at > HELD_SECONDS:
            raise ConsoleClosed("not-recorded", "the recording takes nothing")
        super()._look_at_the_clock()
