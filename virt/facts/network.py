"""What is a virtual network, and which addresses does it know?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LeaseInfo:
    """Describe an address that a network has lent to a card. ``expires_at`` is in Unix seconds,
    0 for never; ``hostname`` is the guest's own claim.
    """

    mac: str
    address: str
    hostname: str = ""
    expires_at: int = 0


@dataclass(frozen=True, slots=True)
class FixedAddress:
    """Describe an address that a network keeps for one card."""

    mac: str
    address: str


@dataclass(frozen=True, slots=True)
class NetworkInfo:
    """Describe a virtual network. ``mode`` is nat, route, open, isolated, bridge, hostdev, ...

    ``gateways`` are the host's own addresses on it. ``leases`` are read only where asked for.
    """

    uuid: str
    name: str
    mode: str = "isolated"
    bridge: str = ""
    active: bool = False
    autostart: bool = False
    cidrs: tuple[str, ...] = ()
    dhcp: bool = False
    domain: str = ""
    persistent: bool = True
    gateways: tuple[str, ...] = ()
    fixed: tuple[FixedAddress, ...] = ()
    leases: tuple[LeaseInfo, ...] = ()
