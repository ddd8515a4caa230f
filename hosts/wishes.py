"""What somebody wants a host to be: a name and an address, checked part by part."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access import ActionRefused
from hosts.models import Host
from virt import uri
from virt.uri import HostAddress, Transport

SENTENCES: dict[str, str | Promise] = {
    "name": _("A name has letters, digits, dots and hyphens, at most 63."),
    "transport": _("Choose how the host is reached."),
    "hostname": _("This is not a host name or an IP address."),
    "port": _("A port is a number from 1 to 65535."),
    "username": _("This is not a user name."),
    "socket": _("This is not a plain absolute path."),
    "test_path": _("This is not a plain absolute path."),
    "migration_transport": _("Other hosts reach it by SSH, TLS or TCP."),
    "migration_address": _("This is not a host name or an IP address."),
    "migration_port": _("A port is a number from 1 to 65535."),
}
NETWORK = {Transport.SSH, Transport.TLS, Transport.TCP}


@dataclass(frozen=True, slots=True)
class HostWish:
    """The parts that a person, a command or the API gives. Only those of the transport count."""

    name: str
    transport: str
    hostname: str = ""
    port: int | None = None
    username: str = ""
    socket: str = ""
    test_path: str = ""
    host_key: str = ""
    migration_transport: str = ""
    migration_address: str = ""
    migration_port: int | None = None

    def as_params(self) -> dict[str, Any]:
        """Return the parts as JSON."""
        return asdict(self)

    @property
    def place(self) -> tuple[str, str, int | None]:
        """What a host key belongs to."""
        return (self.transport, self.hostname, self.port)


PARTS = (
    "name",
    "transport",
    "hostname",
    "port",
    "username",
    "socket",
    "test_path",
    "host_key",
    "migration_transport",
    "migration_address",
    "migration_port",
)


def wish_of(host: Host) -> HostWish:
    """Return the parts of `host`."""
    return HostWish(**{part: getattr(host, part) for part in PARTS})


def checked(wish: HostWish) -> HostWish:
    """Return the wish with only the parts of its transport, or refuse it (400, `fields`)."""
    try:
        transport = Transport(wish.transport)
    except ValueError:
        raise _refused({"transport": SENTENCES["transport"]}) from None
    is_network = transport in NETWORK
    kept = HostWish(
        name=wish.name.strip(),
        transport=transport.value,
        hostname=wish.hostname.strip() if is_network else "",
        port=wish.port if is_network else None,
        username=wish.username.strip() if transport is Transport.SSH else "",
        socket=wish.socket.strip()
        if transport in {Transport.LOCAL, Transport.SESSION, Transport.SSH}
        else "",
        test_path=wish.test_path.strip() if transport is Transport.TEST else "",
        host_key=wish.host_key.strip() if transport is Transport.SSH else "",
        migration_transport=wish.migration_transport,
        migration_address=wish.migration_address.strip(),
        migration_port=wish.migration_port,
    )
    if bad := _bad_fields(kept, is_network=is_network):
        raise _refused({name: SENTENCES[name] for name in bad})
    return kept


def _bad_fields(wish: HostWish, *, is_network: bool) -> list[str]:
    checks: list[tuple[str, Callable[[Any], Any], Any, bool]] = [
        ("name", _check_name, wish.name, True),
        ("hostname", uri.check_hostname, wish.hostname, is_network),
        ("port", uri.check_port, wish.port, wish.port is not None),
        ("username", uri.check_username, wish.username, bool(wish.username)),
        ("socket", uri.check_path, wish.socket, bool(wish.socket)),
        ("test_path", uri.check_path, wish.test_path, bool(wish.test_path)),
        ("migration_transport", _check_peer, wish.migration_transport, True),
        (
            "migration_address",
            uri.check_hostname,
            wish.migration_address,
            bool(wish.migration_address),
        ),
        ("migration_port", uri.check_port, wish.migration_port, wish.migration_port is not None),
    ]
    bad = []
    for name, check, value, is_wanted in checks:
        try:
            if is_wanted:
                check(value)
        except ValueError:
            bad.append(name)
    return bad


def _check_peer(transport: str) -> str:
    """Return a way between hosts unchanged, or raise ValueError; "" is the portal's own."""
    if transport and transport not in {one.value for one in Transport if one.is_network}:
        raise ValueError(transport)
    return transport


def _check_name(name: str) -> str:
    """Return a host's name unchanged, or raise ValueError; it is one or more labels."""
    if len(name) > 63 or ":" in name or name.endswith("."):
        raise ValueError(name)
    if name.replace(".", "").isdigit():
        return name
    return uri.check_hostname(name)


def _refused(fields: dict[str, str | Promise]) -> ActionRefused:
    texts = {name: str(text) for name, text in fields.items()}
    return ActionRefused(" ".join(texts.values()), code="invalid", status=400, fields=texts)


def taken(name: str, *, but: int | None = None) -> ActionRefused | None:
    """Return the refusal when another host has this name."""
    others = Host.objects.filter(name__iexact=name)
    if not (others if but is None else others.exclude(pk=but)).exists():
        return None
    return _refused({"name": _("Another host has this name.")})


def address_of_wish(wish: HostWish, *, keyfile: str = "", known_hosts: str = "") -> HostAddress:
    """Return the address of a checked wish."""
    return HostAddress(
        transport=Transport(wish.transport),
        hostname=wish.hostname,
        port=wish.port,
        username=wish.username,
        socket=wish.socket,
        keyfile=keyfile,
        known_hosts=known_hosts,
        test_path=wish.test_path,
    )
