"""How do client and server agree on a kind of security? In two X.224 messages (MS-RDPBCGR 2.2.1).

What the browser sends is read and written anew, so that nothing else of it reaches the machine
unencrypted.
"""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntFlag

from consoles.closing import ConsoleClosed

TPKT = struct.Struct(">BBH")
NEGOTIATION = struct.Struct("<BBHI")  # kind, flags, length, protocols or reason
X224_BYTES = 7  # before what X.224 carries
REQUEST, CONFIRM = 0xE0, 0xD0
ASKS, CHOOSES, FAILS = 1, 2, 3
MOST_CONFIRM = 512  # bytes
COOKIE = re.compile(rb"Cookie: mstshash=([ -~]{1,64})\r\n")
# Reasons of a server for which only its old, own encryption is left, without TLS.
WITHOUT_TLS = frozenset({2, 3})


class Security(IntFlag):
    """What RDP may run in. Without any it is its own old encryption, which proves nothing."""

    TLS = 1
    NLA = 2
    NLA_EX = 8


SPOKEN = Security.TLS | Security.NLA | Security.NLA_EX


@dataclass(frozen=True, slots=True)
class Wish:
    """Who says that they want to sign in, "" where it is not said, and in what."""

    user: str
    security: Security

    def message(self) -> bytes:
        """Return it as the message to the server."""
        cookie = f"Cookie: mstshash={self.user}\r\n".encode() if self.user else b""
        content = cookie + NEGOTIATION.pack(ASKS, 0, NEGOTIATION.size, self.security)
        x224 = struct.pack(">BBHHB", X224_BYTES - 1 + len(content), REQUEST, 0, 0, 0) + content
        return TPKT.pack(3, 0, TPKT.size + len(x224)) + x224


@dataclass(frozen=True, slots=True)
class Confirm:
    """What the server chose, and its message."""

    security: Security
    message: bytes

    @property
    def is_nla(self) -> bool:
        """Whether the server wants to know who comes before it shows anything."""
        return bool(self.security & (Security.NLA | Security.NLA_EX))


def read_wish(message: bytes) -> Wish:
    """Read a client's message. Raises ConsoleClosed (protocol)."""
    content = _content(message, REQUEST)
    if content is None or len(content) < NEGOTIATION.size:
        raise ConsoleClosed("protocol", "no X.224")
    kind, _flags, _length, asked = NEGOTIATION.unpack(content[-NEGOTIATION.size :])
    if kind != ASKS or not asked & SPOKEN:
        raise ConsoleClosed("protocol", "no TLS wanted")
    cookie = COOKIE.match(content)
    return Wish(cookie[1].decode() if cookie else "", Security(asked & SPOKEN))


def read_confirm(take: Callable[[int], bytes], wish: Wish) -> Confirm:
    """Read a server's answer. Raises ConsoleClosed: rdp-not-spoken, rdp-no-tls."""
    head = take(TPKT.size)
    version, _reserved, length = TPKT.unpack(head)
    if version != 3 or not TPKT.size < length <= MOST_CONFIRM:
        raise ConsoleClosed("rdp-not-spoken", "no TPKT")
    message = head + take(length - TPKT.size)
    content = _content(message, CONFIRM)
    if content is None:
        raise ConsoleClosed("rdp-not-spoken", "no X.224")
    if len(content) < NEGOTIATION.size:
        raise ConsoleClosed("rdp-no-tls", "no negotiation")
    return Confirm(_chosen(content, wish), message)


def _chosen(content: bytes, wish: Wish) -> Security:
    kind, _flags, _length, value = NEGOTIATION.unpack(content[: NEGOTIATION.size])
    if (kind == CHOOSES and value == 0) or (kind == FAILS and value in WITHOUT_TLS):
        raise ConsoleClosed("rdp-no-tls", f"{kind}: {value}")
    if kind != CHOOSES or value not in (Security.TLS, Security.NLA, Security.NLA_EX):
        raise ConsoleClosed("rdp-not-spoken", f"negotiation {kind}: {value}")
    if not value & wish.security:
        raise ConsoleClosed("rdp-not-spoken", f"not asked for: {value}")
    return Security(value)


def _content(message: bytes, kind: int) -> bytes | None:
    """Return what an X.224 message carries, None where it is none of that kind."""
    if len(message) < TPKT.size + X224_BYTES:
        return None
    version, _reserved, length = TPKT.unpack_from(message)
    if version != 3 or length != len(message) or message[5] & 0xF0 != kind:
        return None
    return message[TPKT.size + X224_BYTES :] if message[4] == length - 5 else None
