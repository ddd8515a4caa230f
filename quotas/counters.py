"""How is it known what is used? Each room counts its own rows; nothing is counted twice or drifts.

A counter takes a team's id and a person's id, either of which may be None: (team, None) is all of
the team's, (team, person) what that person has in the team, (None, person) what they have of
their own.
"""

from collections.abc import Callable

from .models import Resource

Counter = Callable[[int | None, int | None], int]

_COUNTERS: dict[str, Counter] = {}


def register(resource: Resource, counter: Counter) -> None:
    """Count `resource` by `counter`; called while the apps start."""
    _COUNTERS[resource] = counter


def counted() -> list[Resource]:
    """Return the resources of which something can be had, in the order of their declaration."""
    return [resource for resource in Resource if resource in _COUNTERS]


def count(resource: str, team_id: int | None, user_id: int | None) -> int:
    """Return how much is used now."""
    counter = _COUNTERS.get(resource)
    return counter(team_id, user_id) if counter else 0
