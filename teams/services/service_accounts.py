"""Accounts of programs: each acts for one team, by tokens that people of the team make."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, is_program, require
from accounts.models import ApiToken, Membership, Team, User
from accounts.services import NewToken, create_token
from jobs import audit

from .roles import capabilities_of, check_may_give

MOST = 50  # of one team
MOST_TOKENS = 20  # of one account
LONGEST_NAME = 40


def accounts_of(team: Team) -> QuerySet[User]:
    """Return the team's service accounts, by name, with their tokens."""
    rows = User.objects.filter(service_team=team).prefetch_related("api_tokens", "memberships")
    return rows.order_by("first_name", "pk")


def role_of(account: User) -> str:
    """Return what the account is in its team."""
    rows = Membership.objects.filter(user=account, team=account.service_team_id)
    return rows.values_list("role", flat=True).first() or ""


def rights_of(account: User) -> list[Capability]:
    """Return what a token of the account can be narrowed to: what its role allows."""
    allowed = capabilities_of(role_of(account)) | {str(Capability.JOB_VIEW)}
    return [one for one in Capability if str(one) in allowed]


def create(team: Team, name: str, role: str, by: User) -> User:
    """Make an account for a program. Raises ActionRefused (409) for a name that is taken."""
    _require_person(by, team)
    check_may_give(by, team, role)
    if team.service_accounts.count() >= MOST:
        text = _("The team has %(count)d service accounts already. Delete one first.")
        raise ActionRefused(text % {"count": MOST}, code="too-many", status=422)
    account = User(service_team=team, **_names(team, name))
    account.set_unusable_password()
    try:
        with transaction.atomic():
            account.save()
            Membership.objects.create(user=account, team=team, role=role)
            _record(by, "team.service_create", account, after={"role": role})
    except IntegrityError:
        raise _taken(name) from None
    return account


def change(account: User, by: User, *, name: str | None = None, role: str | None = None) -> None:
    """Give the account another name or role; what it made goes on under the new name."""
    team = _require_over(account, by)
    before = {"name": account.first_name, "role": role_of(account)}
    after = {"name": name or before["name"], "role": role or before["role"]}
    if role:
        check_may_give(by, team, role)
    if before == after:
        return
    try:
        with transaction.atomic():
            for field, value in _names(team, after["name"]).items():
                setattr(account, field, value)
            account.save(update_fields=["username", "first_name"])
            Membership.objects.filter(user=account, team=team).update(role=after["role"])
            _record(by, "team.service_change", account, before=before, after=after)
    except IntegrityError:
        account.refresh_from_db()
        raise _taken(after["name"]) from None


def set_active(account: User, is_active: bool, by: User) -> None:
    """Let the account's tokens work again, or refuse them at once without ending them."""
    _require_over(account, by)
    with transaction.atomic():
        before, account.is_active = account.is_active, is_active
        account.save(update_fields=["is_active"])
        action = "team.service_enable" if is_active else "team.service_disable"
        _record(by, action, account, before={"active": before}, after={"active": is_active})


def delete(account: User, by: User) -> None:
    """Remove the account with its tokens; its machines stay with the team, without a person."""
    _require_over(account, by)
    with transaction.atomic():
        before = {"role": role_of(account), "tokens": account.api_tokens.count()}
        _record(by, "team.service_delete", account, before=before)
        account.delete()


def make_token(
    account: User, by: User, name: str, *, scope: str, days: int, capabilities: Iterable[str] = ()
) -> NewToken:
    """Make a token for the account; its key is shown once.

    Raises ActionRefused for more rights than the role has, 403 for a role above that of `by`.
    """
    _require_over(account, by)
    if account.api_tokens.count() >= MOST_TOKENS:
        text = _("%(name)s has %(count)d tokens already. Revoke one first.")
        words = {"name": account.first_name, "count": MOST_TOKENS}
        raise ActionRefused(text % words, code="too-many", status=422)
    wanted = list(capabilities)
    if not set(wanted) <= {str(one) for one in rights_of(account)}:
        text = _("The role of the account does not have this right.")
        raise ActionRefused(text, code="invalid", status=400, fields={"capabilities": text})
    with transaction.atomic():
        made = create_token(account, name, scope=scope, days=days, capabilities=wanted, by=by)
        _record(by, "team.service_token", account, after=_facts(made.row))
    return made


def revoke_token(token: ApiToken, by: User) -> None:
    """End a token of a service account at once; any who manages the team may."""
    team = token.user.service_team
    require(by, Capability.TEAM_MANAGE, team)
    with transaction.atomic():
        _record(by, "team.service_revoke", token.user, before=_facts(token))
        token.delete()


def _require_over(account: User, by: User) -> Team:
    """Return the account's team. Raises unless `by` manages it and could give the role."""
    team = account.service_team
    assert team is not None
    _require_person(by, team)
    check_may_give(by, team, role_of(account))
    return team


def _require_person(by: User, team: Team) -> None:
    """Raise unless `by` is a person who manages the team: programs make no programs."""
    require(by, Capability.TEAM_MANAGE, team)
    if is_program(by):
        text = _("Service accounts are managed by people.")
        raise ActionRefused(text, code="service-account", status=403)


def _names(team: Team, name: str) -> dict[str, str]:
    """Return shown name and user name; no person's name has a colon or a slash."""
    shown = " ".join(name.split())
    if not slugify(shown) or len(shown) > LONGEST_NAME:
        text = _("Write a name of letters and digits, at most %(count)d characters long.")
        text %= {"count": LONGEST_NAME}
        raise ActionRefused(text, code="invalid", status=400, fields={"name": text})
    return {"first_name": shown, "username": f"service:{team.slug}/{slugify(shown)}"}


def _taken(name: str) -> ActionRefused:
    text = _("The team has a service account called %(name)s already.") % {"name": name}
    return ActionRefused(text, code="name-taken", fields={"name": text})


def _facts(token: ApiToken) -> dict[str, object]:
    until = token.expires_at.isoformat() if token.expires_at else ""
    rights = {"scope": token.scope, "rights": token.capabilities}
    return {"token": token.name, "prefix": token.prefix, "until": until, **rights}


def _record(by: User, action: str, account: User, **detail: object) -> None:
    team = account.service_team
    assert team is not None
    audit.record(
        by,
        action,
        target_kind="team",
        target_id=team.pk,
        target_name=team.name,
        detail={"account": account.username, **detail},
    )
