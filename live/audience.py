"""Who is behind a socket, and may they still hear it? Read again every few seconds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from channels.db import database_sync_to_async
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.access import audiences_for, audiences_of_people
from accounts.models import User
from accounts.sign_in import policy


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
def listener_of(user: Any, session: Any) -> Listener | None:
    """Return who listens, or None for somebody who is not, or not wholly, signed in."""
    session_key = getattr(session, "session_key", None)
    if not user.is_authenticated or not user.is_active or not session_key:
        return None
    if not policy.is_complete(user, session):
        return None
    return Listener(user.pk, session_key, _stamp(user), audiences_for(user))


@database_sync_to_async
def still_allowed(listeners: Iterable[Listener]) -> set[Listener]:
    """Return those who still have their session and exactly the rights they had; five queries."""
    asked = set(listeners)
    sessions = _live_sessions({one.session_key for one in asked})
    people = list(User.objects.filter(pk__in={one.user_id for one in asked}, is_active=True))
    rights = _rights(people)
    needing = policy.needing(people)
    return {
        one
        for one in asked
        if one.session_key in sessions
        and rights.get(one.user_id) == (one.stamp, one.audiences)
        and (one.user_id not in needing or policy.used_factor(sessions[one.session_key]))
    }


def _stamp(user: User) -> str:
    return f"{user.password}:{user.is_superuser}:{user.site_role}"


def _live_sessions(keys: set[str]) -> dict[str, dict[str, Any]]:
    """Return what each session holds that has neither ended nor expired."""
    rows = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return {row.session_key: row.get_decoded() for row in rows}


def _rights(people: list[User]) -> dict[int, tuple[str, frozenset[str]]]:
    """Return the stamp and audiences of each active person."""
    audiences = audiences_of_people(people)
    return {user.pk: (_stamp(user), audiences[user.pk]) for user in people}
