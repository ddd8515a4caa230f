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
    "ended_days",
    "bin_days",
    "approves_creation",
    "approves_resize",
    "approves_deletion",
    "needs_second_factor",
    "console_links",
    "console_recording",
    "recordings_days",
)
MAY_BE_NONE = {"lease_days", "longest_lease_days", "ended_days", "recordings_days"}
WORDS_OF_ADDRESSES = {"new", "join", "scope"}


def create_team(name: str, description: str, by: User) -> Team:
    """Make a team. Raises ActionRefused (409) when there is one of this name."""
    require(by, Capability.USER_MANAGE)
    _check({"name": name})
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
    """Change the team's name, words and rules; see `RULES`.

    Raises ActionRefused: 400 with `fields`, 409 for a name that is taken.
    """
    require(by, Capability.TEAM_MANAGE, team)
    _check({name: getattr(team, name) for name in RULES} | rules)
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


def _check(rules: dict[str, Any]) -> None:
    """Raise ActionRefused (400) for rules that no team can have."""
    wrong = {
        name: _("This cannot be empty.")
        for name, value in rules.items()
        if value is None and name not in MAY_BE_NONE
    }
    if not str(rules["name"] or "").strip():
        wrong["name"] = _("This cannot be empty.")
    usual, longest = rules.get("lease_days"), rules.get("longest_lease_days")
    if usual and longest and usual > longest:
        wrong["lease_days"] = _("This is longer than what is allowed at most.")
    if wrong:
        text = " ".join(dict.fromkeys(wrong.values()))
        raise ActionRefused(text, code="invalid", status=400, fields=wrong)


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
