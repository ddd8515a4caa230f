"""What do browser and gateway say to each other before RDP itself?

IronRDP's client speaks RDCleanPath: one request with its X.224 message, one response with the
server's, and with the certificate of the TLS that begins here. Both are DER (ITU-T X.690).
"""

from dataclasses import dataclass
from typing import Annotated

from cryptography.hazmat import asn1
from cryptography.hazmat.asn1 import Explicit

from consoles.closing import ConsoleClosed
from consoles.gateway.stream import BrowserBytes

from .negotiation import Wish, read_wish

VERSION = 3390
MOST_REQUEST = 4096  # bytes
SEQUENCE, LONG_TWO = 0x30, 0x82  # the tag, and a length that takes two bytes


@asn1.sequence
class _Failure:
    code: Annotated[int, Explicit(0)]
    http: Annotated[int | None, Explicit(1)]
    socket: Annotated[int | None, Explicit(2)]
    alert: Annotated[int | None, Explicit(3)]


@asn1.sequence
class _Message:
    version: Annotated[int, Explicit(0)]
    failure: Annotated[_Failure | None, Explicit(1)]
    destination: Annotated[str | None, Explicit(2)]
    proxy_auth: Annotated[str | None, Explicit(3)]
    server_auth: Annotated[str | None, Explicit(4)]
    blob: Annotated[str | None, Explicit(5)]
    x224: Annotated[bytes | None, Explicit(6)]
    chain: Annotated[list[bytes] | None, Explicit(7)]
    address: Annotated[str | None, Explicit(9)]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the client needs to go on by itself: X.224 as it came, the certificate in DER."""

    x224: bytes
    certificate: bytes
    address: str


def read_request(browser: BrowserBytes) -> Wish:
    """Wait for the request. Where it wants to go is not read: that is decided here.

    Raises ConsoleClosed (protocol), EOFError, TimeoutError.
    """
    try:
        said = asn1.decode_der(_Message, _take(browser))
    except (ValueError, OverflowError) as error:
        raise ConsoleClosed("protocol", "no RDCleanPath") from error
    if said.version != VERSION or not said.x224:
        raise ConsoleClosed("protocol", "no request")
    return read_wish(said.x224)


def _take(browser: BrowserBytes) -> bytes:
    head = browser.take(2)
    tag, length = head
    if length > 0x7F:
        more = browser.take(length & 0x7F) if length <= LONG_TWO else b""
        head, length = head + more, int.from_bytes(more)
    if tag != SEQUENCE or not 0 < length <= MOST_REQUEST:
        raise ConsoleClosed("protocol", "no RDCleanPath")
    return head + browser.take(length)


def write_answer(answer: Answer) -> bytes:
    """Return the response that lets the client begin."""
    return asn1.encode_der(
        _Message(
            version=VERSION,
            failure=None,
            destination=None,
            proxy_auth=None,
            server_auth=None,
            blob=None,
            x224=answer.x224,
            chain=[answer.certificate],
            address=answer.address,
        )
    )
