"""How do we sign in to hosts over SSH: our own key, and the pinned keys of hosts."""

import asyncio
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import asyncssh

from hosts import keeping
from hosts.addresses import key_path, known_hosts_line, public_key_path, ssh_folder

SECONDS = 4.0
LIBVIRT_SOCKET = "/var/run/libvirt/libvirt-sock"
COMMENT = "guesthouse"
_key_lock = threading.Lock()


class Login(StrEnum):
    """How far signing in came."""

    OK = "ok"
    NO_NAME = "no-name"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    HOST_KEY = "host-key"
    ACCESS_DENIED = "access-denied"
    NO_LIBVIRT = "no-libvirt"
    FAILED = "other"


@dataclass(frozen=True, slots=True)
class HostKey:
    """A host's public key as OpenSSH writes it, and its SHA256 fingerprint."""

    line: str
    fingerprint: str


def public_key() -> str:
    """Return our public key; the pair is made at the first call."""
    with _key_lock:
        if not key_path().exists():
            _make_key()
    return public_key_path().read_text().strip()


def _make_key() -> None:
    """Write a new pair; the private key goes into the vault."""
    key = asyncssh.generate_private_key("ssh-ed25519", comment=COMMENT)
    public_key_path().write_bytes(key.export_public_key())
    keeping.keep(ssh_folder(), key.export_private_key())
    key_path()  # and out of it, to where libvirt reads it


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run `work` in an own event loop; it bounds itself."""
    return asyncio.run(work)


def fetch_host_key(hostname: str, port: int | None) -> HostKey:
    """Ask a host for its key, within four seconds. Raises OSError or asyncssh.Error."""

    async def fetch() -> asyncssh.SSHKey | None:
        return await asyncio.wait_for(
            asyncssh.get_server_host_key(hostname, port or 22, config=None), SECONDS
        )

    key = _run(fetch())
    if key is None:
        raise asyncssh.KeyExchangeFailed("the host showed no key")
    return describe_key(key)


def describe_key(key: asyncssh.SSHKey) -> HostKey:
    """Return the key in OpenSSH's words, without a comment."""
    words = key.export_public_key("openssh").decode().split()
    return HostKey(" ".join(words[:2]), key.get_fingerprint())


def fingerprint_of(line: str) -> str:
    """Return the fingerprint of a key line; "" when it is none."""
    try:
        return asyncssh.import_public_key(line).get_fingerprint()
    except (asyncssh.KeyImportError, ValueError):
        return ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to sign in; `host_key` is the pinned line, `socket` libvirt's on the other side."""

    hostname: str
    port: int | None
    username: str
    host_key: str
    socket: str = ""


def try_login(place: Place) -> tuple[Login, str]:
    """Sign in with our key and look for libvirt's socket; return how far it came and why."""
    public_key()
    try:
        _run(asyncio.wait_for(_login(place), SECONDS))
    except asyncssh.HostKeyNotVerifiable as error:
        return Login.HOST_KEY, str(error)
    except asyncssh.PermissionDenied as error:
        return Login.ACCESS_DENIED, str(error)
    except asyncssh.ChannelOpenError as error:
        return Login.NO_LIBVIRT, str(error)
    except TimeoutError as error:
        return Login.TIMEOUT, str(error)
    except ConnectionRefusedError as error:
        return Login.REFUSED, str(error)
    except (OSError, asyncssh.Error) as error:
        return Login.FAILED, str(error)
    return Login.OK, ""


def remote_time(place: Place) -> float | None:
    """Return what a host's clock says, in seconds since 1970; None where it cannot be asked."""
    try:
        return float(_run(asyncio.wait_for(_ask_time(place), SECONDS)))
    except (TimeoutError, OSError, asyncssh.Error, ValueError):
        return None


async def _ask_time(place: Place) -> str:
    async with _signed_in(place) as connection:
        done = await connection.run("date +%s.%N", check=True)
    return str(done.stdout).strip()


async def _login(place: Place) -> None:
    async with _signed_in(place) as connection:
        _reader, writer = await connection.open_unix_connection(place.socket or LIBVIRT_SOCKET)
        writer.close()


def _signed_in(place: Place) -> Any:
    """Return the connection as our key opens it, to be used in `async with`."""
    line = known_hosts_line(place.hostname, place.port, place.host_key)
    return asyncssh.connect(
        place.hostname,
        place.port or 22,
        username=place.username or "root",
        client_keys=[str(key_path())],
        known_hosts=asyncssh.import_known_hosts(line),
        agent_path=None,
        config=None,
        preferred_auth="publickey",
    )
