"""Can what goes in and out be read or changed on the way? Judged from the settings.

No value that may hold a password is given as evidence: names of machines alone.
"""

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from notices.models import Webhook

from .verdicts import Verdict, judged

HALF_A_YEAR = 15_552_000  # seconds; shorter HSTS is of little use
ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})


def verdicts() -> Iterator[Verdict]:
    """Judge all connections of the portal."""
    names = [name for name in settings.ALLOWED_HOSTS if not is_here(name)]
    yield judged("plain-http", [] if settings.TLS else names)
    yield judged("cookies", _cookies() if settings.TLS else [])
    yield judged("any-name", [name for name in settings.ALLOWED_HOSTS if name[:1] in {"*", "."}])
    yield judged("debugging", ["DEBUG=yes"] if settings.DEBUG else [])
    yield judged("redis-open", _redis())
    yield judged("database-plain", _database())
    yield judged("directory-plain", _directory())
    yield judged("mail-plain", _mail())
    plain = Webhook.objects.filter(is_active=True, place__startswith="http://")
    yield judged("hooks-plain", plain.values_list("name", flat=True))


def is_here(name: str | None) -> bool:
    """Say whether an address is this machine's own, so that nothing goes over a network."""
    text = (name or "").strip("[]")
    if not text or text == "localhost" or text.startswith("/"):
        return True
    try:
        return ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False


def _cookies() -> Iterator[str]:
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY"):
        if not getattr(settings, name):
            yield f"{name}=no"
    if settings.SECURE_HSTS_SECONDS < HALF_A_YEAR:
        yield f"SECURE_HSTS_SECONDS={settings.SECURE_HSTS_SECONDS}"


def _redis() -> Iterator[str]:
    parts = urlsplit(settings.REDIS_URL)
    is_safe = parts.scheme == "rediss" and bool(parts.password)
    if parts.scheme in {"redis", "rediss"} and not is_here(parts.hostname) and not is_safe:
        yield str(parts.hostname)


def _database() -> Iterator[str]:
    told = connection.settings_dict
    if connection.vendor == "sqlite" or is_here(told.get("HOST")):
        return
    if (told.get("OPTIONS") or {}).get("sslmode") not in ENCRYPTED:
        yield str(told.get("HOST"))


def _directory() -> Iterator[str]:
    if settings.LDAP_URL.startswith("ldap://") and not settings.LDAP_START_TLS:
        yield f"ldap://{urlsplit(settings.LDAP_URL).hostname}"
    if settings.OIDC_URL.startswith("http://"):
        yield f"http://{urlsplit(settings.OIDC_URL).hostname}"


def _mail() -> Iterator[str]:
    if not settings.MAIL_IS_ON or "smtp" not in settings.EMAIL_BACKEND:
        return
    is_safe = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
    if not is_here(settings.EMAIL_HOST) and not is_safe:
        yield settings.EMAIL_HOST
