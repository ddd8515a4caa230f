"""Which teams do a person's groups elsewhere lead to? Kept in step at each sign-in."""

import logging
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction

from accounts.models import CustomRole, Membership, Role, Team, User
from accounts.signals import changed

log = logging.getLogger(__name__)


def keep_in_step(user: User, groups: Iterable[str], source: str) -> None:
    """Give `user` the memberships of their `groups`, and take those of groups they have left.

    Only memberships of the same `source` are touched; what people gave stays as it is.
    """
    wanted = _wanted(set(groups))
    with transaction.atomic():
        present = {one.team_id: one for one in Membership.objects.filter(user=user)}
        for team_id, one in present.items():
            if one.source == source and team_id not in wanted:
                one.delete()
                _tell(user, "team.member_remove", one, source, before=one.role)
        for team_id, role in wanted.items():
            _give(user, team_id, role, source, present.get(team_id))


def _give(user: User, team_id: int, role: str, source: str, here: Membership | None) -> None:
    if here is None:
        made = Membership.objects.create(user=user, team_id=team_id, role=role, source=source)
        _tell(user, "team.member_add", made, source, after=role)
    elif here.source == source and here.role != role:
        before, here.role = here.role, role
        here.save(update_fields=["role"])
        _tell(user, "team.member_change", here, source, before=before, after=role)


def _wanted(groups: set[str]) -> dict[int, str]:
    """Return team id to role; of two groups that lead to one team, the first in the map counts."""
    found: dict[int, str] = {}
    teams = dict(Team.objects.values_list("slug", "pk"))
    roles = {*Role.values, *CustomRole.objects.values_list("slug", flat=True)}
    for group, (slug, role) in settings.TEAM_MAP.items():
        if group not in groups:
            continue
        if slug not in teams or role not in roles:
            log.warning("GUESTHOUSE_TEAM_MAP: no team %s or no role %s here.", slug, role)
            continue
        found.setdefault(teams[slug], role)
    return found


def _tell(user: User, action: str, row: Membership, source: str, **detail: str) -> None:
    changed.send(
        sender=None,
        actor=user,
        action=action,
        target_kind="team",
        target_id=row.team_id,
        target_name=row.team.name,
        detail={"person": user.username, "source": source, **detail},
    )
