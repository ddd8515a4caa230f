"""How does a display let us in, and how do we let the browser in?

The gateway signs in at the display itself (no password, or the VNC password from the definition)
and offers the browser "no password": what protects a console is the ticket. Both sides speak RFB
3.8 afterwards, so that their streams can be joined.
"""

import struct
from collections.abc import Callable
from typing import Protocol

from consoles.closing import ConsoleClosed

from . import vencrypt
from .password import CHALLENGE_LENGTH, answer

VERSION = b"RFB 003.008\n"
VERSION_LENGTH = 12
NONE, VNC = 1, 2
MOST_REASON = 4096


class Bytes(Protocol):
    """Something that gives exactly so many bytes, and takes all."""

    def take(self, count: int) -> bytes:
        """Return `count` bytes; raises EOFError at the end, TimeoutError when they do not come."""

    def give(self, data: bytes) -> None:
        """Send all of `data`."""


def enter(display: Bytes, password: str, encrypt: Callable[[], None]) -> None:
    """Sign in at a display up to and including our ClientInit, which asks for a shared screen.

    `encrypt` begins TLS on the display's stream, where that wants it. Raises ConsoleClosed:
    display-unsupported, display-password, and what `encrypt` raises.
    """
    minor = _agree_on_version(display)
    kind = _choose(display, minor, password)
    if kind == vencrypt.TYPE:
        kind = VNC if vencrypt.choose(display, password, encrypt) else NONE
    if kind == VNC:
        display.give(answer(password, display.take(CHALLENGE_LENGTH)))
    if (kind == VNC or minor >= 8) and struct.unpack(">I", display.take(4))[0] != 0:
        raise ConsoleClosed("display-password" if kind == VNC else "display-unsupported")
    display.give(b"\x01")


def _agree_on_version(display: Bytes) -> int:
    """Answer the display's version with 3.3, 3.7 or 3.8 and return the minor number."""
    greeting = display.take(VERSION_LENGTH)
    if (
        not greeting.startswith(b"RFB ")
        or not greeting[4:7].isdigit()
        or not greeting[8:11].isdigit()
    ):
        raise ConsoleClosed("display-unsupported", "no RFB greeting")
    major, minor = int(greeting[4:7]), int(greeting[8:11])
    offered = 8 if major > 3 or minor >= 8 else 7 if minor == 7 else 3
    display.give(b"RFB 003.%03d\n" % offered)
    return offered


def _choose(display: Bytes, minor: int, password: str) -> int:
    """Pick a kind of sign-in and return it."""
    if minor == 3:  # the server decides
        (kind,) = struct.unpack(">I", display.take(4))
        offered = {kind}
    else:
        offered = set(display.take(display.take(1)[0]))
    if not offered or offered == {0}:
        (length,) = struct.unpack(">I", display.take(4))
        raise ConsoleClosed("display-refused", repr(display.take(min(length, MOST_REASON))))
    for kind in (vencrypt.TYPE, NONE, VNC):
        if kind in offered and (kind != VNC or password):
            if minor > 3:
                display.give(bytes([kind]))
            return kind
    raise ConsoleClosed(
        "display-password" if VNC in offered else "display-unsupported", f"kinds {sorted(offered)}"
    )


def admit(browser: Bytes) -> None:
    """Let a browser in without a password, up to and including its ClientInit.

    Raises ConsoleClosed (protocol) when it does not speak RFB 3.8.
    """
    browser.give(VERSION)
    if browser.take(VERSION_LENGTH) != VERSION:
        raise ConsoleClosed("protocol", "not RFB 3.8")
    browser.give(bytes([1, NONE]))
    if browser.take(1) != bytes([NONE]):
        raise ConsoleClosed("protocol", "not the kind offered")
    browser.give(struct.pack(">I", 0))
    browser.take(1)
