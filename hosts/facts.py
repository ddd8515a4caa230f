"""What open pages hear about a host."""

import time
from typing import NotRequired, TypedDict

from hosts.models import Duty, Host, HostState
from live.publish import announce

AUDIENCES = ["admins"]


def percent(part: float | None, whole: float | None) -> float | None:
    """Return `part` of `whole` in per cent, or None where one is not known."""
    if part is None or not whole:
        return None
    return max(0.0, min(100.0, 100.0 * part / whole))


class HostFacts(TypedDict):
    """The cells of a host that pages patch in place. Memory in bytes, processor 0 to 100."""

    state: str
    word: str
    cpu: float | None
    mem_used: int | None
    mem: int
    mem_percent: float | None
    next_try: str | None
    name: str
    net: NotRequired[float]  # bytes per second of its guests; told by the watcher alone


def word_of(state: str) -> str:
    """Return the word for a host's shown state."""
    found = Duty(state) if state in (Duty.DRAINING, Duty.MAINTENANCE) else HostState(state)
    return str(found.label)


def facts_of(host: Host) -> HostFacts:
    """Return the facts of `host`."""
    facts: HostFacts = {
        "state": host.shown_state,
        "word": word_of(host.shown_state),
        "cpu": host.cpu_percent,
        "mem_used": host.memory_used,
        "mem": host.memory,
        "mem_percent": percent(host.memory_used, host.memory),
        "next_try": host.next_try.isoformat() if host.next_try else None,
        "name": host.name,
    }
    if host.network_rate is not None:
        facts["net"] = host.network_rate
    return facts


def announce_host(host: Host) -> None:
    """Tell administrators' pages what `host` looks like, once the change is committed."""
    announce("host", host.pk, host.rev, dict(facts_of(host)), AUDIENCES)


def announce_inventory(host: Host) -> None:
    """Make open pages fetch `host` again: what it has, or what was found out about it, changed.

    The number only has to differ from the last one. `rev` stays: the watcher alone raises it.
    """
    facts = {**facts_of(host), "inventory": time.time_ns()}
    announce("host", host.pk, host.rev, facts, AUDIENCES)
