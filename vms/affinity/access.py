"""How is a placement group fetched? Fetching is authorising."""

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.access import Capability, Person, allows, is_auditor, on_whole_site, require
from accounts.in_teams import teams_where

from .models import PlacementGroup


def list_groups(user: Person) -> QuerySet[PlacementGroup]:
    """Return the groups of the user's teams; those of no team to who sees the hosts."""
    rows = PlacementGroup.objects.select_related("team")
    if on_whole_site(user, Capability.HOST_VIEW) or is_auditor(user):
        return rows
    return rows.filter(Q(team__in=teams_where(user, Capability.TEAM_VIEW)))


def get_group(user: Person, pk: int, *, to_change: bool = False) -> PlacementGroup:
    """Return a group. Raises Http404 for one unseen, PermissionDenied where it is not theirs."""
    group = list_groups(user).filter(pk=pk).first()
    if group is None:
        raise Http404
    if to_change:
        require(user, right_for(group), group.team)
    return group


def right_for(group: PlacementGroup) -> Capability:
    """Return what a person needs to change it."""
    return Capability.HOST_MANAGE if group.team_id is None else Capability.TEAM_MANAGE


def may_change(user: Person, group: PlacementGroup) -> bool:
    """Say whether `user` may change it."""
    return allows(user, right_for(group), group.team)
