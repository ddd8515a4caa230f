"""Make, change and remove teams."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, require
from accounts.models import Team, User
from hosts.models import Network
from jobs import audit
from vms.models import VM

RULES = (
    "name",
    "description",
    "lease_days",
    "longest_lease_days",
    "approves_creation",
    "approves_deletion",
    "needs_second_factor",
)
WORDS_OF_ADDRESSES = {"new", "join"}


def create_team(name: str, description: str, by: User) -> Team:
    """Make a team. Raises ActionRefused (409) when there is one of this name."""
    require(by, Capability.USER_MANAGE)
    try:
        with transaction.atomic():
            team = Team.objects.create(
                name=name.strip(), slug=_free_slug(name), description=description.strip()
            )
            _record(by, "team.create", team, {})
    except IntegrityError:
        raise _taken(name) from None
    return team


def change_team(team: Team, by: User, **rules: Any) -> Team:
    """Change the team's name, words and rules; see `RULES`."""
    require(by, Capability.TEAM_MANAGE, team)
    before = {name: getattr(team, name) for name in rules if name in RULES}
    after = {name: rules[name] for name in before if rules[name] != before[name]}
    if not after:
        return team
    try:
        with transaction.atomic():
            for name, value in after.items():
                setattr(team, name, value)
            team.save(update_fields=list(after))
            was = {name: before[name] for name in after}
            _record(by, "team.change", team, {"before": was, "after": after})
    except IntegrityError:
        team.refresh_from_db()
        raise _taken(str(rules.get("name", ""))) from None
    return team


def delete_team(team: Team, by: User) -> None:
    """Remove a team that has nothing any more."""
    require(by, Capability.USER_MANAGE)
    with transaction.atomic():
        machines = VM.objects.filter(team=team).count()
        networks = Network.objects.filter(team=team).count()
        if machines or networks:
            raise ActionRefused(
                _("%(name)s still has machines or networks. Delete or move them first.")
                % {"name": team.name},
                code="not-empty",
            )
        _record(by, "team.delete", team, {})
        team.service_accounts.all().delete()
        team.delete()


def _taken(name: str) -> ActionRefused:
    text = _("There is a team called %(name)s already.") % {"name": name}
    return ActionRefused(text, code="name-taken", fields={"name": text})


def _free_slug(name: str) -> str:
    slug = slugify(name)[:70] or "team"
    taken = {*Team.objects.values_list("slug", flat=True), *WORDS_OF_ADDRESSES}
    free, number = slug, 2
    while free in taken:
        free = f"{slug}-{number}"
        number += 1
    return free


def _record(by: User, action: str, team: Team, detail: dict[str, Any]) -> None:
    audit.record(
        by, action, target_kind="team", target_id=team.pk, target_name=team.name, detail=detail
    )
