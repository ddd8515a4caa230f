"""What stands against a host, and what speaks less for it than for others? One rule, one function.

A rule yields reasons; a hard one keeps the machine away, a soft one only ranks the host lower.
Rooms above add their own with `register_rule`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from hosts.models import HostState

from .abilities import knows_clipboard, knows_firmware, knows_spice, knows_tpm
from .facts import Facts
from .needs import Need
from .rooms import Room


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a host does not take the machine (`is_hard`), or is not the first choice."""

    code: str
    text: str
    is_hard: bool = True


Rule = Callable[[Need, Room, Facts], Iterable[Reason]]


def _reached(_need: Need, room: Room, _facts: Facts) -> Iterator[Reason]:
    host = room.host
    if not host.is_online:
        yield Reason("away", _("does not answer"))
    elif host.duty:
        yield Reason("duty", _("is in maintenance, nothing new lands there"))
    elif host.state == HostState.NOT_READY:
        yield Reason("not-ready", host.error_message or _("is not ready"))


def _team(need: Need, room: Room, _facts: Facts) -> Iterator[Reason]:
    teams = list(room.host.kept_for.all())
    if teams and need.team not in teams:
        yield Reason("kept", _("is kept for other teams"))


def _memory(need: Need, room: Room, _facts: Facts) -> Iterator[Reason]:
    if room.host.memory and room.host.memory < need.memory:
        yield Reason("memory", _("has less memory than that"))
    elif room.host.memory and room.free_memory < need.memory:
        free = filesizeformat(max(0, room.free_memory))
        text = _("has %(free)s of memory left, so machines would share it")
        yield Reason("memory-short", text % {"free": free}, is_hard=False)


def _processors(need: Need, room: Room, _facts: Facts) -> Iterator[Reason]:
    if room.host.cpus and room.host.cpus < need.vcpus:
        text = _("has %(count)d threads for %(wanted)d processors")
        words = {"count": room.host.cpus, "wanted": need.vcpus}
        yield Reason("processors", text % words, is_hard=False)


def _storage(need: Need, room: Room, _facts: Facts) -> Iterator[Reason]:
    free = room.free_disk
    if not need.disk or free is None or free >= need.disk:
        return
    if free <= 0:
        yield Reason("storage", _("has no room left for disks"))
        return
    text = _("has %(free)s left for disks, less than this one may grow to")
    yield Reason("storage-short", text % {"free": filesizeformat(free)}, is_hard=False)


def _medium(_need: Need, room: Room, facts: Facts) -> Iterator[Reason]:
    if facts.with_iso is not None and room.host.pk not in facts.with_iso:
        yield Reason("iso", _("does not have this medium"))


def _network(need: Need, room: Room, facts: Facts) -> Iterator[Reason]:
    missing = sorted(need.networks - facts.networks.get(room.host.pk, set()))
    if missing:
        text = _("has no active network called %(name)s")
        yield Reason("network", text % {"name": ", ".join(missing)})


def _firmware(need: Need, room: Room, _facts: Facts) -> Iterator[Reason]:
    if not knows_firmware(room.host, need.firmware):
        yield Reason("firmware", _("does not have this firmware"))
    if need.tpm and not knows_tpm(room.host):
        yield Reason("tpm", _("cannot emulate a TPM"))


def _display(need: Need, room: Room, _facts: Facts) -> Iterator[Reason]:
    if need.spice and not knows_spice(room.host):
        yield Reason("display", _("has no SPICE displays"))
    if need.clipboard and not knows_clipboard(room.host):
        yield Reason("clipboard", _("cannot exchange the clipboard over VNC"))


RULES: list[Rule] = [
    _reached,
    _team,
    _memory,
    _processors,
    _storage,
    _medium,
    _network,
    _firmware,
    _display,
]


def register_rule(rule: Rule) -> None:
    """Have one more rule asked; called while the apps start."""
    RULES.append(rule)
