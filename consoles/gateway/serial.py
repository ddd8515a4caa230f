"""How do several people share one serial console, which libvirt gives to one client only?

A line is the stream of one machine. It is opened with the first console and closed with the last;
each console sees it through a socket of its own, beginning with what was written lately. Whoever
may not type is held back before, by `consoles.rfb.hands.Typing`. A line that is held stays open
without anybody looking: see `consoles.listening`.
"""

import logging
import select
import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from virt.errors import OperationTimeout, VirtError

log = logging.getLogger(__name__)
BLOCK = 4096
READ_SECONDS = 1.0
QUIET_SECONDS = 60.0  # the same where nothing waits to be heard
MEMORY = 64 * 1024  # bytes of a line that who comes later sees
MOST_MEMORIES = 100  # lines that are remembered after the last console of them was closed
# Around what is shown again a terminal is emptied before, and answers nothing asked then.
PAST_BEGINS, PAST_ENDS = b"\x1bc\x1b]7745;past\x07", b"\x1b]7745;now\x07"
CALM_SECONDS = 0.05  # between two reads where nobody looks: what comes meanwhile is one read
SLOW_SECONDS = 2.0  # that others wait for one whose connection is slow
HEAR_SECONDS = 2.0
TAIL = 8192  # bytes of a line that are read for what they mean

# The end of what was written since the line was opened, and whether that is new.
Hear = Callable[[bytes, bool], None]
OpenConsole = Callable[[], "Console"]


def _nothing(_tail: bytes, _is_new: bool) -> None:
    """Hear nothing."""


@dataclass(eq=False, slots=True)
class Bookmark:
    """How far somebody has read a line, so that who comes back misses nothing that others saw.

    `from_now` begins a first line with what is written from now on, else with all remembered.
    """

    from_now: bool = False
    line: "Line | None" = None
    at: int = 0  # bytes of the line that were given


class Console(Protocol):
    """What `virt` gives for an open serial console."""

    @property
    def is_closed(self) -> bool: ...

    def read(self, timeout: float | None = None) -> bytes: ...

    def write(self, data: bytes, timeout: float = 10.0) -> None: ...

    def close(self) -> None: ...


class Line:
    """One machine's serial console and who looks at it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._console: Console | None = None
        self._ends: dict[socket.socket, Bookmark] = {}
        self._recent = bytearray()
        self._written = 0  # bytes so far, of which `_recent` is the end
        self._opened_at = 0  # bytes that were written when it was opened last
        self._is_held = False
        self._hear: Hear = _nothing
        self._is_unheard = False
        self._heard_at = 0.0

    @property
    def is_open(self) -> bool:
        """Say whether anybody looks or listens."""
        return bool(self._ends) or self._is_held

    @property
    def is_held(self) -> bool:
        """Say whether it stays open without anybody looking."""
        return self._is_held

    def hold(self, open_console: OpenConsole, *, hear: Hear, after: "Line | None" = None) -> None:
        """Keep the line open, which `open_console` opens where it is closed, until `let_go`.

        A new line begins with what `after` remembers: the same machine on another host. It is held
        no more when its stream ends.
        """
        with self._lock:
            self._hear = hear
            if after is not None and after is not self and not self._recent:
                self._recent = bytearray(after._recent)
            self._opened(open_console)
            self._is_held = True

    def let_go(self) -> None:
        """Hold the line no more, and close it where nobody looks."""
        with self._lock:
            self._is_held = False
            console = None if self._ends else self._console
        if console is not None:
            console.close()

    def remind(self) -> None:
        """Let what was heard last be heard again: it is still true while nothing else is written.

        Nothing is said while something new waits to be heard.
        """
        if self._is_held and not self._is_unheard and (tail := self._tail()):
            self._hear(tail, False)

    def join(
        self,
        open_console: OpenConsole,
        *,
        bookmark: Bookmark | None = None,
        hear: Hear | None = None,
        is_terminal: bool = False,
    ) -> socket.socket:
        """Return a socket joined to the line, which `open_console` opens where it is closed.

        It begins with what was written lately, or where `bookmark` was; for a terminal between
        PAST_BEGINS and PAST_ENDS. `hear` gets the end of what the guest wrote, when it pauses and
        every two seconds.
        """
        bookmark = bookmark or Bookmark()
        with self._lock:
            self._hear = hear or self._hear
            console = self._opened(open_console)
            ours, theirs = socket.socketpair()
            ours.setblocking(False)
            if missed := self._missed(bookmark):
                past = PAST_BEGINS + missed + PAST_ENDS if is_terminal else missed
                ours.send(past)  # fits into the empty socket
            bookmark.line, bookmark.at, bookmark.from_now = self, self._written, False
            self._ends[ours] = bookmark
        threading.Thread(
            target=self._copy_in, args=(console, ours), name="serial-in", daemon=True
        ).start()
        return theirs

    def _opened(self, open_console: OpenConsole) -> Console:
        """Return the open stream; within the lock."""
        console = self._console
        if console is None or console.is_closed:
            console = self._console = open_console()
            self._opened_at = self._written
            threading.Thread(
                target=self._copy_out, args=(console,), name="serial-out", daemon=True
            ).start()
        return console

    def _missed(self, bookmark: Bookmark) -> bytearray:
        """Return what was written since the bookmark, as far as it is remembered.

        Who comes from another line has seen what this one began with.
        """
        if bookmark.line is None:
            return bytearray() if bookmark.from_now else self._recent
        count = self._written - (bookmark.at if bookmark.line is self else 0)
        return self._recent[-count:] if count else bytearray()

    def _copy_out(self, console: Console) -> None:
        """Give what the guest writes to everybody, until the stream ends."""
        try:
            while True:
                try:
                    wait = READ_SECONDS if self._is_unheard else QUIET_SECONDS
                    data = console.read(timeout=wait)
                except OperationTimeout:
                    if console.is_closed:
                        break
                    self._tell()
                    continue
                if not data:
                    break
                self._give(data)
                self._is_unheard = True
                if not self._ends and len(data) < BLOCK:
                    time.sleep(CALM_SECONDS)
                if time.monotonic() - self._heard_at > HEAR_SECONDS:
                    self._tell()
        except (OSError, VirtError) as error:
            log.debug("a serial console ended: %s", type(error).__name__)
        finally:
            try:
                self._tell()
            finally:
                self._end(console)

    def _tell(self) -> None:
        """Hand on what was written since this was done last."""
        if self._is_unheard:
            self._is_unheard = False
            self._heard_at = time.monotonic()
            self._hear(self._tail(), True)

    def _tail(self) -> bytes:
        """Return the end of what was written since the line was opened."""
        with self._lock:
            count = min(TAIL, self._written - self._opened_at)
            return bytes(self._recent[-count:]) if count else b""

    def _give(self, data: bytes) -> None:
        with self._lock:
            self._recent += data
            del self._recent[:-MEMORY]
            self._written += len(data)
            ends = dict(self._ends)
            is_shared = len(ends) > 1 or self._is_held
        for end, bookmark in ends.items():
            bookmark.at = self._written  # where it is slow, it is let go and has lost this
            if not _send(end, data, patience=SLOW_SECONDS if is_shared else None):
                _shut(end)  # whose other side then leaves

    def _copy_in(self, console: Console, ours: socket.socket) -> None:
        """Give what is typed to the guest, until the console is closed."""
        try:
            while select.select([ours], [], [])[0] and (data := ours.recv(BLOCK)):
                console.write(data)
        except (OSError, ValueError, VirtError) as error:
            log.debug("a serial console ended: %s", type(error).__name__)
        finally:
            self._leave(console, ours)

    def _leave(self, console: Console, ours: socket.socket) -> None:
        with self._lock:
            self._ends.pop(ours, None)
            is_last = not self._ends and not self._is_held and self._console is console
        if is_last:
            console.close()
        _shut(ours)
        ours.close()

    def _end(self, console: Console) -> None:
        """Let everybody go when the stream has ended."""
        with self._lock:
            if self._console is console:
                self._console, self._is_held = None, False
            ends = list(self._ends)
        console.close()
        for end in ends:
            _shut(end)


class Lines:
    """The lines of this gateway."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: OrderedDict[Hashable, Line] = OrderedDict()

    def join(
        self,
        key: Hashable,
        open_console: OpenConsole,
        *,
        bookmark: Bookmark | None = None,
        hear: Hear | None = None,
        is_terminal: bool = False,
    ) -> socket.socket:
        """Return a socket joined to the line of a machine."""
        line = self._line(key)
        return line.join(open_console, bookmark=bookmark, hear=hear, is_terminal=is_terminal)

    def hold(
        self, key: Hashable, open_console: OpenConsole, *, hear: Hear, after: Line | None = None
    ) -> Line:
        """Return the line of a machine, which stays open from now on; see `Line.hold`."""
        line = self._line(key)
        line.hold(open_console, hear=hear, after=after)
        return line

    def _line(self, key: Hashable) -> Line:
        with self._lock:
            line = self._lines.setdefault(key, Line())
            self._lines.move_to_end(key)
            closed = [other for other, one in self._lines.items() if not one.is_open]
            for other in closed[: max(0, len(closed) - MOST_MEMORIES)]:
                if other != key:
                    del self._lines[other]
        return line


def _send(end: socket.socket, data: bytes, patience: float | None) -> bool:
    """Send everything; say False when the other side is gone, or slower than `patience` seconds."""
    deadline = None if patience is None else time.monotonic() + patience
    rest = memoryview(data)
    try:
        while rest:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            if not select.select([], [end], [], left)[1]:
                return False
            with suppress(BlockingIOError):
                rest = rest[end.send(rest) :]
    except (OSError, ValueError):  # closed meanwhile
        return False
    return True


def _shut(end: socket.socket) -> None:
    with suppress(OSError):  # it is shut already
        end.shutdown(socket.SHUT_RDWR)
