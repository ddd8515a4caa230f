"""How does one channel of a SPICE screen begin, on both sides?

The gateway signs in at the display itself and lets the browser in without a password: what protects
a console is the ticket. It decides what both sides may agree on, so that their streams can be
joined and read: small headers, pictures and moving pictures that a strict page can show.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_der_public_key

from consoles.closing import ConsoleClosed
from consoles.rfb.handshake import Bytes

MAGIC, MAJOR, MINOR = b"REDQ", 2, 2
HEAD = struct.Struct("<4sIII")
MESSAGE = struct.Struct("<IBBIII")
KEY_LENGTH, TICKET_LENGTH = 162, 128
REPLY = struct.Struct(f"<I{KEY_LENGTH}sIII")
MOST = 4096  # bytes of one message of the beginning
AUTH_SELECTION, AUTH_SPICE, MINI_HEADER = 1 << 0, 1 << 1, 1 << 3
NEED_SECURED = 5  # as a link error
SPICE_AUTH = 1  # as the number of a capability


class Channel(IntEnum):
    """The channels that a console has; sound, USB and the like are left out."""

    MAIN = 1
    DISPLAY = 2
    INPUTS = 3
    CURSOR = 4


# What the browser may ask of a channel. Main: tokens with "agent connected". Display: streams with
# sizes and reports in one of several codecs, of which JPEG only.
CAPABILITIES = {
    Channel.MAIN: 1 << 2,
    Channel.DISPLAY: 1 << 0 | 1 << 4 | 1 << 8 | 1 << 9,
    Channel.INPUTS: 0,
    Channel.CURSOR: 0,
}


@dataclass(frozen=True, slots=True)
class Wish:
    """Which channel a browser wants; `connection` 0 begins a new screen."""

    connection: int
    channel: Channel
    capabilities: int


def begin(browser: Bytes, display: Bytes, password: str, *, is_first: bool) -> Channel:
    """Join the beginnings of both sides and return which channel it is.

    `is_first` says whether a screen begins, or a further channel of one. Raises ConsoleClosed:
    protocol, display-unsupported, display-password, display-encrypted, display-refused.
    """
    wish = _heard(browser)
    if (wish.channel == Channel.MAIN) != is_first or (wish.connection == 0) != is_first:
        raise ConsoleClosed("protocol", "not the channel of this ticket")
    display.give(_said(wish))
    reply = _reply(display)
    browser.give(HEAD.pack(MAGIC, MAJOR, MINOR, len(reply)) + reply)
    browser.take(4 + TICKET_LENGTH)  # how it would sign in, and an empty password
    display.give(struct.pack("<I", SPICE_AUTH) + _sealed(password, reply))
    outcome = display.take(4)
    if outcome != bytes(4):
        raise ConsoleClosed("display-password", f"link result {outcome!r}")
    browser.give(outcome)
    return wish.channel


def _heard(browser: Bytes) -> Wish:
    """Read what the browser wants."""
    magic, major, _minor, size = HEAD.unpack(browser.take(HEAD.size))
    if magic != MAGIC or major != MAJOR or not MESSAGE.size <= size <= MOST:
        raise ConsoleClosed("protocol", "not SPICE")
    body = browser.take(size)
    connection, channel, number, commons, own, offset = MESSAGE.unpack_from(body)
    if channel not in set(Channel) or number != 0:
        raise ConsoleClosed("protocol", f"channel {channel}/{number}")
    asked = _words(body, offset, commons + own)[commons:]
    return Wish(connection, Channel(channel), asked[0] if asked else 0)


def _words(body: bytes, offset: int, count: int) -> list[int]:
    if offset + 4 * count > len(body):
        raise ConsoleClosed("protocol", "capabilities beyond the end")
    return list(struct.unpack_from(f"<{count}I", body, offset))


def _said(wish: Wish) -> bytes:
    """Return what the display hears: the browser's wish, cut to what we allow."""
    common = AUTH_SELECTION | AUTH_SPICE | MINI_HEADER
    own = wish.capabilities & CAPABILITIES[wish.channel]
    body = MESSAGE.pack(wish.connection, wish.channel, 0, 1, 1, MESSAGE.size)
    body += struct.pack("<II", common, own)
    return HEAD.pack(MAGIC, MAJOR, MINOR, len(body)) + body


def _reply(display: Bytes) -> bytes:
    """Return the display's answer, which has to be a good one."""
    magic, major, _minor, size = HEAD.unpack(display.take(HEAD.size))
    if magic != MAGIC or major != MAJOR or size > MOST:
        raise ConsoleClosed("display-unsupported", "not SPICE")
    if size < REPLY.size:
        raise ConsoleClosed("display-refused", f"a short answer of {size} bytes")
    reply = display.take(size)
    error, _key, commons, own, offset = REPLY.unpack_from(reply)
    if error == NEED_SECURED:
        raise ConsoleClosed("display-encrypted")
    if error:
        raise ConsoleClosed("display-refused", f"link error {error}")
    try:
        common = _words(reply, offset, commons + own)[:commons]
    except ConsoleClosed as error_:
        raise ConsoleClosed("display-unsupported", error_.detail) from error_
    if not common or not common[0] & MINI_HEADER:
        raise ConsoleClosed("display-unsupported", "no small headers")
    return reply


def _sealed(password: str, reply: bytes) -> bytes:
    """Return the password for the display's key, as the protocol wants it."""
    try:
        key = load_der_public_key(REPLY.unpack_from(reply)[1])
    except ValueError as error:
        raise ConsoleClosed("display-unsupported", "no key") from error
    if not isinstance(key, RSAPublicKey) or key.key_size != TICKET_LENGTH * 8:
        raise ConsoleClosed("display-unsupported", "another kind of key")
    oaep = padding.OAEP(padding.MGF1(SHA1()), SHA1(), None)
    return key.encrypt(password.encode()[:60] + b"\0", oaep)
