"""How is an encrypted stream read where a plain socket is expected?

A socket with TLS may hold bytes that no `poll` tells of, so that it cannot stand for a plain one. A
thread copies between it and one end of a socket pair, and holds one block for each way.
"""

import select
import socket
import ssl
import threading

from consoles.closing import ConsoleClosed
from virt.reaching.certificates import certificates_of, context_of
from virt.uri import HostAddress

BLOCK = 64 * 1024
_NOT_YET = (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError)


def encrypt(sock: socket.socket, addr: HostAddress) -> socket.socket:
    """Greet the display of a host by TLS over `sock`; return a plain socket joined to it.

    Whom to believe, and who we are, say the certificates for the host. `sock` has its own timeout,
    and belongs to the answer. Raises ConsoleClosed: display-certificate, display-refused.
    """
    try:
        context = context_of(certificates_of(addr))
    except OSError as error:
        raise ConsoleClosed("display-certificate", f"no certificates: {error}") from error
    try:
        context.options |= ssl.OP_NO_RENEGOTIATION  # so that sending never waits for reading
        return joined(context.wrap_socket(sock, server_hostname=addr.hostname))
    except ssl.SSLCertVerificationError as error:
        raise ConsoleClosed("display-certificate", error.verify_message) from error
    except OSError as error:
        raise ConsoleClosed("display-refused", f"tls: {error}") from error


def joined(secure: ssl.SSLSocket) -> socket.socket:
    """Return a plain socket joined to one whose TLS has begun; either's end is the other's."""
    ours, theirs = socket.socketpair()
    relay = _Relay(secure, ours)
    threading.Thread(target=relay.run, name="tls", daemon=True).start()
    return theirs


class _Relay:
    """Copy both ways until one side ends."""

    def __init__(self, secure: ssl.SSLSocket, plain: socket.socket) -> None:
        self._inward, self._outward = _Way(secure, plain), _Way(plain, secure)
        self._secure, self._plain = secure, plain
        secure.setblocking(False)
        plain.setblocking(False)

    def run(self) -> None:
        """Copy; the sockets are closed afterwards."""
        with self._secure, self._plain:
            try:
                while self._move():
                    pass
            except OSError:
                pass  # it has gone

    def _move(self) -> bool:
        """Copy what goes now, or wait until something does; say whether both sides are there."""
        # Both are tried each time: what TLS holds already, nothing announces.
        moved = [self._inward.move(), self._outward.move()]
        if self._inward.is_over or self._outward.is_over:
            return False
        return any(moved) or self._wait()

    def _wait(self) -> bool:
        """Wait for either side; say whether the plain one, which is ours, is still held."""
        inward, outward = self._inward.waiting, self._outward.waiting
        secure = (0 if inward else select.POLLIN) | (select.POLLOUT if outward else 0)
        plain = (select.POLLOUT if inward else 0) | (0 if outward else select.POLLIN)
        poll = select.poll()
        poll.register(self._plain, plain)  # even for nothing: its hang-up is told
        if secure:
            poll.register(self._secure, secure)
        happened = dict(poll.poll())
        return not happened.get(self._plain.fileno(), 0) & select.POLLHUP


class _Way:
    """One direction: a block is read when the last one has been taken."""

    def __init__(self, source: socket.socket, target: socket.socket) -> None:
        self.source, self.target = source, target
        self.waiting = b""
        self.is_over = False

    def move(self) -> bool:
        """Read or send what goes without waiting; say whether anything did."""
        try:
            if not self.waiting:
                self.waiting = self.source.recv(BLOCK)
                self.is_over = not self.waiting
                return not self.is_over
            sent = self.target.send(self.waiting)
        except _NOT_YET:
            return False
        self.waiting = self.waiting[sent:]
        return True
