"""Set limits: who may, how far, and what was before."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, allows, on_whole_site
from accounts.models import Membership, Team, User
from jobs import audit

from .amounts import shown
from .models import Limit, Resource
from .services import set_limit

Amounts = Mapping[Resource, int | None]


def limits_of(team: Team | None, user: User | None, each: bool) -> dict[Resource, int]:
    """Return the limits that are set for exactly these."""
    rows = Limit.objects.filter(team=team, user=user, each=each)
    return {Resource(row.resource): row.amount for row in rows}


def may_set(by: User, team: Team | None, *, whole: bool) -> bool:
    """Say whether `by` may set limits of the whole team, or of the people in it."""
    if on_whole_site(by, Capability.QUOTA_MANAGE):
        return True
    return not whole and team is not None and allows(by, Capability.TEAM_MANAGE, team)


def set_limits(by: User, amounts: Amounts, *, team: Team | None, user: User | None = None) -> None:
    """Set the limits of the whole team, or where `user` is given of that person in it."""
    _set(by, amounts, team, user, each=False)


def set_limits_of_each(by: User, amounts: Amounts, *, team: Team | None) -> None:
    """Set the limits of each person in the team, or of everybody's own machines."""
    _set(by, amounts, team, None, each=True)


def _set(by: User, amounts: Amounts, team: Team | None, user: User | None, each: bool) -> None:
    whole = user is None and not each
    if not may_set(by, team, whole=whole):
        raise PermissionDenied
    with transaction.atomic():
        if team is not None and not whole:
            _refuse_beyond(team, user, amounts)
        before = limits_of(team, user, each)
        for resource, amount in amounts.items():
            set_limit(resource, amount, team=team, user=user, each=each)
        after = limits_of(team, user, each)
        if before != after:
            of = team or user
            audit.record(
                by,
                "quota.change",
                target_kind="team" if team else "user" if user else "site",
                target_id=of.pk if of else None,
                target_name=str(of) if of else "",
                detail={
                    "before": before,
                    "after": after,
                    "each": each,
                    "person": user.username if user else "",
                },
            )


def _refuse_beyond(team: Team, user: User | None, amounts: Amounts) -> None:
    """Refuse a person's limit above the team's, and one for somebody who is not in it."""
    if user is not None and not Membership.objects.filter(team=team, user=user).exists():
        text = _("There is no such person in the team.")
        raise ActionRefused(text, code="invalid", status=400, fields={"person": text})
    errors: dict[str, str] = {}
    most = limits_of(team, None, False)
    for resource, amount in amounts.items():
        limit = most.get(resource)
        if amount is not None and limit is not None and amount > limit:
            errors[str(resource)] = _("The whole team has %(limit)s.") % {
                "limit": shown(resource, limit)
            }
    if errors:
        text = next(iter(errors.values()))
        raise ActionRefused(text, code="invalid", status=400, fields=errors)
