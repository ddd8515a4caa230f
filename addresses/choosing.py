"""Which address can a card have on a network, and if not this one, why? No query, no libvirt."""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from hosts.models import Network

Range = ipaddress.IPv4Network


def ranges_of(network: Network) -> list[Range]:
    """Return the IPv4 ranges of a network."""
    found = (ipaddress.ip_network(cidr, strict=False) for cidr in network.cidrs)
    return [one for one in found if isinstance(one, Range)]


def why_not(network: Network, mac: str, text: str, taken: Mapping[str, str]) -> str:
    """Return why the card `mac` cannot have the address, "" where it can.

    `taken` is {address: hardware address} of what other rows and guests are known to have.
    """
    try:
        wanted = ipaddress.IPv4Address(text)
    except ValueError:
        return _("Write an IPv4 address, such as 10.200.0.20.")
    words = {"address": str(wanted), "name": network.name, "ranges": ", ".join(network.cidrs)}
    within = [one for one in ranges_of(network) if wanted in one]
    if not within:
        return _("%(address)s is not of the network %(name)s, which has %(ranges)s.") % words
    if wanted in (within[0].network_address, within[0].broadcast_address):
        return _("%(address)s stands for the network itself.") % words
    if str(wanted) in network.gateways:
        return _("%(address)s is the host's own address on this network.") % words
    if _has_another(network.fixed, mac, str(wanted)):
        return _("%(address)s is reserved for another machine.") % words
    if _has_another(network.leases, mac, str(wanted)):
        return _("%(address)s is lent to another machine now. Choose another one.") % words
    if taken.get(str(wanted), mac) != mac:
        return _("%(address)s is another machine's. Choose another one.") % words
    return ""


def free_address(network: Network, mac: str, taken: Mapping[str, str]) -> str:
    """Return the address that the card has now where it can keep it, else the first free one."""
    used = {str(address) for address in network.gateways} | taken.keys()
    used |= {one["address"] for one in [*network.fixed, *network.leases]}
    mine = (one["address"] for one in network.leases if one["mac"] == mac)
    for address in mine:
        if not why_not(network, mac, address, taken):
            return str(address)
    return next((address for address in _hosts(network) if address not in used), "")


def _hosts(network: Network) -> Iterator[str]:
    for one in ranges_of(network):
        yield from map(str, one.hosts())


def _has_another(known: list[dict[str, Any]], mac: str, address: str) -> bool:
    return any(one["address"] == address and one["mac"] != mac for one in known)
