"""How does the gateway sign in to a machine by SSH and get a terminal there?

The connection lives in the event loop that carries the tunnels. A console gets one end of a socket
pair; the loop copies the other end to the shell and back, and holds no more than a window of it.
"""

import asyncio
import socket
from functools import partial

import asyncssh

from consoles.closing import ConsoleClosed
from consoles.gateway.ssh.client import MOST_HOST_KEY, SIGN_IN_SECONDS, Client, plain
from consoles.gateway.tunnel import Tunnels, copy_both

KEY_SECONDS = 10.0  # in which a server has shown its host key
KEEPALIVE_SECONDS = 15
WINDOW = 64 * 1024  # bytes that the machine may send before they are taken
PACKET = 16 * 1024
UNSENT_SECONDS = 0.05
MOST_UNSENT = 1024 * 1024  # bytes
WATCH_SECONDS = 1.0
TERMINAL = "xterm-256color"
# What is offered, the best first: small servers hang up on lists as long as the library's own.
HOST_KEYS = (
    "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
    "rsa-sha2-512", "rsa-sha2-256",
)  # fmt: skip
EXCHANGES = (
    "mlkem768x25519-sha256", "curve25519-sha256", "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521",
    "diffie-hellman-group16-sha512", "diffie-hellman-group14-sha256",
)  # fmt: skip
MACS = (
    "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com",
    "hmac-sha2-256", "hmac-sha2-512",
)  # fmt: skip


class _WayIn:
    """What is typed, towards a shell.

    asyncssh heeds the shell's window, and not whether the connection itself takes anything: a
    server may allow any amount, and read none.
    """

    def __init__(
        self, connection: asyncssh.SSHClientConnection, stdin: "asyncssh.SSHWriter[bytes]"
    ) -> None:
        self._connection = connection
        self.write = stdin.write
        self.close = stdin.close
        self._drain = stdin.drain

    async def drain(self) -> None:
        """Wait until little is left to be sent."""
        await self._drain()
        while _unsent(self._connection) > WINDOW:
            await asyncio.sleep(UNSENT_SECONDS)


async def _watch(connection: asyncssh.SSHClientConnection) -> None:
    """Hang up on a server that wants answers and takes none."""
    while _unsent(connection) < MOST_UNSENT:
        await asyncio.sleep(WATCH_SECONDS)
    connection.abort()


def _unsent(connection: asyncssh.SSHClientConnection) -> int:
    transport = connection._transport
    return transport.get_write_buffer_size() if transport is not None else 0


class Terminal:
    """A shell on a machine. `sock` is joined to it; `resize` and `close` are safe from threads."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        connection: asyncssh.SSHClientConnection,
        process: "asyncssh.SSHClientProcess[bytes]",
        sock: socket.socket,
    ) -> None:
        self.sock = sock
        self._loop = loop
        self._connection = connection
        self._process = process

    def resize(self, columns: int, rows: int) -> None:
        """Tell the machine how large the terminal is."""
        change = partial(self._process.change_terminal_size, columns, rows)
        self._loop.call_soon_threadsafe(change)

    def close(self) -> None:
        """Hang up."""
        self.sock.close()
        self._loop.call_soon_threadsafe(self._connection.abort)


class OtherKey(Exception):
    """The machine showed another host key than the pinned one: `key`."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


def _bounded(sock: socket.socket) -> socket.socket:
    """Let little be read at once: many small packets are much work, and others wait for it."""
    for side in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        sock.setsockopt(socket.SOL_SOCKET, side, WINDOW)
    return sock


async def host_key(sock: socket.socket, address: str) -> str:
    """Return the host key that is shown and proven at the other end of `sock`."""
    try:
        async with asyncio.timeout(KEY_SECONDS):
            key = await asyncssh.get_server_host_key(
                address,
                sock=_bounded(sock),
                config=None,
                server_host_key_algs=HOST_KEYS,
                kex_algs=EXCHANGES,
            )
    except Exception as error:  # whatever nonsense makes the library raise
        raise ConsoleClosed("ssh-not-spoken", f"ssh: {type(error).__name__}") from error
    if key is None or len(shown := plain(key)) > MOST_HOST_KEY:
        raise ConsoleClosed("ssh-not-spoken", "ssh: no host key")
    return shown


async def sign_in(sock: socket.socket, client: Client) -> asyncssh.SSHClientConnection:
    """Sign in over `sock` where the host key is the pinned one.

    Raises OtherKey before anything secret is sent, and ConsoleClosed: ssh-not-spoken, ssh-refused,
    ssh-hung-up.
    """
    login = client.login
    try:
        async with asyncio.timeout(SIGN_IN_SECONDS) as client.limit:
            connection, _client = await asyncssh.create_connection(
                lambda: client,
                login.address,
                sock=_bounded(sock),
                username=login.user,
                client_keys=[login.key] if login.key else None,
                known_hosts=lambda *_words: ([], [], []),
                server_host_key_algs=_algorithms(login.pinned),
                kex_algs=EXCHANGES,
                mac_algs=MACS,
                config=None,
                agent_path=None,
                gss_host=None,
                pkcs11_provider=None,
                client_host_keysign=False,
                compression_algs=None,
                login_timeout=0,
                keepalive_interval=KEEPALIVE_SECONDS,
            )
    except asyncssh.PermissionDenied as error:
        raise ConsoleClosed("ssh-refused") from error
    except Exception as error:  # whatever nonsense makes the library raise
        if client.other:
            raise OtherKey(client.other) from error
        key = "ssh-hung-up" if client.is_known else "ssh-not-spoken"
        raise ConsoleClosed(key, f"ssh: {type(error).__name__}") from error
    return connection


async def start(
    tunnels: Tunnels, connection: asyncssh.SSHClientConnection, client: Client
) -> Terminal:
    """Return a terminal at who has signed in. Raises ConsoleClosed (ssh-no-shell)."""
    login = client.login
    try:
        async with asyncio.timeout(SIGN_IN_SECONDS):
            process = await connection.create_process(
                term_type=TERMINAL,
                term_size=(login.columns, login.rows),
                encoding=None,
                stderr=asyncssh.STDOUT,
                window=WINDOW,
                max_pktsize=PACKET,
            )
    except Exception as error:  # whatever nonsense makes the library raise
        connection.abort()
        raise ConsoleClosed("ssh-no-shell", f"ssh: {type(error).__name__}") from error
    ours, theirs = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=ours, limit=WINDOW)

    way_in = _WayIn(connection, process.stdin)

    async def copy() -> None:
        watch = asyncio.create_task(_watch(connection))
        try:
            await copy_both(process.stdout, way_in, reader, writer)
        finally:
            watch.cancel()
            connection.abort()

    tunnels.keep(asyncio.create_task(copy()))
    return Terminal(asyncio.get_running_loop(), connection, process, theirs)


def _algorithms(pinned: str) -> list[str]:
    """Return the kinds of host keys to ask for, that of the pinned key first; no certificates."""
    mine = [name.decode() for name in asyncssh.import_public_key(pinned).sig_algorithms]
    return sorted(HOST_KEYS, key=lambda name: name not in mine)
