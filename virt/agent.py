"""What does the guest say: addresses and signs of life.

Everything here is the guest's own claim and is bounded.
"""

import ipaddress
from contextlib import suppress
from typing import Any

import libvirt
import libvirt_qemu

from virt.errors import HostUnreachable, translate
from virt.types import AddressInfo

AGENT_SECONDS = 3
MOST_INTERFACES = 64
MOST_ADDRESSES = 16
_SOURCES = (
    ("agent", libvirt.VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT),
    ("lease", libvirt.VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE),
    ("arp", libvirt.VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_ARP),
)


def _ask(raw: Any, source: int) -> dict[str, Any]:
    try:
        return raw.interfaceAddresses(source, 0) or {}
    except libvirt.libvirtError as error:
        if isinstance(translate(error), HostUnreachable):
            raise
        return {}


def _limit_agent(raw: Any, seconds: int) -> None:
    """Bound the agent's answers where the host knows how."""
    with suppress(libvirt.libvirtError, AttributeError):
        raw.agentSetResponseTimeout(seconds, 0)


def addresses(raw: Any) -> list[AddressInfo]:
    """Return the addresses of the first source that knows any; loopback and link-local ones are
    left out.
    """
    if not raw.isActive():
        return []
    _limit_agent(raw, AGENT_SECONDS)
    for name, source in _SOURCES:
        found = _readable(_ask(raw, source), name)
        if found:
            return found
    return []


def _readable(answer: dict[str, Any], source: str) -> list[AddressInfo]:
    found: dict[tuple[str, str], AddressInfo] = {}
    for interface in list(answer.values())[:MOST_INTERFACES]:
        for entry in (interface.get("addrs") or [])[:MOST_ADDRESSES]:
            info = _address(str(interface.get("hwaddr") or ""), entry, source)
            if info is not None:
                found.setdefault((info.mac, info.address), info)
    return sorted(found.values(), key=lambda info: info.family)


def _address(mac: str, entry: dict[str, Any], source: str) -> AddressInfo | None:
    try:
        address = ipaddress.ip_address(str(entry.get("addr") or ""))
    except ValueError:
        return None
    if (
        address.is_loopback
        or address.is_link_local
        or address.is_unspecified
        or address.is_multicast
    ):
        return None
    prefix = entry.get("prefix")
    return AddressInfo(
        mac=mac.lower()[:17],
        address=str(address),
        family=f"ipv{address.version}",
        source=source,
        prefix=prefix if isinstance(prefix, int) and prefix > 0 else None,
    )


def ping(raw: Any, timeout: int) -> bool:
    """Tell whether the agent answers in time."""
    try:
        libvirt_qemu.qemuAgentCommand(raw, '{"execute": "guest-ping"}', timeout, 0)
    except libvirt.libvirtError as error:
        if isinstance(translate(error), HostUnreachable):
            raise
        return False
    return True
