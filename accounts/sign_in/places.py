"""Where is somebody trying to sign in from: a place we know of theirs, or anywhere?

Wrong answers are counted per address, and per person and place. A browser in which a person has
signed in before counts by itself (it carries a signed cookie), and so does an address at which
they have a session; everywhere else counts together. Guessing from a thousand addresses is
limited like that from one, and does not keep the person out of where they have been before.
"""

import secrets

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from accounts.models import User

COOKIE = "gh_known"
SALT = "accounts.sign_in.places"
KEPT_FOR = 180 * 24 * 3600  # seconds
ANYWHERE = "anywhere"


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Let this browser count as a place of `user` from now on."""
    if _known_browser(request, user.username):
        return
    value = signing.dumps([user.username.lower(), secrets.token_urlsafe(12)], salt=SALT)
    response.set_cookie(
        COOKIE,
        value,
        max_age=KEPT_FOR,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def place_of(request: HttpRequest, username: str, address: str) -> str:
    """Return the place at which wrong answers for `username` are counted together."""
    browser = _known_browser(request, username)
    if browser:
        return f"browser-{browser}"
    here = UserSession.objects.filter(user__username__iexact=username, ip=address)
    return f"address-{address}" if here.exists() else ANYWHERE


def _known_browser(request: HttpRequest, username: str) -> str:
    """Return the mark of a browser in which `username` has signed in before, or nothing."""
    try:
        name, mark = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(mark) if name == username.lower() else ""
