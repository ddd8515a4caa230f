"""Make and change people and their tokens: short transactions, no pages."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .access import ActionRefused, is_admin, is_auditor, require
from .capabilities import AUDITOR, READING, TEAM_CAPABILITIES, Capability
from .models import ApiToken, Grant, SiteRole, User
from .signals import tell_of_person, tell_of_token

TOKEN_PREFIX = "gh_"
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made; `key` is shown once and kept nowhere."""

    row: ApiToken
    key: str


def new_password() -> str:
    """Return a password of 96 bits that can be read aloud."""
    return "-".join(secrets.token_hex(3) for _part in range(4))


def hash_key(key: str) -> str:
    """Return what is stored of an API key. The key has 256 random bits, so no salt is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


def offered_to(user: User) -> tuple[Capability, ...]:
    """Return what a token of `user` can be narrowed to, in the order of the table."""
    offered = {*TEAM_CAPABILITIES, Capability.JOB_VIEW}
    if is_auditor(user):
        offered |= AUDITOR
    if is_admin(user):
        offered = set(Capability) - {Capability.PUBLIC, Capability.SIGNED_IN}
    return tuple(one for one in Capability if one in offered)


def _narrowing(user: User, wanted: Iterable[str], by: User) -> list[str]:
    """Return what is kept of a token's narrowing: never more than the token that asks has."""
    chosen = frozenset(str(one) for one in wanted)
    if not chosen <= frozenset(str(one) for one in offered_to(user)):
        raise ActionRefused(_("There is no such right."), code="invalid", status=400)
    if by.limited_to is None:
        return sorted(chosen)
    held = frozenset(str(one) for one in by.limited_to)
    if not chosen <= held:
        raise ActionRefused(
            _("A token cannot make one that may do more than itself."),
            code="token-above",
            status=403,
        )
    return sorted(chosen or held)


def create_token(
    user: User,
    name: str,
    *,
    scope: str = "write",
    days: int = 90,
    capabilities: Iterable[str] = (),
    by: User | None = None,
) -> NewToken:
    """Make a token for `user` that ends after `days`. No capabilities: all that `user` has.

    `by` makes it for a service account, which makes none itself.
    """
    if user.is_service and by is None:
        text = _("Tokens of a service account are made by who manages its team.")
        raise ActionRefused(text, code="service-account", status=403)
    narrowing = _narrowing(user, capabilities, by or user)
    key = TOKEN_PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        user=user,
        name=name,
        prefix=key[:8],
        token_hash=hash_key(key),
        scope=scope,
        capabilities=narrowing,
        expires_at=timezone.now() + timedelta(days=days),
    )
    return NewToken(row, key)


def find_token(key: str) -> ApiToken | None:
    """Return the live token with this key, and note that it was used (once a minute at most)."""
    now = timezone.now()
    token = (
        ApiToken.objects.select_related("user")
        .filter(token_hash=hash_key(key), expires_at__gt=now, user__is_active=True)
        .first()
    )
    if token and (not token.last_used_at or now - token.last_used_at > timedelta(minutes=1)):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


@transaction.atomic
def revoke_token(token: ApiToken, *, by: User) -> None:
    """End a token at once: one's own, or somebody else's for who manages people."""
    if token.user_id != by.pk:
        require(by, Capability.USER_MANAGE)
    tell_of_token(by, "token.revoke", token)
    token.delete()


def limits_of(token: ApiToken) -> frozenset[str] | None:
    """Return the capabilities that `token` leaves of its user's; None where it leaves all."""
    if token.capabilities:
        narrow = frozenset(token.capabilities) | {Capability.SIGNED_IN}
        return narrow & READING if token.scope == "read" else narrow
    return READING if token.scope == "read" else None


def create_user(username: str, full_name: str, *, is_admin: bool) -> tuple[User, str]:
    """Make a person with a first password, which they must change. Return both."""
    password = new_password()
    first, _space, last = full_name.partition(" ")
    user = User(
        username=username,
        first_name=first,
        last_name=last,
        is_superuser=is_admin,
        is_staff=is_admin,
        must_change_password=True,
    )
    validate_password(password, user)
    user.set_password(password)
    user.save()
    return user, password


def reset_password(user: User, *, by: User) -> str:
    """Give `user` a new first password and end their sessions."""
    _refuse_program(user)
    password = new_password()
    with transaction.atomic():
        was_owed = user.must_change_password
        user.set_password(password)
        user.must_change_password = True
        user.save(update_fields=["password", "must_change_password"])
        ended = end_sessions(user)
        before = {"must_change_password": was_owed}
        after = {"must_change_password": True}
        tell_of_person(
            by, "user.reset_password", user, before=before, after=after, sessions_ended=ended
        )
    return password


@transaction.atomic
def set_active(user: User, is_active: bool, *, by: User) -> None:
    """Let `user` in or keep them out; that ends their sessions and what was shared with them."""
    if user == by and not is_active:
        raise ActionRefused(_("You cannot lock yourself out."), code="self", status=409)
    _keep_one_admin(user, is_active and user.is_superuser)
    before, user.is_active = user.is_active, is_active
    user.save(update_fields=["is_active"])
    detail: dict[str, object] = {"before": {"active": before}, "after": {"active": is_active}}
    if not is_active:
        end_sessions(user)
        if ended := Grant.objects.filter(user=user).delete()[0]:
            detail["grants_ended"] = ended
    tell_of_person(by, "user.unlock" if is_active else "user.lock", user, **detail)


@transaction.atomic
def set_admin(user: User, is_admin: bool, *, by: User) -> None:
    """Make `user` an administrator, or an ordinary user again."""
    _refuse_program(user)
    _keep_one_admin(user, is_admin and user.is_active)
    before = user.is_superuser
    user.is_superuser = user.is_staff = is_admin
    user.save(update_fields=["is_superuser", "is_staff"])
    action = "user.promote" if is_admin else "user.demote"
    tell_of_person(
        by, action, user, before={"administrator": before}, after={"administrator": is_admin}
    )


@transaction.atomic
def set_auditor(user: User, is_auditor: bool, *, by: User) -> None:
    """Let `user` look at the whole site, or no longer."""
    _refuse_program(user)
    before = user.site_role
    user.site_role = SiteRole.AUDITOR if is_auditor else SiteRole.NONE
    user.save(update_fields=["site_role"])
    tell_of_person(by, "user.site_role", user, before=before, after=str(user.site_role))


def note_seen(user: User) -> None:
    """Note that `user` is here now; once in five minutes, as it is a write on a page view."""
    now = timezone.now()
    if user.last_seen_at is None or now - user.last_seen_at > SEEN_EVERY:
        User.objects.filter(pk=user.pk).update(last_seen_at=now)
        user.last_seen_at = now


def _refuse_program(user: User) -> None:
    """Refuse what only a person can have."""
    if user.is_service:
        raise ActionRefused(
            _("%(name)s is a service account: it has no password and no role on the site.")
            % {"name": user.display_name},
            code="service-account",
        )


def _keep_one_admin(user: User, stays_admin: bool) -> None:
    """Refuse what would leave the site without an administrator."""
    others = User.objects.select_for_update().filter(is_superuser=True, is_active=True)
    if user.is_superuser and not stays_admin and not others.exclude(pk=user.pk).exists():
        raise ActionRefused(
            _("%(name)s is the only administrator. Make somebody else one first.")
            % {"name": user.display_name},
            code="last-admin",
        )


def end_sessions(user: User) -> int:
    """Sign `user` out everywhere and return how many sessions ended."""
    keys = list(user.usersession_set.values_list("session_key", flat=True))
    user.usersession_set.all().delete()
    ended, _rows = Session.objects.filter(session_key__in=keys).delete()
    return ended
