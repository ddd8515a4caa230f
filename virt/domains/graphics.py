"""Where is a running domain's display, and what is its password."""

from dataclasses import dataclass, field

from virt.domain import Domain
from virt.errors import InvalidDefinition
from virt.xml import read
from virt.xml.document import parse

_PREFERENCE = {"vnc": 0, "spice": 1}


@dataclass(frozen=True, slots=True)
class Display:
    """Say how a display is reached.

    ``listen`` "none" means by file descriptor only (``Domain.open_graphics_fd``).

    ``index`` counts the domain's displays, as libvirt does. ``port`` is None while nothing listens.
    """

    kind: str
    listen: str
    address: str = ""
    port: int | None = None
    socket: str = ""
    password: str = field(default="", repr=False)
    tls_port: int | None = None
    index: int = 0


def displays(xml: str) -> list[Display]:
    """Return all displays in a domain's XML (secure, or the passwords are missing), in libvirt's
    order.
    """
    try:
        root = parse(xml)
    except InvalidDefinition:
        return []
    found: list[Display] = []
    for index, element in enumerate(root.findall("devices/graphics")):
        facts = read.graphics(element)
        tls_port = read.number(element.get("tlsPort"))
        found.append(
            Display(
                kind=facts.kind,
                listen=facts.listen,
                address=facts.address,
                port=facts.port,
                socket=facts.socket,
                password=element.get("passwd") or "",
                tls_port=tls_port if tls_port and tls_port > 0 else None,
                index=index,
            )
        )
    return found


def display_of(domain: Domain, kind: str = "") -> Display | None:
    """Return the running domain's display of a kind ("vnc", "spice"; any when empty, VNC first);
    None without one.
    """
    known = [item for item in displays(domain.xml(secure=True)) if item.kind in _PREFERENCE]
    wanted = [item for item in known if not kind or item.kind == kind]
    return min(wanted, key=lambda item: _PREFERENCE[item.kind], default=None)
