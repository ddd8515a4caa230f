"""A portal that is served with TLS, as in earnest; tests that want another say so."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def served_with_tls(settings: Any) -> None:
    """Have the settings that GUESTHOUSE_TLS=yes gives."""
    settings.TLS = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
