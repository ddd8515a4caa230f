"""Would its network cards find what they are plugged into?"""

from collections.abc import Iterator

from virt.xml.read_moving import MovingCard

from .case import Case, network_of
from .findings import Finding, blocker, passed, unknown, warning

OWN_NETWORKS = frozenset({"nat", "route", "isolated", "open"})


def check(case: Case) -> Iterator[Finding]:
    """Yield what each network says, once."""
    seen: set[tuple[str, str]] = set()
    for card in case.guest.definition.cards:
        if (card.kind, card.source) not in seen:
            seen.add((card.kind, card.source))
            yield from _card(case, card)


def _card(case: Case, card: MovingCard) -> Iterator[Finding]:
    match card.kind:
        case "network":
            yield from _network(case, card.source)
        case "bridge" | "direct":
            yield from _link(case, card)
        case "user" | "ethernet" | "hostdev":
            return  # needs nothing of the host, or is a device that is passed through
        case _:
            yield unknown("card-unknown", about=card.mac, kind=card.kind)


def _network(case: Case, name: str) -> Iterator[Finding]:
    network = network_of(case.target.networks, name)
    if network is None:
        if case.is_read or case.target.networks:
            yield blocker("network-missing", about=name, network=name)
        return
    if name in case.refused_networks:
        yield blocker("network-not-offered", about=name, network=name)
    elif not network.active:
        yield blocker("network-off", about=name, network=name, fix="start-network")
    elif network.mode in OWN_NETWORKS:
        yield warning("network-own", about=name, network=name)
    else:
        yield passed("network", about=name, network=name)


def _link(case: Case, card: MovingCard) -> Iterator[Finding]:
    links = case.target.links
    if links is None:
        return
    if card.source in links:
        yield passed("bridge", about=card.source, bridge=card.source)
    else:
        yield blocker("bridge-missing", about=card.source, bridge=card.source)
