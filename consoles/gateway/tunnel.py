"""How does the gateway reach a display on a host that is reached by SSH?

One event loop in a thread of its own keeps one SSH connection to each host, with our key and the
host's pinned key. A console gets one end of a socket pair; the loop copies the other end into an
SSH channel to the display's Unix socket or port.
"""

import asyncio
import logging
import socket
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Protocol, TypeVar

import asyncssh

from consoles.closing import ConsoleClosed
from virt.uri import HostAddress

log = logging.getLogger(__name__)
BLOCK = 64 * 1024
CONNECT_SECONDS = 8.0
KEEPALIVE_SECONDS = 5
KEEPALIVE_COUNT = 3
T = TypeVar("T")


class Writer(Protocol):
    """Where what is copied goes."""

    def write(self, data: bytes) -> None: ...

    async def drain(self) -> None: ...

    def close(self) -> None: ...


class Tunnels:
    """The SSH connections of this process; what is not `async` may be called from any thread."""

    def __init__(self, name: str = "ssh") -> None:
        self._loop = asyncio.new_event_loop()
        self._connections: dict[HostAddress, asyncssh.SSHClientConnection] = {}
        self._locks: dict[HostAddress, asyncio.Lock] = {}
        self._copies: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()

    def open(self, addr: HostAddress, target: str | tuple[str, int]) -> socket.socket:
        """Return a socket joined to `target` (a Unix socket, or address and port) on the host.

        Raises ConsoleClosed: host-unreachable, display-refused.
        """
        return self.ask(self.join(addr, target))

    def close(self) -> None:
        """Close all connections and end the thread."""
        self.ask(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=2)

    def ask(self, question: Coroutine[Any, Any, T]) -> T:
        """Run something in the loop and return its answer; not to be called from there."""
        return self.begin(question).result()

    def begin(self, question: Coroutine[Any, Any, T]) -> Future[T]:
        """Run something in the loop; its answer is waited for elsewhere."""
        return asyncio.run_coroutine_threadsafe(question, self._loop)

    async def join(self, addr: HostAddress, target: str | tuple[str, int]) -> socket.socket:
        """Return a socket joined to `target`, like `open`, within the loop."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                connection = await self.connection(addr)
        except (OSError, asyncssh.Error, TimeoutError) as error:
            raise ConsoleClosed("host-unreachable", f"ssh: {error}") from error
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                if isinstance(target, str):
                    channel = await connection.open_unix_connection(target)
                else:
                    channel = await connection.open_connection(*target)
        except asyncssh.ChannelOpenError as error:
            raise ConsoleClosed("display-refused", f"ssh: {error}") from error
        except (OSError, asyncssh.Error, TimeoutError) as error:
            self._connections.pop(addr, None)
            connection.abort()
            raise ConsoleClosed("host-unreachable", f"ssh: {error}") from error
        return await self._join(*channel)

    async def connection(self, addr: HostAddress) -> asyncssh.SSHClientConnection:
        """Return the open connection to a host, or open one; others wait meanwhile."""
        async with self._locks.setdefault(addr, asyncio.Lock()):
            connection = self._connections.get(addr)
            if connection is None or connection.is_closed():
                connection = await self._connect(addr)
                self._connections[addr] = connection
            return connection

    @staticmethod
    async def _connect(addr: HostAddress) -> asyncssh.SSHClientConnection:
        pinned = Path(addr.known_hosts)
        if not addr.known_hosts or not pinned.is_file():  # asyncssh would take "none" for "any"
            raise OSError("the host's key is not pinned")
        return await asyncssh.connect(
            addr.hostname,
            port=addr.effective_port or 22,
            username=addr.username or "root",
            client_keys=[addr.keyfile],
            known_hosts=str(pinned),
            config=None,
            agent_path=None,
            password_auth=False,
            kbdint_auth=False,
            keepalive_interval=KEEPALIVE_SECONDS,
            keepalive_count_max=KEEPALIVE_COUNT,
            compression_algs=None,
        )

    async def _join(
        self, reader: asyncssh.SSHReader[bytes], writer: asyncssh.SSHWriter[bytes]
    ) -> socket.socket:
        ours, theirs = socket.socketpair()
        own_reader, own_writer = await asyncio.open_connection(sock=ours)
        self.keep(asyncio.create_task(copy_both(reader, writer, own_reader, own_writer)))
        return theirs

    def keep(self, copy: asyncio.Task[None]) -> None:
        """Hold on to a task of the loop until it is done; it is cancelled at the end."""
        self._copies.add(copy)
        copy.add_done_callback(self._copies.discard)

    async def _close(self) -> None:
        for copy in self._copies:
            copy.cancel()
        await asyncio.gather(*self._copies, return_exceptions=True)
        for connection in self._connections.values():
            connection.abort()
        self._connections.clear()


async def copy_both(
    reader: asyncssh.SSHReader[bytes],
    writer: Writer,
    own_reader: asyncio.StreamReader,
    own_writer: asyncio.StreamWriter,
) -> None:
    """Copy until one side ends, then end the other."""
    ways = {
        asyncio.create_task(_copy(reader, own_writer)),
        asyncio.create_task(_copy(own_reader, writer)),
    }
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        own_writer.close()
        writer.close()


async def _copy(reader: Any, writer: Any) -> None:
    """Copy one way; `drain` waits while the other side is slow."""
    try:
        while data := await reader.read(BLOCK):
            writer.write(data)
            await writer.drain()
    except (OSError, asyncssh.Error) as error:
        log.debug("a console's tunnel ended: %s", type(error).__name__)
