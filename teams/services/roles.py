"""Which roles are there, who may give which, and the site's own ones."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, is_admin
from accounts.capabilities import LEAST, TEAM_CAPABILITIES
from accounts.models import (
    CustomRole,
    Grant,
    Invitation,
    Membership,
    Role,
    RoleCapability,
    Team,
    User,
)
from accounts.roles import capabilities_of, role_names
from jobs import audit

__all__ = [
    "capabilities_of",
    "check_may_give",
    "delete_role",
    "may_give",
    "role_names",
    "save_role",
]


def check_may_give(by: User, team: Team, role: str) -> None:
    """Raise ActionRefused unless `role` exists and gives no more than `by` has in the team."""
    if role not in role_names():
        raise ActionRefused(
            _("There is no such role."), code="invalid", status=400, fields={"role": _("Unknown")}
        )
    if not may_give(by, team, role):
        raise ActionRefused(
            _("You cannot give a role that may do more than yours."), code="role-above", status=403
        )


def may_give(by: User, team: Team, role: str) -> bool:
    """Say whether `role` exists and gives no more than `by` has in the team."""
    if role not in role_names():
        return False
    if by.limited_to is not None and not capabilities_of(role) <= set(map(str, by.limited_to)):
        return False
    if is_admin(by):
        return True
    own = Membership.objects.filter(user=by, team=team).values_list("role", flat=True).first()
    return capabilities_of(role) <= capabilities_of(own or "")


def save_role(
    role: CustomRole | None, name: str, description: str, capabilities: list[str], by: User
) -> CustomRole:
    """Make or change one of the site's own roles. What every role has is added."""
    chosen = {str(one) for one in TEAM_CAPABILITIES} & set(capabilities) | {*map(str, LEAST)}
    before = sorted(capabilities_of(role.slug)) if role else []
    try:
        with transaction.atomic():
            if role is None:
                role = CustomRole(slug=_free_slug(name))
            role.name, role.description = name.strip(), description.strip()
            role.save()
            role.capabilities.all().delete()
            RoleCapability.objects.bulk_create(
                RoleCapability(role=role, capability=one) for one in sorted(chosen)
            )
            audit.record(
                by,
                "role.change" if before else "role.create",
                target_kind="role",
                target_id=role.pk,
                target_name=role.name,
                detail={"before": before, "after": sorted(chosen)},
            )
    except IntegrityError:
        raise ActionRefused(
            _("There is a role called %(name)s already.") % {"name": name}, code="name-taken"
        ) from None
    return role


def delete_role(role: CustomRole, by: User) -> None:
    """Remove a role that nobody has."""
    members = Membership.objects.filter(role=role.slug).count()
    invited = Invitation.objects.filter(
        role=role.slug, accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    )
    if members or invited.exists() or Grant.objects.filter(role=role.slug).exists():
        raise ActionRefused(
            _("%(name)s is in use. Give those people another role first.") % {"name": role.name},
            code="in-use",
        )
    with transaction.atomic():
        audit.record(
            by, "role.delete", target_kind="role", target_id=role.pk, target_name=role.name
        )
        role.delete()


def _free_slug(name: str) -> str:
    slug = slugify(name)[:36] or "role"
    taken = {*Role.values, *CustomRole.objects.values_list("slug", flat=True)}
    number = 2
    free = slug
    while free in taken:
        free = f"{slug}-{number}"
        number += 1
    return free
