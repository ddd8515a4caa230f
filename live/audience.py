"""Who is behind a socket, and may they still hear it? Read again every few seconds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from channels.db import database_sync_to_async
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.access import audiences_for, audiences_of_people
from accounts.models import User


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
    return Listener(user.pk, session_key, _stamp(user), audiences_for(user))


@database_sync_to_async
def still_allowed(listeners: Iterable[Listener]) -> set[Listener]:
    """Return those who still have their session and exactly the rights they had; four queries."""
    asked = set(listeners)
    sessions = _live_sessions({one.session_key for one in asked})
    people = _people({one.user_id for one in asked})
    return {
        one
        for one in asked
        if one.session_key in sessions and people.get(one.user_id) == (one.stamp, one.audiences)
    }


def _stamp(user: User) -> str:
    return f"{user.password}:{user.is_superuser}:{user.site_role}"


def _live_sessions(keys: set[str]) -> set[str]:
    rows = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return set(rows.values_list("session_key", flat=True))


def _people(ids: set[int]) -> dict[int, tuple[str, frozenset[str]]]:
    """Return the stamp and audiences of each active person."""
    people = list(User.objects.filter(pk__in=ids, is_active=True))
    audiences = audiences_of_people(people)
    return {user.pk: (_stamp(user), audiences[user.pk]) for user in people}
