"""Which one-time tickets open a console?

A ticket is 32 random bytes. Redis holds only its SHA-256, for 30 seconds, with whom and what it is
for; the first use takes it away. It is good only together with the login session that asked for it.
"""

import base64
import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from live.redis import client

LIFETIME = timedelta(seconds=30)
PREFIX = "gh:console:"


class TicketRefused(Exception):
    """Say that there is no such ticket, that it was used or is too old, or that it is another's."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a ticket allows. `session` is the SHA-256 of the login session's key.

    Without `user` (0) it is for somebody who came by `link` and calls themselves `name`.
    """

    user: int
    session: str
    vm: int
    uuid: str
    kind: str
    mode: str
    take: bool = False
    who: str = ""
    name: str = ""
    link: int = 0


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket just made. The text is shown once and kept nowhere."""

    text: str
    expires_at: datetime


def hashed(text: str) -> str:
    """Return the SHA-256 of a secret, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def issue(claims: Claims) -> Ticket:
    """Store a new ticket. Raises redis.RedisError when Redis is away."""
    text = base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
    expires_at = timezone.now() + LIFETIME
    client().set(PREFIX + hashed(text), json.dumps(asdict(claims)), ex=LIFETIME)
    return Ticket(text, expires_at)


def redeem(text: str, session_key: str) -> Claims:
    """Use a ticket up and return what it allows, or raise TicketRefused.

    Using and deleting is one step (GETDEL): of many uses at once, one succeeds. A wrong login
    session uses the ticket up as well. Raises redis.RedisError when Redis is away.
    """
    stored = client().getdel(PREFIX + hashed(text))
    if not isinstance(stored, str):
        raise TicketRefused
    claims = Claims(**json.loads(stored))
    if not session_key or not secrets.compare_digest(claims.session, hashed(session_key)):
        raise TicketRefused
    return claims
