"""Where may a console that signs in to a machine go, and which way leads there?

Addresses come from the guest agent, from leases or from the host's neighbour table. What an agent
says is the guest's own claim. So an address that only the agent knows is left out where it is
somebody else's: another machine's, a host's, of a network on which the machine has no card.
"""

import ipaddress
import socket
from dataclasses import dataclass
from functools import cached_property

from consoles.closing import ConsoleClosed
from hosts.models import Host, Network
from vms.models import VM

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Where clouds tell a machine its secrets, beside 169.254.169.254, which is link-local.
METADATA = frozenset({"100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254"})
HOST_ONLY = frozenset({"nat", "isolated", "none", ""})  # networks that others do not reach
MOST = 4  # addresses that are tried


@dataclass(frozen=True, slots=True)
class Way:
    """An address of the machine, and whether it is tried from its host, by SSH to that."""

    address: str
    by_host: bool


def ways_to(vm: VM) -> list[Way]:
    """Return the ways to try, the best first.

    Raises ConsoleClosed: no-address, host-only when only the host itself could reach it.
    """
    return _Map(vm).ways()


class _Map:
    """What is known about the addresses around a machine."""

    def __init__(self, vm: VM) -> None:
        self._vm = vm
        self._networks = list(Network.objects.filter(host=vm.host))
        self._macs = {str(nic.get("mac", "")).lower() for nic in vm.nics}
        self._plugged = {str(nic.get("source", "")) for nic in vm.nics}

    def ways(self) -> list[Way]:
        """Return the ways, first through a host that is reached by SSH."""
        usable = [ip for ip, source in self._known() if self._is_ours(ip, source)][:MOST]
        if not usable:
            raise ConsoleClosed("no-address")
        is_ssh = self._vm.host.transport == "ssh"
        is_far = self._vm.host.transport in {"tcp", "tls", "ssh"}
        ways = [Way(str(ip), by_host=True) for ip in usable] if is_ssh else []
        # The same private network may be on many hosts: from here, it would be another one.
        direct = [ip for ip in usable if not (is_far and self._is_host_only(ip))]
        ways += [Way(str(ip), by_host=False) for ip in direct]
        if not ways:
            raise ConsoleClosed("host-only")
        return ways

    def _known(self) -> list[tuple[IPAddress, str]]:
        found = []
        for one in self._vm.addresses:
            try:
                address = ipaddress.ip_address(str(one.get("address", "")))
            except ValueError:
                continue
            found.append((address, str(one.get("source", ""))))
        return found

    def _is_ours(self, ip: IPAddress, source: str) -> bool:
        if is_forbidden(ip) or str(ip) in self._of_hosts:
            return False
        return source in {"lease", "arp"} or self._is_confirmed(ip) or not self._is_foreign(ip)

    @cached_property
    def _of_hosts(self) -> set[str]:
        """Return the addresses of hosts, as far as they are known as such."""
        names = Host.objects.values_list("hostname", "migration_address")
        gateways = Network.objects.values_list("gateways", flat=True)
        found = [name for pair in names for name in pair if name]
        found += [str(one) for some in gateways for one in some]
        return {_canonical(one) for one in found}

    def _is_confirmed(self, ip: IPAddress) -> bool:
        """Say whether a network of the host keeps or has lent the address for a card of ours."""
        return any(
            str(entry.get("address", "")) == str(ip)
            and str(entry.get("mac", "")).lower() in self._macs
            for network in self._networks
            for entry in (*network.leases, *network.fixed)
        )

    def _is_foreign(self, ip: IPAddress) -> bool:
        """Say whether the address is another machine's, or of a network without a card of ours."""
        around = [network for network in self._networks if _holds(network, ip)]
        if around and not any(network.name in self._plugged for network in around):
            return True
        lent = {
            str(entry.get("address", ""))
            for network in around
            for entry in (*network.leases, *network.fixed)
        }
        others = VM.objects.filter(address=str(ip)).exclude(pk=self._vm.pk)
        if around:
            others = others.filter(host=self._vm.host)
        return str(ip) in lent or others.exists()

    def _is_host_only(self, ip: IPAddress) -> bool:
        return any(network.mode in HOST_ONLY and _holds(network, ip) for network in self._networks)


def is_forbidden(ip: IPAddress) -> bool:
    """Say whether no machine may have this address: it leads here, to metadata, or nowhere."""
    inner = _plain(ip)
    return (
        inner.is_loopback
        or inner.is_link_local
        or inner.is_multicast
        or inner.is_unspecified
        or inner.is_reserved
        or str(inner) in METADATA
        or _is_here(inner)
    )


def _plain(ip: IPAddress) -> IPAddress:
    """Return the address that is meant by one that wraps an IPv4 address."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    inner = ip.ipv4_mapped or ip.sixtofour
    if inner is None and ip in NAT64:
        inner = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return inner or ip


def _is_here(ip: IPAddress) -> bool:
    """Say whether it is an address of this machine: only those can be bound to."""
    family = socket.AF_INET if ip.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(ip), 0))
    except OSError:
        return False
    return True


def _holds(network: Network, ip: IPAddress) -> bool:
    for text in network.cidrs:
        try:
            found: IPNetwork = ipaddress.ip_network(text, strict=False)
        except ValueError:
            continue
        if ip.version == found.version and ip in found:
            return True
    return False


def _canonical(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return text
