"""Who is in a team, and as what."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, is_admin, require, role_is
from accounts.models import Grant, Membership, Team, User
from jobs import audit
from jobs.notices import notify
from quotas.models import Limit
from vms.models import VM

from .leaving import Left, left_by
from .roles import check_may_give


def add_member(team: Team, user: User, role: str, by: User) -> Membership:
    """Let `user` into the team. Raises ActionRefused (409) for who is in it already."""
    require(by, Capability.TEAM_MANAGE, team)
    check_may_give(by, team, role)
    return join(team, user, role, by)


def join(team: Team, user: User, role: str, by: User) -> Membership:
    """Let `user` in without asking for rights: somebody who had them has said so."""
    if user.is_service:
        text = _("A service account belongs to one team only.")
        raise ActionRefused(text, code="service-account")
    with transaction.atomic():
        row, is_new = Membership.objects.get_or_create(
            user=user, team=team, defaults={"role": role}
        )
        if not is_new:
            raise ActionRefused(
                _("%(name)s is in the team already.") % {"name": user.display_name},
                code="member-already",
            )
        _record(by, "team.member_add", team, {"person": user.username, "after": role})
    return row


def change_role(team: Team, user: User, role: str, by: User, *, source: str = "") -> Left:
    """Give a member another role and return what was before.

    `source` is who keeps the role from now on: nobody but people, or a directory again.
    """
    require(by, Capability.TEAM_MANAGE, team)
    with transaction.atomic():
        _wait_for_turn(team)
        row = _row(team, user)
        left, before = Left(row.role, row.source), row.role
        check_may_give(by, team, before)
        check_may_give(by, team, role)
        row.role = role
        row.source = source
        row.save(update_fields=["role", "source"])
        _keep_one_manager(team, by)
        detail = {"person": user.username, "before": before, "after": role}
        _record(by, "team.member_change", team, detail)
    return left


def remove_member(team: Team, user: User, by: User) -> Left:
    """Take `user` out and return what they had; the machines stay, without a person."""
    if user != by:
        require(by, Capability.TEAM_MANAGE, team)
    with transaction.atomic():
        _wait_for_turn(team)
        row = _row(team, user)
        if user != by:
            check_may_give(by, team, row.role)
        left = left_by(row)
        row.delete()
        _keep_one_manager(team, by)
        VM.objects.filter(team=team, owner=user).update(owner=None)
        Limit.objects.filter(team=team, user=user).delete()
        machines = VM.objects.filter(team=team).values("pk")
        Grant.objects.filter(user=user, kind="vm", object_id__in=machines).delete()
        _record(by, "team.member_remove", team, {"person": user.username, "before": row.role})
        if user != by:
            text = _("You are no longer in the team %(team)s.") % {"team": team.name}
            notify(users=[user], subject=text, text=text, kind="team")
    return left


def _wait_for_turn(team: Team) -> None:
    """Let one change of a team's people in at a time, so that two owners do not end each other."""
    Team.objects.select_for_update().get(pk=team.pk)


def _row(team: Team, user: User) -> Membership:
    here = Membership.objects.filter(team=team, user=user, user__service_team=None)
    row = here.select_for_update(of=("self",)).first()
    if row is None:
        raise ActionRefused(
            _("%(name)s is not in the team.") % {"name": user.display_name},
            code="not-found",
            status=404,
        )
    return row


def _keep_one_manager(team: Team, by: User) -> None:
    """Refuse what would leave a team that nobody manages; administrators may do so."""
    managers = Membership.objects.filter(role_is(Capability.TEAM_MANAGE), team=team)
    people = managers.filter(user__is_active=True, user__service_team=None)
    if not is_admin(by) and not people.exists():
        raise ActionRefused(
            _("The team needs somebody who manages it. Make somebody else an owner first."),
            code="last-owner",
        )


def _record(by: User, action: str, team: Team, detail: dict[str, str]) -> None:
    audit.record(
        by, action, target_kind="team", target_id=team.pk, target_name=team.name, detail=detail
    )
