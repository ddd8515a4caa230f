"""Make, change and end placement groups, and say which machines are in them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.access import Capability, allows, require
from accounts.models import Team, User
from jobs import audit
from vms.access import list_vms
from vms.models import VM
from vms.names import BadName, check_text
from vms.services.refusing import refuse_field

from .access import right_for
from .models import Affinity, PlacementGroup

LONGEST = 40


@dataclass(frozen=True, slots=True)
class GroupWish:
    """What a group is to be."""

    name: str
    affinity: str = Affinity.APART
    is_hard: bool = True


def create_group(wish: GroupWish, team: Team | None, by: User) -> PlacementGroup:
    """Make a group of a team, or the administrators' own.

    Raises PermissionDenied, or ActionRefused (400) that names the field.
    """
    group = PlacementGroup(team=team)
    require(by, right_for(group), team)
    return _write(group, wish, by, "group.create")


def edit_group(group: PlacementGroup, wish: GroupWish, by: User) -> PlacementGroup:
    """Change a group. What breaks it now goes on; it counts from the next start or move."""
    require(by, right_for(group), group.team)
    return _write(group, wish, by, "group.edit")


def _write(group: PlacementGroup, wish: GroupWish, by: User, action: str) -> PlacementGroup:
    group.name = read_name(wish.name)
    if wish.affinity not in Affinity.values:
        raise refuse_field("affinity", _("Together or apart."))
    group.affinity, group.is_hard = wish.affinity, wish.is_hard
    taken = PlacementGroup.objects.filter(team=group.team, name=group.name).exclude(pk=group.pk)
    refusal = refuse_field("name", _("There is a group of this name already."))
    if taken.exists():
        raise refusal
    try:
        with transaction.atomic():
            group.save()
            _record(group, by, action, affinity=group.affinity, hard=group.is_hard)
    except IntegrityError:
        raise refusal from None
    return group


def read_name(text: str) -> str:
    """Return the name of a group as it was typed, tidied. Raises ActionRefused (400)."""
    try:
        name = " ".join(check_text(text, LONGEST).split())
    except BadName as error:
        raise refuse_field("name", str(error)) from error
    if not name:
        raise refuse_field("name", _("A group needs a name."))
    return name


def delete_group(group: PlacementGroup, by: User) -> None:
    """End a group; its machines stay where they are."""
    require(by, right_for(group), group.team)
    with transaction.atomic():
        _record(group, by, "group.delete")
        group.delete()


def candidates(group: PlacementGroup, by: User) -> list[VM]:
    """Return the machines that may be in the group: the team's, or any for administrators."""
    rows = list_vms(by).filter(recycled_at=None)
    return list(rows if group.team_id is None else rows.filter(team=group.team_id))


def set_machines(group: PlacementGroup, wanted: Iterable[int], by: User) -> None:
    """Say which machines are in the group. Raises ActionRefused (400) for one that may not be."""
    require(by, right_for(group), group.team)
    allowed = {vm.pk for vm in candidates(group, by)}
    ids = set(wanted)
    if not ids <= allowed:
        raise refuse_field("machines", _("Only machines of the group's team can be in it."))
    with transaction.atomic():
        group.machines.set(ids)
        _record(group, by, "group.machines", machines=sorted(ids))


def group_for(group_id: int | None, team: Team | None, by: User) -> PlacementGroup | None:
    """Return the group that a new machine of `team` joins. Raises ActionRefused (400)."""
    if group_id is None:
        return None
    group = PlacementGroup.objects.filter(pk=group_id).first()
    is_theirs = group is not None and team is not None and group.team_id == team.pk
    if group is None or not (is_theirs or _is_sites(group, by)):
        raise refuse_field("group", _("There is no such group."))
    return group


def _is_sites(group: PlacementGroup, by: User) -> bool:
    return group.team_id is None and allows(by, Capability.HOST_MANAGE)


def _record(group: PlacementGroup, by: User, action: str, **detail: object) -> None:
    audit.record(
        by,
        action,
        target_kind="group",
        target_id=group.pk,
        target_name=group.name,
        outcome="done",
        detail={"team": group.team_id, **detail},
    )
