"""How does the gateway sign in to a machine by SSH and get a terminal there?

The connection lives in the event loop that carries the tunnels. A console gets one end of a socket
pair; the loop copies the other end to the shell and back, and holds no more than a window of it.
"""

import asyncio
import socket
from functools import partial

import asyncssh

from consoles.closing import ConsoleClosed

from .ssh_client import SIGN_IN_SECONDS, Client, plain
from .tunnel import Tunnels, copy_both

KEEPALIVE_SECONDS = 15
WINDOW = 64 * 1024  # bytes that the machine may send before they are taken
PACKET = 16 * 1024
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


async def host_key(sock: socket.socket, address: str) -> str:
    """Return the host key that is shown and proven at the other end of `sock`."""
    try:
        async with asyncio.timeout(SIGN_IN_SECONDS):
            key = await asyncssh.get_server_host_key(
                address, sock=sock, config=None, server_host_key_algs=HOST_KEYS, kex_algs=EXCHANGES
            )
    except (OSError, asyncssh.Error, TimeoutError) as error:
        raise ConsoleClosed("ssh-not-spoken", f"ssh: {type(error).__name__}") from error
    if key is None:
        raise ConsoleClosed("ssh-not-spoken", "ssh: no host key")
    return plain(key)


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
                sock=sock,
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
    except (OSError, asyncssh.Error, TimeoutError, ValueError) as error:
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
    except (OSError, asyncssh.Error, TimeoutError) as error:
        connection.abort()
        raise ConsoleClosed("ssh-no-shell", f"ssh: {type(error).__name__}") from error
    ours, theirs = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=ours, limit=WINDOW)

    async def copy() -> None:
        try:
            await copy_both(process.stdout, process.stdin, reader, writer)
        finally:
            connection.abort()

    tunnels.keep(asyncio.create_task(copy()))
    return Terminal(asyncio.get_running_loop(), connection, process, theirs)


def _algorithms(pinned: str) -> list[str]:
    """Return the kinds of host keys to ask for, that of the pinned key first; no certificates."""
    mine = [name.decode() for name in asyncssh.import_public_key(pinned).sig_algorithms]
    return sorted(HOST_KEYS, key=lambda name: name not in mine)
