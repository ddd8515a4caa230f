"""What happens in an RDP console: a way to the machine, TLS, its certificate, then bytes.

The sign-in itself is between browser and machine, inside the TLS that ends here: it passes and is
not read. The browser says nothing of it before the machine's certificate was found to be the
pinned one.
"""

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connections

from accounts.models import User
from consoles.closing import ConsoleClosed
from consoles.rdp.cleanpath import Answer, read_request, write_answer
from consoles.rdp.frames import Frames
from consoles.rdp.negotiation import Confirm, Wish, read_confirm
from consoles.rdp.pins import access_of, digest, note_other, pin
from consoles.reaching.where import Way, ways_to
from hosts.addresses import address_of
from jobs import audit
from virt.uri import HostAddress, Transport
from vms.models import VM

from .encryption import joined
from .pump import Pump
from .reach import reach
from .stream import BrowserBytes, SocketBytes
from .websocket import ConsoleSocket

if TYPE_CHECKING:
    from .house import Room
    from .tunnel import Tunnels

REQUEST_SECONDS = 10.0
AGREE_SECONDS = 8.0  # for X.224 and TLS together
AT_ONCE_SECONDS = 5.0


def serve(browser: ConsoleSocket, room: "Room", vm: VM, tunnels: "Tunnels") -> None:
    """Serve one session until it ends. Raises ConsoleClosed for every end but the browser's."""
    said = BrowserBytes(browser, REQUEST_SECONDS)
    try:
        wish = read_request(said)
    except (OSError, EOFError) as error:
        raise ConsoleClosed("left", type(error).__name__) from error
    session = _Session(room, vm, tunnels, wish)
    with session.noted():
        sock = session.open()
        try:
            said.give(write_answer(session.answer))
            session.show(browser, sock, said.rest())
        finally:
            sock.close()


class _Session:
    """The way into one machine for one person."""

    answer: Answer

    def __init__(self, room: "Room", vm: VM, tunnels: "Tunnels", wish: Wish) -> None:
        self._room = room
        self._vm = vm
        self._tunnels = tunnels
        self._wish = wish
        self._host: HostAddress = address_of(vm.host)
        self._way: Way | None = None
        self._is_nla = False
        self._since = 0.0  # when the desktop showed
        self._frames = Frames(self._entered)

    def open(self) -> socket.socket:
        """Reach the machine, agree on TLS, look at its certificate; return the way into it."""
        if self._host.transport is Transport.TEST:
            raise ConsoleClosed("simulated")
        try:
            port, ways = int(access_of(self._vm).port), ways_to(self._vm)
        finally:
            connections.close_all()  # before anything that takes long
        way = reach(self._tunnels, self._host, ways, port, "rdp-unreachable")
        self._way, sock = self._tunnels.ask(way)
        try:
            return self._agree(sock, self._way)
        except BaseException:
            sock.close()
            raise

    def _agree(self, sock: socket.socket, way: Way) -> socket.socket:
        deadline = time.monotonic() + AGREE_SECONDS
        confirm = _ask(sock, self._wish)
        self._is_nla = confirm.is_nla
        secure = _encrypt(sock, max(deadline - time.monotonic(), 0.1))
        try:
            certificate = secure.getpeercert(binary_form=True) or b""
            self._check(digest(certificate))
        except BaseException:
            secure.close()
            raise
        self.answer = Answer(confirm.message, certificate, way.address)
        return joined(secure)

    def _check(self, shown: str) -> None:
        """Keep the first certificate; refuse another, before the browser says anything to it."""
        try:
            if pin(self._vm.pk, shown) != shown:
                note_other(self._vm.pk, shown)
                raise ConsoleClosed("rdp-certificate-changed")
        finally:
            connections.close_all()
        if self._room.stopped:
            raise ConsoleClosed(self._room.stopped)

    def show(self, browser: ConsoleSocket, sock: socket.socket, early: bytes) -> None:
        """Copy both ways until one side ends."""
        pump = Pump(browser, sock, self._frames.feed)
        self._room.drives = True
        self._room.begin(pump, self._frames)
        pump.feed(early)
        try:
            pump.run()
        except ConsoleClosed as closed:
            if closed.key != "display-closed":
                raise
            raise ConsoleClosed(self._room.stopped or self._ended(), closed.detail) from closed

    def _ended(self) -> str:
        """Return why the machine hung up: some ask who comes only when they show the desktop."""
        if not self._frames.is_in:
            return "rdp-refused"
        is_soon = time.monotonic() - self._since < AT_ONCE_SECONDS
        return "rdp-turned-away" if is_soon and not self._is_nla else "rdp-ended"

    def _entered(self) -> None:
        self._since = time.monotonic()
        self._note("console.rdp")

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Write who left, or was not let in; who came is written as the desktop shows."""
        reason = "left"
        try:
            yield
        except ConsoleClosed as closed:
            reason = closed.key
            raise
        finally:
            self._note("console.rdp_end" if self._frames.is_in else "console.rdp", reason)

    def _note(self, action: str, reason: str = "") -> None:
        """Write what is known: the user is who the browser says it is, of the secret nothing."""
        try:
            audit.record(
                User.objects.filter(pk=self._room.guest.claims.user).first(),
                action,
                **self._vm.about,
                outcome="done" if self._frames.is_in else "failed",
                detail={
                    "user": self._wish.user,
                    "by": "nla" if self._is_nla else "tls",
                    "address": self._way.address if self._way else "",
                    "reason": reason,
                },
            )
        finally:
            connections.close_all()


def _ask(sock: socket.socket, wish: Wish) -> Confirm:
    """Ask the server for TLS. Raises ConsoleClosed: rdp-not-spoken, rdp-no-tls."""
    server = SocketBytes(sock, AGREE_SECONDS)
    try:
        server.give(wish.message())
        return read_confirm(server.take, wish)
    except (OSError, EOFError) as error:  # TimeoutError is one
        raise ConsoleClosed("rdp-not-spoken", f"x224: {type(error).__name__}") from error


def _encrypt(sock: socket.socket, seconds: float) -> ssl.SSLSocket:
    """Begin TLS with whoever is there; which certificate is right, is known by its pin."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.options |= ssl.OP_NO_RENEGOTIATION  # so that sending never waits for reading
    context.set_ciphers("DEFAULT:@SECLEVEL=1")  # servers make themselves short keys
    sock.settimeout(seconds)
    try:
        return context.wrap_socket(sock)
    except (OSError, ValueError) as error:
        raise ConsoleClosed("rdp-tls", f"tls: {error}") from error
