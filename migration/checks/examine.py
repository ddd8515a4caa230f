"""Every check of one machine against one target, in the order in which people read them."""

from . import devices, identity, processor, road, storage, wires
from .case import Case
from .findings import Finding, Level

CHECKS = (
    identity.check,
    processor.check,
    storage.check,
    wires.check,
    devices.check,
    road.check,
)
_ORDER = {Level.BLOCKER: 0, Level.WARNING: 1, Level.PASSED: 2, Level.UNKNOWN: 3}


def examine(case: Case) -> list[Finding]:
    """Return all findings, blockers first."""
    found = [finding for check in CHECKS for finding in check(case)]
    return sorted(found, key=lambda finding: _ORDER[finding.level])
