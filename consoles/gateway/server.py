"""How does the gateway listen, and how does it end?"""

import logging
import resource
import shutil
import socket
import socketserver
import stat
import sys
import threading
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connections

from consoles.listening.ears import Listeners
from consoles.recording.beginning import begin
from consoles.recording.recorders import Recorders
from virt.uri import HostAddress

from .checker import Checker
from .handler import ConsoleHandler
from .house import House, close_leftovers
from .named import name_of
from .seats import Listener
from .serial import Lines

if TYPE_CHECKING:
    from .tunnel import Tunnels

log = logging.getLogger(__name__)
SPARE = 50  # upgrades in progress beyond the open consoles
ARRIVING_SECONDS = 10.0  # for the whole request, however slowly it comes
ENDING_SECONDS = 3.0


class GatewayServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Listen on a Unix socket that only our own user may open; one thread for each connection.

    The attributes that websockify's handler asks its server for are not set: it finds none of its
    own features here (files, recording, plug-ins, heartbeats).
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 512  # more at once than there may be: a full queue refuses
    only_upgrade = False

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = name_of(path)
        self.house = House()
        self.lines = Lines()
        self.listeners = Listeners(self.name, self.lines)
        self.recorders = Recorders(self.house, partial(begin, lines=self.lines, tunnel=self.tunnel))
        self._tunnels: Tunnels | None = None
        self._shells: Tunnels | None = None
        self._tunnels_lock = threading.Lock()
        self._places = threading.BoundedSemaphore(settings.CONSOLE_LIMIT + SPARE)
        self._arriving: dict[Any, float] = {}  # connections not let in yet, and since when
        _prepare(path)
        super().__init__(str(path), ConsoleHandler)
        _protect(path)

    @property
    def tunnels(self) -> "Tunnels":
        """The SSH connections, begun with the first host that needs one: asyncssh takes 12 MB."""
        from .tunnel import Tunnels

        with self._tunnels_lock:
            self._tunnels = self._tunnels or Tunnels()
            return self._tunnels

    @property
    def shells(self) -> "Tunnels":
        """A loop of its own for servers in machines: what they send delays no way to a host."""
        from .tunnel import Tunnels

        with self._tunnels_lock:
            self._shells = self._shells or Tunnels("shells")
            return self._shells

    def tunnel(self, address: HostAddress, place: str | tuple[str, int]) -> socket.socket:
        """Return a socket joined to a display behind SSH."""
        return self.tunnels.open(address, place)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give a connection its thread, or hang up when there are too many."""
        if not self._places.acquire(blocking=False):
            request.close()
            return
        self._arriving[request] = time.monotonic()
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.arrived(request)
            connections.close_all()
            self._places.release()

    def arrived(self, request: Any) -> None:
        """Take note that a connection has asked for what it wants."""
        self._arriving.pop(request, None)

    def service_actions(self) -> None:
        """Hang up on who takes too long to ask; called twice a second."""
        oldest = time.monotonic() - ARRIVING_SECONDS
        for request, since in list(self._arriving.items()):
            if since < oldest:
                with suppress(OSError):  # it has gone already
                    request.shutdown(socket.SHUT_RDWR)

    def shutdown_request(self, request: Any) -> None:
        """Close the socket; an upgraded one is closed by its websocket."""
        if request.fileno() >= 0:
            super().shutdown_request(request)

    def handle_error(self, _request: Any, _client_address: Any) -> None:
        """Log that a connection failed, without anything the client said."""
        log.error("a console connection failed", exc_info=sys.exception())

    def end(self) -> None:
        """Say goodbye to all consoles and stop listening; takes three seconds at most."""
        self.house.close()
        deadline = time.monotonic() + ENDING_SECONDS
        while self.house.rooms() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.shutdown()
        self.server_close()
        for loop in (self._shells, self._tunnels):
            if loop is not None:
                loop.close()
        self.path.unlink(missing_ok=True)


def _prepare(path: Path) -> None:
    """Make the folder private, and remove the socket of a gateway that is no longer there."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        return
    if not stat.S_ISSOCK(path.stat().st_mode):
        raise FileExistsError(f"{path} is not a socket")
    with socket.socket(socket.AF_UNIX) as probe:
        if probe.connect_ex(str(path)) == 0:
            raise FileExistsError(f"another gateway listens on {path}")
    path.unlink()


def _protect(path: Path) -> None:
    """Let in our own user only, and the group of the web server in front where one is named."""
    if not settings.CONSOLE_SOCKET_GROUP:
        path.chmod(0o600)
        return
    shutil.chown(path, group=settings.CONSOLE_SOCKET_GROUP)
    path.chmod(0o660)


def raise_file_limit() -> None:
    """Allow this process as many descriptors as it may have: a console needs up to six."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, 65536) if hard != resource.RLIM_INFINITY else 65536
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def serve(server: GatewayServer) -> None:
    """Serve until `server.shutdown` is called."""
    closed = close_leftovers()
    connections.close_all()  # SQLite closes no file while one connection of the process stays open
    if closed:
        log.info("closed %s consoles that an earlier run left open", closed)
    helpers = (
        Checker(server.house), Listener(server.house.rooms), server.recorders, server.listeners,
    )  # fmt: skip
    for helper in helpers:
        helper.start()
    try:
        server.serve_forever(poll_interval=0.5)
    finally:
        for helper in helpers:
            helper.end()
        server.recorders.join(ENDING_SECONDS)
        server.listeners.join(ENDING_SECONDS)
