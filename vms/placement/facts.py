"""What has to be known of all hosts to judge them: read once, in a few queries."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from catalogue.services import networks_for
from hosts.models import Network, Volume

from .needs import Need

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Facts:
    """By host: the names of usable networks; and which hosts have the medium."""

    networks: dict[int, set[str]]
    with_iso: set[int] | None
    _kept: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, read: Callable[[], Read]) -> Read:
        """Return what a rule reads for all hosts; it is read for the first of them only."""
        if name not in self._kept:
            self._kept[name] = read()
        found: Read = self._kept[name]
        return found


def read_facts(need: Need) -> Facts:
    """Return the facts that `need` asks about."""
    return Facts(_networks(need), _with_iso(need))


def _networks(need: Need) -> dict[int, set[str]]:
    """Return the active networks by host; what is offered counts only for who asks for it."""
    rows = Network.objects.all() if need.user is None else networks_for(need.user, need.team)
    found: dict[int, set[str]] = defaultdict(set)
    if need.networks:
        for host_id, name in rows.filter(active=True).values_list("host", "name"):
            found[host_id].add(name)
    return found


def _with_iso(need: Need) -> set[int] | None:
    if need.iso is None:
        return None
    pool, volume = need.iso
    rows = Volume.objects.filter(pool__name=pool, pool__active=True, name=volume)
    return set(rows.values_list("pool__host", flat=True))
