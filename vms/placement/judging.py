"""Which hosts take the machine, in which order, and why?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from hosts.models import Host

from .facts import read_facts
from .needs import Need
from .rooms import Room, rooms_of
from .rules import RULES, Reason


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found about one host. `free_memory` is bytes, without the machine."""

    host: Host
    free_memory: int
    reasons: tuple[Reason, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether it takes the machine."""
        return not any(reason.is_hard for reason in self.reasons)

    @property
    def why(self) -> str:
        """What stands against it, or how much room it has."""
        texts = [reason.text for reason in self.reasons if reason.is_hard or self.fits]
        if texts:
            return ", ".join(texts)
        return _("%(free)s of memory free") % {"free": filesizeformat(max(0, self.free_memory))}

    @property
    def code(self) -> str:
        """The first reason's word for programs, "" for a host that simply fits."""
        return self.reasons[0].code if self.reasons else ""


def judge(
    need: Need, hosts: Iterable[Host] | None = None, *, rooms: Sequence[Room] | None = None
) -> list[Verdict]:
    """Return all hosts, or `hosts`, the best first; the number of queries does not grow.

    `rooms` spares who asks about many machines the reading of all hosts for each.
    """
    if rooms is None:
        everything = Host.objects.prefetch_related("pools", "kept_for")
        rooms = rooms_of(everything if hosts is None else hosts)
    facts = read_facts(need)
    found = [
        Verdict(
            room.host,
            room.free_memory,
            tuple(reason for rule in RULES for reason in rule(need, room, facts)),
        )
        for room in rooms
    ]
    return sorted(found, key=_rank)


def _rank(verdict: Verdict) -> tuple[bool, int, int, str]:
    return (not verdict.fits, len(verdict.reasons), -verdict.free_memory, verdict.host.name)


def hosts_for(need: Need) -> list[Host]:
    """Return the hosts that take it, the best first."""
    return [verdict.host for verdict in judge(need) if verdict.fits]
