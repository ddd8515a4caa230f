"""Is a host ready for machines? Only what was really looked at, each with what to do about it."""

from hosts.models import Host

from . import faults, findings, rows, stores
from .lines import Fix, Readiness

__all__ = ["Fix", "Readiness", "failing", "readiness_of"]


def readiness_of(host: Host) -> list[Readiness]:
    """Return the checks of `host`, from what the watcher read and a worker found out."""
    return [
        *rows.versions(host),
        *faults.known(host),
        rows.events(host),
        rows.acceleration(host),
        *findings.lines(host),
        *stores.pools(host),
        *stores.networks(host),
    ]


def failing(host: Host) -> list[Readiness]:
    """Return the checks for which the host counts as not ready; empty while it was never read."""
    return [one for one in readiness_of(host) if one.state == "fail"]
