"""Which of a guest's addresses is shown?"""

import ipaddress
from collections.abc import Sequence
from typing import Any

from virt.facts.guest import AddressInfo

MOST = 32
_TRUST = {"agent": 0, "lease": 1, "arp": 2}


def address_columns(addresses: Sequence[AddressInfo]) -> dict[str, Any]:
    """Return the columns `address` and `addresses`.

    What the agent reports comes from inside the guest, so only what is an address is kept, and
    not more than `MOST`. The one shown is the agent's before a lease's before ARP's, and IPv4
    before IPv6; loopback and link-local addresses lead nowhere and are left out.
    """
    usable = [item for item in addresses if _leads_somewhere(item.address)]
    ranked = sorted(usable, key=lambda item: (_TRUST.get(item.source, 3), item.family != "ipv4"))
    kept = [
        {
            "mac": item.mac[:17],
            "address": str(ipaddress.ip_address(item.address)),
            "family": item.family,
            "source": item.source,
        }
        for item in ranked[:MOST]
    ]
    return {"address": kept[0]["address"] if kept else "", "addresses": kept}


def _leads_somewhere(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if getattr(address, "scope_id", None):
        return False
    return not (address.is_loopback or address.is_link_local or address.is_unspecified)
