"""Can a host be reached: a quick look before libvirt, which has no time-out of its own."""

import errno
import socket
from pathlib import Path

from virt.errors import HostUnreachable, Unreachable
from virt.uri import HostAddress, Transport, build_uri

_NO_ROUTE = {
    errno.EHOSTUNREACH,
    errno.ENETUNREACH,
    errno.EHOSTDOWN,
    errno.ENETDOWN,
    errno.EADDRNOTAVAIL,
}
_SENTENCES = {
    Unreachable.NO_NAME: "The host name is not known.",
    Unreachable.NO_ROUTE: "There is no route to the host.",
    Unreachable.REFUSED: "The host refuses the connection: nothing listens on this port.",
    Unreachable.TIMEOUT: "The host does not answer.",
    Unreachable.NO_SOCKET: "There is no libvirt socket at this place.",
    Unreachable.CERTIFICATE: "The host's certificate is not signed by a known authority.",
    Unreachable.CERTIFICATE_NAME: "The host's certificate is for another name.",
    Unreachable.CERTIFICATE_EXPIRED: "The host's certificate is not valid at this time.",
    Unreachable.CLIENT_CERTIFICATE: "The host does not accept our certificate.",
    Unreachable.NO_CERTIFICATE: "Our certificates cannot be read.",
    Unreachable.NO_TLS: "What answers does not speak TLS.",
}


def unreachable(cause: Unreachable, detail: str = "") -> HostUnreachable:
    """Return the error for a cause, with its sentence."""
    return HostUnreachable(_SENTENCES.get(cause, ""), cause=cause, detail=detail)


def cause_of(error: OSError) -> Unreachable:
    """Name the cause behind a failed connect."""
    if isinstance(error, socket.gaierror):
        return Unreachable.NO_NAME
    if isinstance(error, TimeoutError):
        return Unreachable.TIMEOUT
    if isinstance(error, ConnectionRefusedError):
        return Unreachable.REFUSED
    if isinstance(error, FileNotFoundError):
        return Unreachable.NO_SOCKET
    if error.errno in _NO_ROUTE:
        return Unreachable.NO_ROUTE
    return Unreachable.OTHER


def check_reachable(addr: HostAddress, timeout: float = 3.0) -> None:
    """Connect to the host's port once, or raise HostUnreachable with its cause.

    libvirt's own open takes 135 s against a black hole and has no time-out. Sockets of this machine
    are only looked at; the test driver is always there.
    """
    build_uri(addr)
    if addr.transport.is_network:
        try:
            with socket.create_connection((addr.hostname, addr.effective_port or 0), timeout):
                return
        except OSError as error:
            raise unreachable(cause_of(error), str(error)) from error
    if (
        addr.transport in {Transport.LOCAL, Transport.SESSION}
        and addr.socket
        and not Path(addr.socket).exists()
    ):
        raise unreachable(Unreachable.NO_SOCKET, addr.socket)
