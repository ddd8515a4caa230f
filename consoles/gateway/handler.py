"""What happens to one websocket, from the upgrade to its end?

The order is: foreign pages are turned away (Origin), the ticket is used up, the person and the
machine are looked up, and only then is anything opened on a host. Refusals before the ticket are
plain HTTP; whoever had a good ticket hears the reason as a close code.
"""

import json
import logging
import socket
import time
from contextlib import AbstractContextManager
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.db import connections
from redis.exceptions import RedisError

from consoles.closing import ConsoleClosed
from consoles.listening import leases
from consoles.listening.handing import hears
from consoles.models import RDP, SSH
from consoles.rfb import handshake
from consoles.rfb.hands import Hands, Typing
from consoles.tickets import Claims, TicketRefused
from consoles.wire import PROTOCOL, SOCKET_PATH
from hosts.addresses import address_of
from virt.uri import HostAddress

from . import admission, spice, target
from .ending import why_it_ended
from .house import Room
from .pump import Pump
from .sockify import ProxyRequestHandler
from .stream import BrowserBytes
from .websocket import ConsoleSocket

if TYPE_CHECKING:
    from .server import GatewayServer

log = logging.getLogger(__name__)
HANDSHAKE_SECONDS = 10.0
WAY_SECONDS = 3.0  # in which another gateway lets go of a text console that it listens to


class ConsoleHandler(ProxyRequestHandler):
    """Serve one connection in its own thread. Everything about the target stays on this object."""

    SocketClass = ConsoleSocket
    timeout = HANDSHAKE_SECONDS  # for the request itself
    server: "GatewayServer"
    request: Any

    # What the stock handler would log holds the path and the client's words.

    def log_message(self, *_args: Any) -> None:
        """Log nothing."""

    def version_string(self) -> str:
        """Say who answers, without versions."""
        return "Guesthouse"

    # Before the upgrade

    def do_GET(self) -> None:  # noqa: N802
        """Answer the one page there is: whether the gateway lives."""
        if self.path != "/healthz":
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        body = json.dumps({"open": len(self.server.house.rooms())}).encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_HEAD(self) -> None:  # noqa: N802
        """Answer like GET; nobody asks."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def handle_upgrade(self) -> None:
        """Let the browser in, or answer with an HTTP error."""
        self.close_connection = True
        self.server.arrived(self.connection)
        if not admission.is_from_us(self.headers):
            self.send_error(HTTPStatus.FORBIDDEN)
        elif self.path != SOCKET_PATH:
            self.send_error(HTTPStatus.NOT_FOUND)
        else:
            self._admit()

    def _admit(self) -> None:
        try:
            self.guest = admission.let_in(self.headers)
        except TicketRefused:
            self.send_error(HTTPStatus.FORBIDDEN)
            return
        except RedisError:
            self.send_error(HTTPStatus.SERVICE_UNAVAILABLE)
            return
        del self.headers["Sec-WebSocket-Protocol"]
        self.headers["Sec-WebSocket-Protocol"] = PROTOCOL
        super().handle_upgrade()  # type: ignore[no-untyped-call]

    def validate_connection(self) -> None:
        """Look up no token: ours is used up already."""

    def auth_connection(self) -> None:
        """Ask no plug-in."""

    # After the upgrade

    def handle_websocket(self) -> None:
        """Serve the console until it ends, then say why."""
        try:
            self._serve()
            code, reason = 1000, ""
        except ConsoleClosed as closed:
            code, reason = int(closed.closing.code), closed.key
            if closed.detail:
                log.info("console: %s (%s)", closed.key, closed.detail)
        finally:
            connections.close_all()
        self.request.end(code, reason)

    def _serve(self) -> None:
        claims = self.guest.claims
        vm = admission.check(self.guest)
        address = address_of(vm.host)
        with self._place(claims) as room:
            if claims.kind == SSH:
                from .ssh import session as ssh  # with the first one: asyncssh takes 12 MB

                admit = partial(self.server.recorders.admit, room, vm)
                loops = ssh.Loops(self.server.tunnels, self.server.shells)
                ssh.serve(self.request, room, vm, loops, admit)
                return
            if claims.kind == RDP:
                from . import rdp

                self.server.recorders.admit(room, vm)
                rdp.serve(self.request, room, vm, self.server.tunnels)
                return
            connections.close_all()  # a console may stay open for days
            display, password = self._open(claims, address)
            try:
                if claims.kind != spice.FURTHER:  # which comes after one that was let in
                    self.server.recorders.admit(room, vm)
                    connections.close_all()
                self._show(room, display, password)
            except ConsoleClosed as closed:
                if closed.key != "display-closed":
                    raise
                # A display that was about to be left may close first.
                reason = room.stopped or why_it_ended(claims, vm.host_id, address)
                raise ConsoleClosed(reason) from closed
            finally:
                display.close()

    def _place(self, claims: Claims) -> AbstractContextManager[Room]:
        if claims.kind == spice.FURTHER:
            return spice.beside(self.server.house, self.guest)
        if claims.kind == spice.KIND:
            spice.make_way(self.server.house, claims)
        return self.server.house.room(self.guest)

    def _open(self, claims: Claims, address: HostAddress) -> tuple[socket.socket, str]:
        """Return a socket at what is shown, and the password that is still to be said there."""
        if claims.kind == "serial":
            return self._open_serial(claims, address), ""
        if claims.kind in {spice.KIND, spice.FURTHER}:
            return target.open_spice(address, claims.uuid, self.server.tunnel)
        return target.open_screen(address, claims.uuid, self.server.tunnel), ""

    def _open_serial(self, claims: Claims, address: HostAddress) -> socket.socket:
        """Return a socket at the text console, to which another gateway may have to let go."""
        lines, hear = self.server.lines, hears(claims.vm)
        gives_way = leases.claim(self.server.name, claims.vm)
        deadline = time.monotonic() + WAY_SECONDS
        while True:
            try:
                return target.open_serial(
                    address, claims.uuid, lines, take=claims.take, hear=hear, is_terminal=True
                )
            except ConsoleClosed as closed:
                if closed.key != "taken" or not gives_way or time.monotonic() > deadline:
                    raise
            time.sleep(0.1)

    def _show(self, room: Room, display: socket.socket, password: str) -> None:
        if self.guest.claims.kind in {spice.KIND, spice.FURTHER}:
            spice.show(self.request, display, password, room)
            return
        is_text = self.guest.claims.kind == "serial"
        early = b"" if is_text else self._greet()
        hands = (Typing if is_text else Hands)(drives=room.drives)
        pump = Pump(self.request, display, hands.feed)
        room.begin(pump, hands)
        pump.feed(early)
        pump.run()

    def _greet(self) -> bytes:
        """Do the browser's half of the RFB handshake and return what it has sent since."""
        browser = BrowserBytes(self.request, HANDSHAKE_SECONDS)
        try:
            handshake.admit(browser)
        except (OSError, EOFError) as error:  # TimeoutError is one
            raise ConsoleClosed("left", type(error).__name__) from error
        return browser.rest()
