"""How does a display encrypt its stream? VeNCrypt, of which only the kinds with certificates count.

The others prove nothing about who answers. See the RFB protocol's security type 19.
"""

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING

from consoles.closing import ConsoleClosed

if TYPE_CHECKING:
    from .handshake import Bytes

TYPE = 19
VERSION = b"\x00\x02"
X509_NONE, X509_VNC = 260, 261  # after TLS: nothing, or the VNC password


def choose(display: "Bytes", password: str, encrypt: Callable[[], None]) -> bool:
    """Agree on a kind and begin TLS; return whether the display wants the password then.

    Raises ConsoleClosed: display-unsupported, display-password, and what `encrypt` raises.
    """
    if display.take(2) < VERSION:
        raise ConsoleClosed("display-unsupported", "an old VeNCrypt")
    display.give(VERSION)
    if display.take(1) != b"\0":
        raise ConsoleClosed("display-unsupported", "another VeNCrypt")
    count = display.take(1)[0]
    offered = struct.unpack(f">{count}I", display.take(4 * count))
    kind = X509_NONE if X509_NONE in offered else X509_VNC
    if kind not in offered:
        raise ConsoleClosed("display-unsupported", f"VeNCrypt {list(offered)}")
    if kind == X509_VNC and not password:
        raise ConsoleClosed("display-password", "none is known")
    display.give(struct.pack(">I", kind))
    if display.take(1) != b"\x01":
        raise ConsoleClosed("display-refused", "VeNCrypt is not begun")
    encrypt()
    return kind == X509_VNC
