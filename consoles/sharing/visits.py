"""Who comes by a link: somebody signed in, or a browser that gave a name."""

import secrets
from dataclasses import dataclass

from django.contrib.sessions.backends.base import SessionBase

from accounts.models import User
from consoles.models import ConsoleLink, name_of_user

VISITS = "console_visits"  # in the session: link -> [who, name]
MOST_NAME = 40
MOST_VISITS = 20  # that one browser remembers


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at a link. `user_id` is 0 without an account."""

    who: str
    name: str
    user_id: int = 0


def visitor_of(link: ConsoleLink, user: "User | None", session: SessionBase) -> Visitor | None:
    """Return who asks, or None while they have to sign in or to give a name."""
    if user is not None:
        return Visitor(name_of_user(user.pk), user.display_name, user.pk)
    known = session.get(VISITS, {}).get(str(link.pk))
    return Visitor(*known) if known and not link.needs_sign_in else None


def enter(link: ConsoleLink, name: str, session: SessionBase) -> None:
    """Remember the name that a browser without an account gives for this link."""
    visits = dict(session.get(VISITS, {}))
    visits[str(link.pk)] = [f"visitor:{secrets.token_hex(8)}", name.strip()[:MOST_NAME]]
    session[VISITS] = dict(list(visits.items())[-MOST_VISITS:])
    session.save()
