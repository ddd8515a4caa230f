"""Which XML makes a pool, a volume or a network."""

import ipaddress

from lxml import etree  # type: ignore[attr-defined]

from virt.specs import NetworkSpec, PoolSpec, VolumeSpec
from virt.xml.document import Element, add, render

_FORMATS = frozenset({"raw", "qcow2", "iso"})


def pool(spec: PoolSpec) -> str:
    """Return the XML of a storage pool."""
    root = etree.Element("pool", type=spec.kind)
    add(root, "name", spec.name)
    if spec.source_host or spec.source_dir or spec.source_name:
        source = add(root, "source")
        if spec.source_host:
            add(source, "host", name=spec.source_host)
        if spec.source_dir:
            add(source, "dir", path=spec.source_dir)
        if spec.source_name:
            add(source, "name", spec.source_name)
    if spec.path:
        add(add(root, "target"), "path", spec.path)
    return render(root)


def volume(spec: VolumeSpec) -> str:
    """Return the XML of a volume; its format, and its backing file's, are always named.

    Raises ValueError otherwise.
    """
    if spec.format not in _FORMATS or (spec.backing_path and spec.backing_format not in _FORMATS):
        raise ValueError("The format of a volume is raw, qcow2 or iso.")
    root = etree.Element("volume")
    add(root, "name", spec.name)
    add(root, "capacity", str(spec.capacity), unit="bytes")
    add(root, "allocation", str(spec.allocation), unit="bytes")
    add(add(root, "target"), "format", type=spec.format)
    if spec.backing_path:
        backing = add(root, "backingStore")
        add(backing, "path", spec.backing_path)
        add(backing, "format", type=spec.backing_format)
    return render(root)


def network(spec: NetworkSpec) -> str:
    """Return the XML of a network.

    Raises ValueError when the mode and the other wishes do not fit.
    """
    root = etree.Element("network")
    add(root, "name", spec.name)
    if spec.uuid:
        add(root, "uuid", spec.uuid)
    if spec.mode != "isolated":
        add(root, "forward", mode=spec.mode)
    if spec.mode == "bridge":
        if not spec.bridge:
            raise ValueError("A network on a bridge needs the bridge's name.")
        add(root, "bridge", name=spec.bridge)
        return render(root)
    if spec.bridge:
        add(root, "bridge", name=spec.bridge, stp="on", delay=0)
    if spec.domain:
        add(root, "domain", name=spec.domain, localOnly="yes")
    if spec.cidr:
        _add_address(root, spec)
    return render(root)


def dhcp_host(mac: str, address: str) -> str:
    """Return the XML of an address that a network keeps for one card."""
    return render(etree.Element("host", mac=mac, ip=address))


def _add_address(root: Element, spec: NetworkSpec) -> None:
    """Give the host the first address and, with DHCP, the guests the others."""
    net = ipaddress.ip_network(spec.cidr, strict=True)
    if net.num_addresses < 8:
        raise ValueError("The address range is too small.")
    family = "ipv6" if net.version == 6 else ""
    element = add(root, "ip", address=str(net[1]), prefix=net.prefixlen, family=family)
    if spec.dhcp:
        last = min(net.num_addresses - 2, 0xFFFF)
        add(add(element, "dhcp"), "range", start=str(net[2]), end=str(net[last]))
