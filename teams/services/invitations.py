"""A link lets somebody in, once, for a week."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, allows, require
from accounts.models import Invitation, Team, User
from accounts.services import hash_key
from jobs import audit

from .members import join
from .roles import check_may_give, may_give

DAYS = 7
MOST_OPEN = 200  # of one team


def invite(team: Team, email: str, role: str, by: User) -> tuple[Invitation, str]:
    """Make an invitation and return it with its key, which is shown once and kept nowhere."""
    require(by, Capability.TEAM_MANAGE, team)
    check_may_give(by, team, role)
    key = secrets.token_urlsafe(24)
    with transaction.atomic():
        now = timezone.now()
        waiting = Invitation.objects.filter(team=team, accepted_at=None, revoked_at=None)
        if waiting.filter(expires_at__gt=now).count() >= MOST_OPEN:
            raise ActionRefused(
                _("Too many invitations are open. Revoke some first."), code="too-many", status=422
            )
        row = Invitation.objects.create(
            team=team,
            email=email,
            role=role,
            key_hash=hash_key(key),
            invited_by=by,
            expires_at=now + timedelta(days=DAYS),
        )
        _record(by, "team.invite", team, {"email": email, "role": role})
    return row, key


def send_by_mail(row: Invitation, link: str) -> None:
    """Send the link to the invitation's address. Raises OSError when the mail server is away."""
    words = {"team": row.team.name, "link": link, "days": DAYS}
    EmailMessage(
        _("You are invited to the team %(team)s") % words,
        _("Open this link within %(days)d days to join %(team)s:\n\n%(link)s\n") % words,
        settings.DEFAULT_FROM_EMAIL,
        [row.email],
    ).send()


def find(key: str) -> Invitation | None:
    """Return the open invitation with this key."""
    row = Invitation.objects.select_related("team", "invited_by").filter(key_hash=hash_key(key))
    found = row.first()
    return found if found is not None and _stands(found) else None


def accept(key: str, user: User) -> Team:
    """Let `user` into the team that the key opens; it opens once."""
    with transaction.atomic():
        row = Invitation.objects.select_for_update().filter(key_hash=hash_key(key)).first()
        if row is None or not _stands(row):
            raise ActionRefused(
                _("This invitation is over. Ask for a new one."), code="invitation-over"
            )
        join(row.team, user, row.role, row.invited_by or user)
        row.accepted_at, row.accepted_by = timezone.now(), user
        row.save(update_fields=["accepted_at", "accepted_by"])
        _record(user, "team.invitation_accept", row.team, {"role": row.role})
    return row.team


def accept_as_new(key: str, username: str, full_name: str, password: str) -> User:
    """Make an account for who comes with an invitation, in the team from the start.

    Raises ValidationError for a weak password, ActionRefused when the invitation is over.
    """
    row = find(key)
    first, _space, last = full_name.strip().partition(" ")
    user = User(username=username, first_name=first, last_name=last, email=row.email if row else "")
    validate_password(password, user)
    with transaction.atomic():
        user.set_password(password)
        user.save()
        accept(key, user)
    return user


def revoke(row: Invitation, by: User) -> None:
    """Close an invitation."""
    require(by, Capability.TEAM_MANAGE, row.team)
    with transaction.atomic():
        Invitation.objects.filter(pk=row.pk, accepted_at=None).update(revoked_at=timezone.now())
        _record(by, "team.invitation_revoke", row.team, {"email": row.email})


def _stands(row: Invitation) -> bool:
    """Say whether the link is open and who made it could still make it."""
    by = row.invited_by
    return (
        row.is_open
        and by is not None
        and allows(by, Capability.TEAM_MANAGE, row.team)
        and may_give(by, row.team, row.role)
    )


def _record(by: User, action: str, team: Team, detail: dict[str, str]) -> None:
    audit.record(
        by, action, target_kind="team", target_id=team.pk, target_name=team.name, detail=detail
    )
