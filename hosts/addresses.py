"""Where is a host, in the words of `virt`?"""

from pathlib import Path

from django.conf import settings

from hosts import keeping
from hosts.models import Host
from virt.reaching.certificates import AUTHORITY
from virt.uri import HostAddress, Transport, check_hostname


def ssh_folder() -> Path:
    """Return the folder of our own key and the pinned keys of hosts, making it when needed."""
    folder: Path = settings.DATA_DIR / "ssh"
    (folder / "known_hosts.d").mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def key_path() -> Path:
    """Return where libvirt finds our own private key; its public half is in `ssh_folder`."""
    return keeping.clear_path(ssh_folder())


def public_key_path() -> Path:
    """Return where our own public key is."""
    return ssh_folder() / "id_ed25519.pub"


def known_hosts_path(name: str) -> Path:
    """Return the file with the pinned key of the host called `name` (or its id)."""
    return ssh_folder() / "known_hosts.d" / name


def known_hosts_line(hostname: str, port: int | None, host_key: str) -> str:
    """Return the known-hosts line that pins `host_key`."""
    place = hostname if port in (None, 22) else f"[{hostname}]:{port}"
    return f"{place} {host_key}\n"


def pki_path() -> str:
    """Return the folder of our own TLS certificates, or "" where libvirt's usual places serve."""
    folder: Path = settings.DATA_DIR / "tls"
    return str(folder) if (folder / AUTHORITY).is_file() else ""


def pin(host: Host) -> Path:
    """Write the known-hosts file of `host` and return where it is."""
    path = known_hosts_path(str(host.pk))
    line = known_hosts_line(host.hostname, host.port, host.host_key)
    if not path.exists() or path.read_text() != line:
        path.write_text(line)
    return path


def peer_address_of(host: Host) -> HostAddress:
    """Return the address by which *other hosts* reach `host` when machines move.

    What an administrator named for it, else as we reach it; one that is reached over a socket of
    this machine by SSH under its own name. Raises ValueError where there is no way.
    """
    transport = Transport(host.migration_transport or host.transport)
    if transport is Transport.TEST:
        raise ValueError("A simulated host is not reached by others.")
    is_same = transport == host.transport
    if not transport.is_network:
        transport = Transport.SSH
    is_ssh = transport is Transport.SSH
    return HostAddress(
        transport=transport,
        hostname=check_hostname(host.migration_address or host.hostname or host.system_name),
        port=host.migration_port or (host.port if is_same else None),
        username=(host.username or "root") if is_ssh else "",
        socket=host.socket if is_ssh and is_same else "",
    )


def address_of(host: Host) -> HostAddress:
    """Return the address of `host`; for SSH with our key and its pinned key."""
    transport = Transport(host.transport)
    is_ssh = transport is Transport.SSH
    return HostAddress(
        transport=transport,
        hostname=host.hostname,
        port=host.port,
        username=host.username,
        socket=host.socket,
        keyfile=str(key_path()) if is_ssh else "",
        known_hosts=str(pin(host)) if is_ssh else "",
        pki=pki_path() if transport.is_network else "",
        test_path=host.test_path,
    )
