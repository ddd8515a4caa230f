"""What do groups say about a machine on a host? Asked when it is made, started and moved.

Others' machines are never named: who is told may not see them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from vms.models import VM
from vms.placement import Need, Reason, Room
from vms.placement.facts import Facts

from .models import Affinity, PlacementGroup


@dataclass(frozen=True, slots=True)
class Companion:
    """Another machine of a group: where it is, and whether it is on."""

    host: int
    is_on: bool


def stands_against(affinity: str, host: int, others: Iterable[Companion]) -> bool:
    """Say whether a machine on `host` would break the group: pure."""
    places = {one.host for one in others}
    if affinity == Affinity.APART:
        return host in places
    return bool(places) and host not in places


def rule(need: Need, room: Room, facts: Facts) -> Iterator[Reason]:
    """Yield what the machine's groups say about a host; one that moves meets only what is on."""
    for group, others in facts.once("groups", lambda: groups_of(need)):
        if stands_against(group.affinity, room.host.pk, others):
            yield Reason("affinity", _sentence(group), is_hard=group.is_hard)


def groups_of(need: Need) -> list[tuple[PlacementGroup, list[Companion]]]:
    """Return the groups that count for a need, each with the other machines in it."""
    rows = PlacementGroup.objects.all()
    if need.vm is not None:
        rows = rows.filter(machines=need.vm)
    elif need.group is not None:
        rows = rows.filter(pk=need.group)
    else:
        return []
    is_moving = need.vm is not None
    return [
        (group, companions(group, need.vm, only_on=is_moving, planned=need.planned))
        for group in _filled(rows)
    ]


def _filled(rows: QuerySet[PlacementGroup]) -> list[PlacementGroup]:
    machines = VM.objects.only("pk", "host_id", "state", "domain_id", "team_id")
    return list(rows.prefetch_related(Prefetch("machines", machines)))


def companions(
    group: PlacementGroup,
    but: VM | None = None,
    *,
    only_on: bool = False,
    planned: Mapping[int, int | None] | None = None,
) -> list[Companion]:
    """Return the other machines that count: those that are still the team's own.

    One that is `planned` to move is where it will be; where that is open, it does not count.
    """
    found = []
    for vm in group.machines.all():
        is_other = (but is None or vm.pk != but.pk) and group.team_id in {None, vm.team_id}
        host_id = (planned or {}).get(vm.pk, vm.host_id)
        if is_other and host_id is not None and (vm.is_on or not only_on):
            found.append(Companion(host_id, vm.is_on))
    return found


def _sentence(group: PlacementGroup) -> str:
    words = {"group": group.name}
    if group.affinity == Affinity.APART:
        return _("has another machine of the group %(group)s, which are kept apart") % words
    return _("is not where the machines of the group %(group)s are") % words


def refuse_start(vm: VM) -> None:
    """Raise ActionRefused (409) where starting would break a group that is a must."""
    for group, others in groups_of(Need(vm.memory, vm=vm)):
        if group.is_hard and stands_against(group.affinity, vm.host_id, others):
            text = _("%(name)s cannot start here: %(host)s %(reason)s. Migrate one of them first.")
            words = {"name": vm.name, "host": _("its host"), "reason": _sentence(group)}
            raise ActionRefused(text % words, code="affinity", group=group.name)
