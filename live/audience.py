"""Who is behind a socket, and may they still hear it? Read again every few seconds."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from channels.db import database_sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.access import audiences_for
from accounts.models import Membership


@dataclass(frozen=True, slots=True)
class Listener:
    """A signed-in person in one session, as they were when the socket opened.

    `stamp` changes with the password and with the administrator's right.
    """

    user_id: int
    session_key: str
    stamp: str
    audiences: frozenset[str]


@database_sync_to_async
def listener_of(user: Any, session_key: str | None) -> Listener | None:
    """Return who listens, or None for somebody who is not signed in."""
    if not user.is_authenticated or not user.is_active or not session_key:
        return None
    return Listener(
        user.pk, session_key, _stamp(user.password, user.is_superuser), audiences_for(user)
    )


@database_sync_to_async
def still_allowed(listeners: Iterable[Listener]) -> set[Listener]:
    """Return those who still have their session and exactly the rights they had; three queries."""
    asked = set(listeners)
    sessions = _live_sessions({one.session_key for one in asked})
    people = _people({one.user_id for one in asked})
    return {
        one
        for one in asked
        if one.session_key in sessions and people.get(one.user_id) == (one.stamp, one.audiences)
    }


def _stamp(password: str, is_superuser: bool) -> str:
    return f"{password}:{is_superuser}"


def _live_sessions(keys: set[str]) -> set[str]:
    rows = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return set(rows.values_list("session_key", flat=True))


def _people(ids: set[int]) -> dict[int, tuple[str, frozenset[str]]]:
    """Return the stamp and audiences of each active person."""
    teams: dict[int, set[str]] = defaultdict(set)
    for user_id, team_id in Membership.objects.filter(user__in=ids).values_list("user", "team"):
        teams[user_id].add(f"team-{team_id}")
    rows = get_user_model().objects.filter(pk__in=ids, is_active=True)
    found = {}
    for pk, password, is_superuser in rows.values_list("pk", "password", "is_superuser"):
        shared = {"admins"} if is_superuser else teams[pk]
        found[pk] = (_stamp(password, is_superuser), frozenset({f"user-{pk}", *shared}))
    return found
