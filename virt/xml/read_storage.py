"""What do the XML descriptions of pools, volumes and networks say."""

import ipaddress
from dataclasses import dataclass

from virt.errors import InvalidDefinition
from virt.facts.network import FixedAddress
from virt.units import to_bytes
from virt.xml.document import Element, parse
from virt.xml.read import attr, text_of


@dataclass(frozen=True, slots=True)
class PoolDescription:
    """Hold what a pool's XML says."""

    kind: str = ""
    path: str = ""
    capacity: int = 0
    allocation: int = 0
    available: int = 0


@dataclass(frozen=True, slots=True)
class VolumeDescription:
    """Hold what a volume's XML says."""

    format: str = ""
    capacity: int = 0
    allocation: int = 0
    backing_path: str = ""


@dataclass(frozen=True, slots=True)
class NetworkDescription:
    """Hold what a network's XML says."""

    mode: str = "isolated"
    bridge: str = ""
    cidrs: tuple[str, ...] = ()
    dhcp: bool = False
    domain: str = ""
    gateways: tuple[str, ...] = ()
    fixed: tuple[FixedAddress, ...] = ()


def _size(root: Element, tag: str) -> int:
    found = root.find(tag)
    return 0 if found is None else to_bytes(found.text, found.get("unit"), "bytes")


def pool(xml: str) -> PoolDescription:
    """Return the facts of a pool; empty when it cannot be parsed."""
    try:
        root = parse(xml)
    except InvalidDefinition:
        return PoolDescription()
    return PoolDescription(
        kind=root.get("type") or "",
        path=text_of(root, "target/path"),
        capacity=_size(root, "capacity"),
        allocation=_size(root, "allocation"),
        available=_size(root, "available"),
    )


def volume(xml: str) -> VolumeDescription:
    """Return the facts of a volume; empty when it cannot be parsed.

    A block or plain file without a format is raw.
    """
    try:
        root = parse(xml)
    except InvalidDefinition:
        return VolumeDescription()
    return VolumeDescription(
        format=attr(root, "target/format", "type") or "raw",
        capacity=_size(root, "capacity"),
        allocation=_size(root, "allocation"),
        backing_path=text_of(root, "backingStore/path"),
    )


def network(xml: str) -> NetworkDescription:
    """Return the facts of a network; empty when it cannot be parsed."""
    try:
        root = parse(xml)
    except InvalidDefinition:
        return NetworkDescription()
    forward = root.find("forward")
    return NetworkDescription(
        mode="isolated" if forward is None else (forward.get("mode") or "nat"),
        bridge=attr(root, "bridge", "name"),
        cidrs=tuple(cidr for cidr in map(_cidr, root.findall("ip")) if cidr),
        dhcp=root.find("ip/dhcp") is not None,
        domain=attr(root, "domain", "name"),
        gateways=tuple(ip.get("address") or "" for ip in root.findall("ip") if ip.get("address")),
        fixed=tuple(
            FixedAddress((host.get("mac") or "").lower(), host.get("ip") or "")
            for host in root.findall("ip/dhcp/host")
            if host.get("ip")
        ),
    )


def _cidr(element: Element) -> str:
    """Return the network of an ip element, such as 192.168.122.0/24."""
    mask = (
        element.get("prefix")
        or element.get("netmask")
        or ("64" if element.get("family") == "ipv6" else "24")
    )
    try:
        return str(ipaddress.ip_network(f"{element.get('address')}/{mask}", strict=False))
    except ValueError:
        return ""
