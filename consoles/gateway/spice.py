"""How does a SPICE screen come through the gateway, which is several connections of one browser?

The first is a console like any other, with its row and its place. Further channels belong to it:
they need a ticket of their own, and an open first one of the same person, login and mode.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from consoles.closing import ConsoleClosed
from consoles.models import ConsoleSession
from consoles.spice import link
from consoles.spice.eyes import Eyes
from consoles.spice.hands import Hands
from consoles.spice.link import Channel
from consoles.tickets import Claims

from .admission import Guest
from .house import House, Room
from .pump import Filter, Pump
from .stream import BrowserBytes, SocketBytes
from .websocket import BLOCK, ConsoleSocket

KIND, FURTHER = "spice", "channel"
HANDSHAKE_SECONDS = 10.0
MOST_FURTHER = 6  # channels of one person at one machine beside the first


class ReadingPump(Pump):
    """A pump that reads what the display says, too."""

    def __init__(
        self, browser: ConsoleSocket, display: socket.socket, keep: Filter, show: Filter
    ) -> None:
        super().__init__(browser, display, keep)
        self._show = show

    def _read_display(self) -> None:
        data = self._display.recv(BLOCK)
        if not data:
            raise ConsoleClosed("display-closed")
        self.bytes_out += len(data)
        if shown := self._show(data):
            self._browser.queue(shown)
            try:
                self._browser.flush()
            except OSError:
                self._browser.is_closed = True
        self.browser_left = self._browser.is_closed


def show(websocket: ConsoleSocket, display: socket.socket, password: str, room: Room) -> None:
    """Serve one channel until it ends."""
    is_first = room.guest.claims.kind == KIND
    browser = BrowserBytes(websocket, HANDSHAKE_SECONDS)
    channel = _begin(browser, display, password, is_first=is_first)
    hands = Hands(channel, drives=room.drives)
    if channel is Channel.MAIN:
        eyes = Eyes(lambda: hands.drives)
        pump: Pump = ReadingPump(websocket, display, hands.feed, eyes.feed)
    else:
        pump = Pump(websocket, display, hands.feed)
    room.begin(pump, hands)
    pump.feed(browser.rest())
    pump.run()


def _begin(
    browser: BrowserBytes, display: socket.socket, password: str, *, is_first: bool
) -> Channel:
    try:
        channel = link.begin(
            browser, SocketBytes(display, HANDSHAKE_SECONDS), password, is_first=is_first
        )
    except (OSError, EOFError) as error:  # TimeoutError is one
        raise ConsoleClosed("display-refused", type(error).__name__) from error
    display.settimeout(None)
    return channel


def make_way(house: House, claims: Claims) -> None:
    """Let a person's older SPICE screen of the machine end: the display serves one at a time.

    Raises ConsoleClosed (spice-taken) while somebody else has it open.
    """
    opened = ConsoleSession.objects.filter(vm_id=claims.vm, kind=KIND, closed_at=None)
    if opened.exclude(who=claims.who).exists():
        raise ConsoleClosed("spice-taken")
    for room in house.rooms():
        mine = room.guest.claims
        if mine.kind in {KIND, FURTHER} and (mine.vm, mine.who) == (claims.vm, claims.who):
            room.stop("spice-elsewhere")


@contextmanager
def beside(house: House, guest: Guest) -> Iterator[Room]:
    """Hold a further channel of an open SPICE screen.

    Raises ConsoleClosed: left without one, limit beyond what a screen needs, shutting-down.
    """
    claims = guest.claims
    opened = ConsoleSession.objects.filter(
        vm_id=claims.vm, kind=KIND, closed_at=None, who=claims.who, mode=claims.mode,
        login_session=claims.session,
    )  # fmt: skip
    row = opened.order_by("-opened_at").first()
    if row is None:
        raise ConsoleClosed("left", "no screen that the channel belongs to")
    with house.side(Room(guest, row), MOST_FURTHER) as room:
        yield room
