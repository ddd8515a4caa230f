"""What the tests of signing in share."""

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User

from .identity.visiting import identity, our_pair, running_identity

__all__ = ["identity", "our_pair", "running_identity"]

PASSWORD = "an-old-lighthouse-7"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Forget earlier attempts."""
    cache.clear()


def code(step: int = 0) -> str:
    """Return the code of the app, `step` half minutes from now."""
    counter = int(time.time()) // 30 + step
    return totp.format_hotp_value(totp.hotp_value(SECRET, counter))


def wrong_code() -> str:
    """Return six digits that are right at no time near."""
    right = {code(step) for step in range(-3, 4)}
    return next(one for one in map("{:06d}".format, range(10)) if one not in right)


def with_app(user: User) -> Authenticator:
    """Give `user` an authenticator app and recovery codes."""
    RecoveryCodes.activate(user)
    made: Authenticator = totp.TOTP.activate(user, SECRET).instance
    return made


def give_password(client: Client, user: User, password: str = PASSWORD, **more: Any) -> Any:
    """Post the sign-in form."""
    form = {"login": user.username, "password": password}
    return client.post(reverse("account_login"), form, **more)


def give_code(client: Client, value: str, **more: Any) -> Any:
    """Post the second step."""
    return client.post(reverse("mfa_authenticate"), {"code": value}, **more)


def is_in(client: Client) -> bool:
    """Say whether pages and API are open to this browser."""
    page = client.get(reverse("accounts_tokens")).status_code == 200
    api = client.get("/api/v1/me").status_code == 200
    assert page == api
    return page
