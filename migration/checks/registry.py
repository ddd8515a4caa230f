"""What do other rooms say about a machine on a host: affinity, maintenance, policies?

A room registers a rule while the apps start; it is asked about rows only, so it has to be quick:
on pages for every host, and once more on the worker right before the start.
"""

from collections.abc import Callable, Iterable

from hosts.models import Host
from vms.models import VM

from .findings import Finding

Rule = Callable[[VM, Host], Iterable[Finding]]
_RULES: list[Rule] = []


def register(rule: Rule) -> None:
    """Let `rule(vm, target)` yield findings; their words come with `words.register`."""
    if rule not in _RULES:
        _RULES.append(rule)


def findings_of_rooms(vm: VM, target: Host) -> list[Finding]:
    """Return what every room says."""
    return [finding for rule in _RULES for finding in rule(vm, target)]
