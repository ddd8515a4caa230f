"""Who looks at consoles in the tests."""

from django.conf import settings as django_settings
from django.test import Client

from accounts.models import User

ORIGIN = "http://guesthouse.test"


def sign_in(user: User) -> Client:
    """Return a browser in which `user` is signed in."""
    client = Client(headers={"origin": ORIGIN, "host": "guesthouse.test"})
    client.force_login(user)
    return client


def session_of(client: Client) -> str:
    """Return the key of the browser's login session."""
    return client.cookies[django_settings.SESSION_COOKIE_NAME].value
