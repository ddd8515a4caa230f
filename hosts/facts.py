"""What open pages hear about a host."""

from typing import TypedDict

from hosts.models import Host, HostState
from live.publish import announce

AUDIENCES = ["admins"]


class HostFacts(TypedDict):
    """The cells of a host that pages patch in place. Memory in bytes, processor 0 to 100."""

    state: str
    word: str
    cpu: float | None
    mem_used: int | None
    mem: int
    next_try: str | None
    name: str


def facts_of(host: Host) -> HostFacts:
    """Return the facts of `host`."""
    return {
        "state": host.state,
        "word": str(HostState(host.state).label),
        "cpu": host.cpu_percent,
        "mem_used": host.memory_used,
        "mem": host.memory,
        "next_try": host.next_try.isoformat() if host.next_try else None,
        "name": host.name,
    }


def announce_host(host: Host) -> None:
    """Tell administrators' pages what `host` looks like, once the change is committed."""
    announce("host", host.pk, host.rev, dict(facts_of(host)), AUDIENCES)
