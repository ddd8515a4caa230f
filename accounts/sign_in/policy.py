"""Who needs a second factor, and is a session as strong as its person needs it?"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser

from accounts.models import Membership, User

STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
MARK = "gh_second_factor"  # in the session in which a person set their factor up
Rule = Callable[[list[int]], set[int]]  # of these people, those who need a factor
_rules: list[Rule] = []


def register(rule: Rule) -> None:
    """Let a room above name people who need a second factor; a rule is one query at most."""
    if rule not in _rules:
        _rules.append(rule)


def needing(people: Iterable[User]) -> set[int]:
    """Return the ids of those of `people` who need a second factor, by setting, team or rule."""
    asked = list(people)
    found = {user.pk for user in asked if _by_setting(user)}
    others = [user.pk for user in asked if user.pk not in found]
    if others:
        strict = Membership.objects.filter(user__in=others, team__needs_second_factor=True)
        found.update(strict.values_list("user", flat=True))
        for rule in _rules:
            found |= rule(others)
    return found


def needs_factor(user: User) -> bool:
    """Say whether `user` may act only with a second factor."""
    return user.pk in needing([user])


def has_factor(user: User) -> bool:
    """Say whether `user` has set one up. Recovery codes alone are none."""
    found: bool = Authenticator.objects.filter(user=user, type__in=STRONG).exists()
    return found


def used_factor(session: Mapping[str, Any] | Any) -> bool:
    """Say whether a second factor was given or set up in this login session."""
    records = session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    user = session.get(SESSION_KEY)
    return bool(
        user
        and (
            session.get(MARK) == user
            or any(one.get("method") == "mfa" for one in records if isinstance(one, dict))
        )
    )


def is_complete(user: User | AnonymousUser, session: Mapping[str, Any] | Any) -> bool:
    """Say whether `user` may act in `session`: it has the factor that they need."""
    if not isinstance(user, User) or not user.is_authenticated:
        return False
    return used_factor(session) or not needs_factor(user)


def _by_setting(user: User) -> bool:
    asked = settings.REQUIRE_SECOND_FACTOR
    return asked == "all" or (asked == "admins" and user.is_superuser)
