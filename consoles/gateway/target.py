"""Where is the display of a machine right now, and how do we reach it?

It is looked up from the running domain each time: a port or socket that was right for one domain
may belong to another a moment later.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from consoles.closing import ConsoleClosed
from consoles.rfb import handshake
from virt.connection import Hypervisor
from virt.domain import Domain
from virt.domains.graphics import Display, display_of
from virt.errors import (
    AccessDenied,
    Busy,
    HostUnreachable,
    NotFound,
    OperationTimeout,
    VirtError,
    WrongState,
)
from virt.pool import pooled
from virt.uri import HostAddress, Transport

from .encryption import encrypt
from .serial import Bookmark, Console, Hear, Line, Lines, OpenConsole
from .stream import SocketBytes

# Joins a socket to a Unix socket or a port on an SSH host.
Tunnel = Callable[[HostAddress, str | tuple[str, int]], socket.socket]
CONNECT_SECONDS = 5.0
HANDSHAKE_SECONDS = 10.0


def open_screen(addr: HostAddress, uuid: str, tunnel: Tunnel) -> socket.socket:
    """Return a socket on which the machine's display expects our first RFB message.

    Raises ConsoleClosed with the reason.
    """
    return enter(*_open(addr, uuid, tunnel, "vnc"), addr)


def _open(addr: HostAddress, uuid: str, tunnel: Tunnel, kind: str) -> tuple[socket.socket, str]:
    """Return a socket at the machine's display of a kind, and the display's password."""
    if addr.transport is Transport.TEST:
        raise ConsoleClosed("simulated")
    with _in_our_words(), pooled(addr, "console") as hypervisor:
        domain = _running(hypervisor, uuid)
        display = display_of(domain, kind)
        if display is None:
            raise ConsoleClosed("no-display" if kind == "vnc" else "no-spice")
        if addr.transport in {Transport.LOCAL, Transport.SESSION}:
            sock = socket.socket(fileno=domain.open_graphics_fd(display.index))
        else:
            sock = None
    if sock is None:
        sock = _reach(addr, display, tunnel)
    return sock, display.password


def open_spice(addr: HostAddress, uuid: str, tunnel: Tunnel) -> tuple[socket.socket, str]:
    """Return a socket on which the machine's SPICE display expects a channel, and its password.

    Raises ConsoleClosed with the reason.
    """
    return _open(addr, uuid, tunnel, "spice")


def open_serial(
    addr: HostAddress,
    uuid: str,
    lines: Lines,
    *,
    take: bool,
    bookmark: Bookmark | None = None,
    hear: Hear | None = None,
    is_terminal: bool = False,
) -> socket.socket:
    """Return a socket joined to the machine's first serial console, which others may share.

    `bookmark` says where it begins; `hear` gets the end of what the machine writes there from time
    to time. `is_terminal` says that the past is to be told from the present; see `Line.join`.

    Raises ConsoleClosed: "taken" when another program has it, unless `take` says to cut it off.
    """
    open_console = _serial(addr, uuid, take=take)
    with _in_our_words():
        key = (addr, uuid)
        return lines.join(key, open_console, bookmark=bookmark, hear=hear, is_terminal=is_terminal)


def hold_serial(
    addr: HostAddress, uuid: str, lines: Lines, *, hear: Hear, after: Line | None
) -> Line:
    """Return the line of the machine's first serial console, open without anybody looking.

    Raises ConsoleClosed: "taken" when another program has it, which is never cut off.
    """
    open_console = _serial(addr, uuid, take=False)
    with _in_our_words():
        return lines.hold((addr, uuid), open_console, hear=hear, after=after)


def _serial(addr: HostAddress, uuid: str, *, take: bool) -> OpenConsole:
    """Return what opens the machine's first serial console."""
    if addr.transport is Transport.TEST:
        raise ConsoleClosed("simulated")

    def open_console() -> Console:
        with pooled(addr, "console") as hypervisor:
            domain = _running(hypervisor, uuid)
            if not domain.info().has_serial:
                raise ConsoleClosed("no-serial")
            return domain.open_console(force=take)

    return open_console


def is_running(addr: HostAddress, uuid: str) -> bool:
    """Say whether the machine still runs on this host; True while the host does not answer."""
    try:
        with pooled(addr, "console") as hypervisor:
            return hypervisor.get_domain(uuid).state().is_active
    except NotFound:
        return False
    except VirtError:
        return True


def _running(hypervisor: Hypervisor, uuid: str) -> Domain:
    domain = hypervisor.get_domain(uuid)
    if not domain.state().is_active:
        raise ConsoleClosed("machine-stopped")
    return domain


REASONS: tuple[tuple[type[VirtError], str], ...] = (
    (NotFound, "machine-stopped"),  # or just moved to another host, which the row will tell
    (WrongState, "machine-stopped"),
    (Busy, "taken"),
    (HostUnreachable, "host-unreachable"),
    (OperationTimeout, "host-unreachable"),
    (AccessDenied, "host-unreachable"),
)


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Turn the host's errors into reasons for closing."""
    try:
        yield
    except VirtError as error:
        for kind, key in REASONS:
            if isinstance(error, kind):
                raise ConsoleClosed(key, error.detail) from error
        raise ConsoleClosed("display-refused", error.detail) from error


def _reach(addr: HostAddress, display: Display, tunnel: Tunnel) -> socket.socket:
    """Connect to the display of a host across the network, by TLS where SPICE has a port for it."""
    if addr.transport is Transport.SSH and display.socket:
        return tunnel(addr, display.socket)
    port = display.tls_port or display.port
    if not port:
        raise ConsoleClosed("display-local")
    sock = _connect(addr, display.address, port, tunnel)
    if display.tls_port:
        sock.settimeout(HANDSHAKE_SECONDS)
        return encrypt(sock, addr)
    return sock


def _connect(addr: HostAddress, address: str, port: int, tunnel: Tunnel) -> socket.socket:
    if addr.transport is Transport.SSH:
        return tunnel(addr, (_inside(address), port))
    if _is_loopback(address):
        raise ConsoleClosed("display-loopback")
    place = addr.hostname if _is_wildcard(address) else address
    try:
        return socket.create_connection((place, port), timeout=CONNECT_SECONDS)
    except OSError as error:
        raise ConsoleClosed("display-refused", str(error)) from error


def _inside(address: str) -> str:
    """Return the address to use on the host itself."""
    return "127.0.0.1" if _is_wildcard(address) else address


def _is_wildcard(address: str) -> bool:
    return address in {"", "0.0.0.0", "::", "[::]"}


def _is_loopback(address: str) -> bool:
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def enter(sock: socket.socket, password: str, addr: HostAddress) -> socket.socket:
    """Sign in at the display of a host and return its socket, or one joined to it."""
    display = SocketBytes(sock, HANDSHAKE_SECONDS)
    try:
        handshake.enter(display, password, lambda: display.change(partial(encrypt, addr=addr)))
    except (OSError, EOFError) as error:
        display.sock.close()
        raise ConsoleClosed("display-refused", type(error).__name__) from error
    except ConsoleClosed:
        display.sock.close()
        raise
    display.sock.settimeout(None)
    return display.sock
