"""What does the guest say: addresses and signs of life.

Everything here is the guest's own claim and is bounded.
"""

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import libvirt
import libvirt_qemu

from virt.errors import HostUnreachable, OperationTimeout, translate
from virt.facts.guest import AddressInfo, GuestFacts, GuestFileSystem

AGENT_SECONDS = 3
MOST_INTERFACES = 64
MOST_ADDRESSES = 16
MOST_ENTRIES = 64  # users and file systems
LONGEST = 120
_FACTS = (
    libvirt.VIR_DOMAIN_GUEST_INFO_OS | libvirt.VIR_DOMAIN_GUEST_INFO_HOSTNAME,
    libvirt.VIR_DOMAIN_GUEST_INFO_USERS,
    libvirt.VIR_DOMAIN_GUEST_INFO_FILESYSTEM,
)
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


def guest_facts(raw: Any) -> GuestFacts:
    """Return what the agent says of system, users and file systems; empty where it says nothing.

    An agent that lacks one of the commands answers the others.
    """
    _limit_agent(raw, AGENT_SECONDS)
    said: dict[str, Any] = {}
    for kind in _FACTS:
        try:
            said |= raw.guestInfo(kind, 0)
        except libvirt.libvirtError as error:
            ours = translate(error)
            if isinstance(ours, HostUnreachable):
                raise
            if isinstance(ours, OperationTimeout):
                break
    return read_facts(said)


def read_facts(said: Mapping[str, Any]) -> GuestFacts:
    """Return the facts in libvirt's flat answer, whatever a guest put there."""

    def text(key: str) -> str:
        value = said.get(key)
        words = value if isinstance(value, str) else ""
        return "".join(letter for letter in words if letter.isprintable())[:LONGEST]

    users = {text(f"user.{index}.name") for index in range(_count(said, "user"))}
    name = text("os.pretty-name") or f"{text('os.name')} {text('os.version')}".strip()
    return GuestFacts(
        hostname=text("hostname"),
        system=name,
        kernel=text("os.kernel-release"),
        users=tuple(sorted(users - {""})),
        filesystems=tuple(_filesystems(said, text)),
    )


def _filesystems(said: Mapping[str, Any], text: Callable[[str], str]) -> Iterator[GuestFileSystem]:
    """Yield the file systems by their mount point, each once."""
    seen: set[str] = set()
    for index in range(_count(said, "fs")):
        mount = text(f"fs.{index}.mountpoint")
        if not mount or mount in seen:
            continue
        seen.add(mount)
        total, used = (said.get(f"fs.{index}.{key}-bytes") for key in ("total", "used"))
        yield GuestFileSystem(
            mount=mount,
            kind=text(f"fs.{index}.fstype"),
            total=total if isinstance(total, int) and total > 0 else None,
            used=used if isinstance(used, int) and used >= 0 else None,
        )


def _count(said: Mapping[str, Any], group: str) -> int:
    count = said.get(f"{group}.count")
    return max(0, min(count, MOST_ENTRIES)) if isinstance(count, int) else 0


def ping(raw: Any, timeout: int) -> bool:
    """Tell whether the agent answers in time."""
    try:
        libvirt_qemu.qemuAgentCommand(raw, '{"execute": "guest-ping"}', timeout, 0)
    except libvirt.libvirtError as error:
        if isinstance(translate(error), HostUnreachable):
            raise
        return False
    return True
