"""How do bytes move between a browser and a display, with bounded memory on both sides?"""

import select
import socket
import time
from collections.abc import Callable

from consoles.closing import ConsoleClosed

from .websocket import MOST_PENDING, ConsoleSocket

TICK_MS = 500
PING_SECONDS = 20.0
SILENCE_SECONDS = 60.0  # no frame at all, not even the answer to a ping
STUCK_SECONDS = 60.0  # not one byte taken of what waits for a side

Filter = Callable[[bytes], bytes]


class Pump:
    """Copy both ways until one side ends or somebody calls `stop`.

    What comes from the display is read only when the browser has taken what came before, and the
    other way round: a slow side slows the other down, and nothing piles up here. A side that takes
    nothing at all for a minute is given up.
    """

    def __init__(self, browser: ConsoleSocket, display: socket.socket, keep: Filter) -> None:
        self._browser = browser
        self._display = display
        self._keep = keep
        self._to_display = b""
        self._stop_key = ""
        self._heard_at = self._pinged_at = self._taken_at = self._fed_at = time.monotonic()
        self._poll = select.poll()  # unlike select, not bound to descriptors under 1024
        self._asked: dict[int, int] = {}
        self.bytes_in = self.bytes_out = 0  # from the browser, to the browser
        self.browser_left = False

    def stop(self, key: str) -> None:
        """Ask the pump to end for a reason; it does within half a second. Safe from any thread."""
        self._stop_key = self._stop_key or key

    def feed(self, data: bytes) -> None:
        """Take what the browser sent before the pump began."""
        self._to_display += self._keep(data)

    def run(self) -> None:
        """Copy until the browser leaves; raises ConsoleClosed for every other end."""
        browser, display = self._browser.fileno(), self._display.fileno()
        self._browser.setblocking(False)
        self._display.setblocking(False)
        while not self.browser_left:
            if self._stop_key:
                raise ConsoleClosed(self._stop_key)
            if not self._to_display:
                self._to_display = self._keep(b"")  # what hands that changed leave to be said
            self._ask(browser, self._wishes_of_browser())
            self._ask(display, self._wishes_of_display())
            happened = dict(self._poll.poll(TICK_MS))
            if happened.get(browser):
                self._serve_browser(happened[browser])
            if happened.get(display) and not self.browser_left:
                self._serve_display(happened[display])
            self._look_at_the_clock()

    def _ask(self, number: int, wishes: int) -> None:
        """Wait for these events of a side; a hang-up is told even unasked, and would spin."""
        if self._asked.get(number, 0) == wishes:
            return
        if wishes:
            self._poll.register(number, wishes)
        else:
            self._poll.unregister(number)
        self._asked[number] = wishes

    def _wishes_of_browser(self) -> int:
        wishes = 0
        if self._browser.pending_bytes:
            wishes |= select.POLLOUT
        if not self._to_display and self._browser.pending_bytes < MOST_PENDING:
            wishes |= select.POLLIN
        return wishes

    def _wishes_of_display(self) -> int:
        wishes = select.POLLOUT if self._to_display else 0
        if not self._browser.pending_bytes:
            wishes |= select.POLLIN
        return wishes

    def _serve_browser(self, events: int) -> None:
        try:
            if events & select.POLLOUT:
                self._taken_at = time.monotonic()
                self._browser.flush()
            if events & select.POLLIN:
                self._heard_at = time.monotonic()
                data = self._browser.receive()
                self.bytes_in += len(data)
                self._to_display += self._keep(data)
            elif events & (select.POLLHUP | select.POLLERR | select.POLLNVAL):
                self.browser_left = True
        except OSError:
            self.browser_left = True
        if self._browser.is_closed:
            self.browser_left = True

    def _serve_display(self, events: int) -> None:
        try:
            if events & select.POLLOUT and self._to_display:
                sent = self._display.send(self._to_display)
                self._to_display = self._to_display[sent:]
                self._fed_at = time.monotonic()
            if events & (select.POLLIN | select.POLLHUP | select.POLLERR):
                self._read_display()
        except BlockingIOError:
            return
        except OSError as error:
            raise ConsoleClosed("display-closed", str(error)) from error

    def _read_display(self) -> None:
        size = self._browser.pass_on(self._display)
        if not size:
            raise ConsoleClosed("display-closed")
        self.bytes_out += size
        self.browser_left = self._browser.is_closed

    def _look_at_the_clock(self) -> None:
        now = time.monotonic()
        if not self._browser.pending_bytes:
            self._taken_at = now
        if not self._to_display:
            self._fed_at = now
        else:
            self._heard_at = now  # the browser is not listened to meanwhile
        if now - self._taken_at > STUCK_SECONDS:
            raise ConsoleClosed("slow")
        if now - self._fed_at > STUCK_SECONDS:
            raise ConsoleClosed("display-closed", "it takes no input")
        if now - self._heard_at > SILENCE_SECONDS:
            self.browser_left = True
        elif now - self._pinged_at > PING_SECONDS and not self._browser.pending_bytes:
            self._pinged_at = now
            self._browser.ping()
