"""Which addresses the portal may connect to for somebody: none inside its own network.

The check sits at the connection itself, below names, redirects and libraries: Python raises an
audit event with the very address of each `connect`, and what is forbidden is refused there. So
a name that resolves to another address a moment later gains nothing.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings

IPAddress = IPv4Address | IPv6Address
NAT64 = ip_network("64:ff9b::/96")
EVENTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_guarded = threading.local()


class ForbiddenAddressError(OSError):
    """A connection to an address inside was asked for."""


@contextmanager
def outside_only() -> Iterator[None]:
    """Refuse connections of this thread to addresses inside, but for those that are allowed.

    Raises ForbiddenAddressError in the place of `connect`; libraries wrap it in errors of theirs.
    """
    _install()
    before = getattr(_guarded, "on", False)
    _guarded.on = True
    try:
        yield
    finally:
        _guarded.on = before


def is_allowed(address: str) -> bool:
    """Say whether a connection to this address may be made for somebody."""
    try:
        ip = _plain(ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    if any(ip.version == net.version and ip in net for net in _exceptions()):
        return True
    return ip.is_global and not ip.is_multicast


def _plain(ip: IPAddress) -> IPAddress:
    """Return the address that is meant by one that wraps an IPv4 address."""
    if isinstance(ip, IPv4Address):
        return ip
    inner = ip.ipv4_mapped or ip.sixtofour
    if inner is None and ip in NAT64:
        inner = IPv4Address(int(ip) & 0xFFFF_FFFF)
    return inner or ip


def _exceptions() -> list[Any]:
    return [ip_network(word, strict=False) for word in settings.WEBHOOK_ALLOW]


@cache
def _install() -> None:
    """Hook in, once in a process; such a hook cannot be taken out again."""
    sys.addaudithook(_look)


def _look(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in EVENTS or not getattr(_guarded, "on", False):
        return
    address = arguments[1]
    host = address[0] if isinstance(address, tuple) and address else ""
    if address is not None and not is_allowed(str(host)):
        raise ForbiddenAddressError("This address is inside the portal's own network.")
