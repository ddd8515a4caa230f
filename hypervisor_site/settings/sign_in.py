"""How people sign in: passwords always; second factors, an organisation, a directory on request."""

import json
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from .env import flag, number, text
from .saml import *  # noqa: F403
from .saml import SAML_SETTINGS

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.sign_in.people.PeopleBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = None
# What a wrong answer costs; `accounts.sign_in.places` says what counts as one key.
# An answer of a SAML provider is kept before it is judged; a school comes from one address.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "saml_answer": "600/m/ip",
}
USERSESSIONS_TRACK_ACTIVITY = False  # a write on every page view is too dear
CONTACT = text("GUESTHOUSE_CONTACT")  # whom to ask for an account: a name, a room, an address

# Second factors
REQUIRE_SECOND_FACTOR = text("GUESTHOUSE_REQUIRE_SECOND_FACTOR", "off").lower()
if REQUIRE_SECOND_FACTOR not in {"off", "admins", "all"}:
    raise ImproperlyConfigured("GUESTHOUSE_REQUIRE_SECOND_FACTOR must be off, admins or all.")
MFA_ADAPTER = "accounts.sign_in.factors.FactorAdapter"
MFA_FORMS = {"authenticate": "accounts.sign_in.factors.CodeForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "preferred"
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds that a clock may be off

# Sessions and cookies
SESSION_COOKIE_AGE = 7 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "hypervisor_site.views.csrf_failure"
TLS = flag("GUESTHOUSE_TLS")  # served over https, by a proxy in front
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = TLS
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if TLS else "http"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
SECURE_SSL_REDIRECT = TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # asked on the machine itself
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = TLS and flag("GUESTHOUSE_HSTS_WHOLE_DOMAIN")
# The host's other names are not ours to promise for; the owner of the domain may.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"


def team_map(given: str) -> dict[str, tuple[str, str]]:
    """Return which group leads to which team and role. Raises ImproperlyConfigured."""
    wrong = 'GUESTHOUSE_TEAM_MAP must be JSON such as {"students": ["course-a", "member"]}.'
    try:
        read = json.loads(given or "{}")
        return {str(group): (str(team), str(role)) for group, (team, role) in read.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise ImproperlyConfigured(wrong) from error


TEAM_MAP = team_map(text("GUESTHOUSE_TEAM_MAP"))

# An organisation's account (OpenID Connect)
OIDC_URL = text("GUESTHOUSE_OIDC_URL")
OIDC_NAME = text("GUESTHOUSE_OIDC_NAME", "organisation")
OIDC_GROUPS_CLAIM = text("GUESTHOUSE_OIDC_GROUPS_CLAIM", "groups")
SOCIALACCOUNT_ADAPTER = "accounts.sign_in.organisation.OrganisationAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # an address does not prove whose account it is
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = number("GUESTHOUSE_OIDC_TIMEOUT", 5, low=1, high=60)  # seconds
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "SCOPE": text("GUESTHOUSE_OIDC_SCOPE", "openid profile email").split(),
        "APPS": [
            {
                "provider_id": "organisation",
                "name": OIDC_NAME,
                "client_id": text("GUESTHOUSE_OIDC_CLIENT_ID"),
                "secret": text("GUESTHOUSE_OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_URL},
            }
        ]
        if OIDC_URL
        else [],
    },
    "saml": SAML_SETTINGS,
}

# A directory (LDAP)
LDAP_URL = text("GUESTHOUSE_LDAP_URL")
LDAP_BIND_DN = text("GUESTHOUSE_LDAP_BIND_DN")
LDAP_BIND_PASSWORD = text("GUESTHOUSE_LDAP_BIND_PASSWORD")
LDAP_USER_BASE = text("GUESTHOUSE_LDAP_USER_BASE")
LDAP_USER_FILTER = text("GUESTHOUSE_LDAP_USER_FILTER", "(uid=%(user)s)")
LDAP_GROUP_BASE = text("GUESTHOUSE_LDAP_GROUP_BASE")
LDAP_START_TLS = flag("GUESTHOUSE_LDAP_START_TLS", LDAP_URL.startswith("ldap://"))
LDAP_CA_FILE = text("GUESTHOUSE_LDAP_CA_FILE")
if LDAP_URL:
    if not LDAP_USER_BASE:
        raise ImproperlyConfigured("GUESTHOUSE_LDAP_URL needs GUESTHOUSE_LDAP_USER_BASE.")
    if LDAP_CA_FILE and not Path(LDAP_CA_FILE).is_file():
        raise ImproperlyConfigured(f"GUESTHOUSE_LDAP_CA_FILE: there is no file {LDAP_CA_FILE}.")
    AUTHENTICATION_BACKENDS.append("accounts.sign_in.directory.DirectoryBackend")
