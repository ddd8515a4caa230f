"""Which libvirt URI leads to a host: built from checked parts, never from what somebody typed."""

import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urlencode

_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\Z")
_USER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}\Z")
_PATH = re.compile(r"/[A-Za-z0-9_./@+~ -]{0,500}\Z")
DEFAULT_PORTS = {"ssh": 22, "tls": 16514, "tcp": 16509}


class Transport(StrEnum):
    """Name how a host is reached. ``local`` and ``session`` are Unix sockets of this machine."""

    LOCAL = "local"
    SESSION = "session"
    SSH = "ssh"
    TLS = "tls"
    TCP = "tcp"
    TEST = "test"

    @property
    def is_network(self) -> bool:
        """Tell whether the host is on the other side of a network."""
        return self in {Transport.SSH, Transport.TLS, Transport.TCP}


@dataclass(frozen=True, slots=True)
class HostAddress:
    """Say where a host is.

    Only the parts of its transport are used; hashable, so it can key a pool of connections.

    ``pki`` is a folder with the certificates for TLS, of libvirt and of displays; libvirt's usual
    places when empty.

    ``socket`` is libvirtd's socket: here for "local", on the other side for "ssh". ``test_path`` is
    an absolute XML file of the test driver, or "/default".
    """

    transport: Transport
    hostname: str = ""
    port: int | None = None
    username: str = ""
    socket: str = ""
    keyfile: str = ""
    known_hosts: str = ""
    pki: str = ""
    test_path: str = ""

    @property
    def effective_port(self) -> int | None:
        """Return the TCP port, the transport's own when none is given; None for sockets."""
        return self.port or DEFAULT_PORTS.get(self.transport)


def check_hostname(name: str) -> str:
    """Return a host name or IP address unchanged, or raise ValueError when it is neither."""
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        pass
    else:
        if getattr(address, "scope_id", None):
            raise ValueError("An address with a zone is not accepted.")
        return name
    labels = name.removesuffix(".").split(".")
    if not name.isascii() or len(name) > 253 or not all(_LABEL.match(label) for label in labels):
        raise ValueError("This is not a host name or an IP address.")
    if labels[-1].isdigit():
        raise ValueError("This is not a valid IP address.")
    return name


def check_username(name: str) -> str:
    """Return a login name unchanged, or raise ValueError."""
    if not _USER.match(name):
        raise ValueError("This is not a user name.")
    return name


def check_port(port: int) -> int:
    """Return a TCP port unchanged, or raise ValueError."""
    if isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= 65535:
        raise ValueError("A port is a number from 1 to 65535.")
    return port


def check_path(path: str) -> str:
    """Return an absolute, plain path unchanged, or raise ValueError."""
    if not _PATH.match(path) or ".." in path.split("/") or path.startswith("//"):
        raise ValueError("This is not a plain absolute path.")
    return path


def build_uri(addr: HostAddress) -> str:
    """Return the libvirt URI of an address, or raise ValueError when a part is not plain.

    SSH uses the built-in libssh2 client, which takes a known-hosts file and a strict
    check from the URI, starts no program and never asks on a terminal.
    """
    match addr.transport:
        case Transport.TEST:
            return "test://" + quote(check_path(addr.test_path or "/default"))
        case Transport.LOCAL | Transport.SESSION:
            return _local_uri(addr)
        case Transport.SSH:
            return f"qemu+libssh2://{_authority(addr)}/system?{_ssh_parameters(addr)}"
        case Transport.TLS:
            return f"qemu+tls://{_authority(addr)}/system{_tls_parameters(addr)}"
        case Transport.TCP:
            return f"qemu+tcp://{_authority(addr)}/system"


def build_peer_uri(addr: HostAddress) -> str:
    """Return the URI by which another *host* reaches an address, or raise ValueError.

    That host's libvirt opens it as root, with its own keys, known hosts and certificates: nothing
    of ours is in it. SSH is the host's own program, which reads root's configuration there.
    """
    match addr.transport:
        case Transport.SSH:
            parameters = {"no_tty": "1"}
            if addr.socket:
                parameters["socket"] = check_path(addr.socket)
            query = urlencode(parameters, quote_via=quote, safe="/")
            return f"qemu+ssh://{_authority(addr)}/system?{query}"
        case Transport.TLS:
            return f"qemu+tls://{_authority(addr)}/system"
        case Transport.TCP:
            return f"qemu+tcp://{_authority(addr)}/system"
        case other:
            raise ValueError(f"Another host cannot reach one over {other}.")


def build_data_uri(hostname: str) -> str:
    """Return where a migration's data goes, on a free port, or raise ValueError."""
    host = check_hostname(hostname)
    return f"tcp://[{host}]" if ":" in host else f"tcp://{host}"


def listen_address(hostname: str) -> str:
    """Return the address on which the target waits for data: only this one, where it is one."""
    try:
        return str(ipaddress.ip_address(hostname))
    except ValueError:
        return ""


def _local_uri(addr: HostAddress) -> str:
    path = "session" if addr.transport is Transport.SESSION else "system"
    if not addr.socket:
        return f"qemu:///{path}"
    return f"qemu+unix:///{path}?" + urlencode({"socket": check_path(addr.socket)}, quote_via=quote)


def _authority(addr: HostAddress) -> str:
    host = check_hostname(addr.hostname)
    text = f"[{host}]" if ":" in host else host
    if addr.port is not None:
        text += f":{check_port(addr.port)}"
    if addr.username:
        text = f"{check_username(addr.username)}@{text}"
    return text


def _tls_parameters(addr: HostAddress) -> str:
    if not addr.pki:
        return ""
    return "?" + urlencode({"pkipath": check_path(addr.pki)}, quote_via=quote, safe="/")


def _ssh_parameters(addr: HostAddress) -> str:
    parameters = {"known_hosts_verify": "normal", "no_tty": "1", "sshauth": "privkey"}
    if addr.keyfile:
        parameters["keyfile"] = check_path(addr.keyfile)
    if addr.known_hosts:
        parameters["known_hosts"] = check_path(addr.known_hosts)
    if addr.socket:
        parameters["socket"] = check_path(addr.socket)
    return urlencode(parameters, quote_via=quote, safe="/")
