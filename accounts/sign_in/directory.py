"""Sign-in against a directory (LDAP): search for the person, then bind as them.

Needs requirements-ldap.txt; loaded only where GUESTHOUSE_LDAP_URL is set.
"""

import logging
import socket
from typing import Any
from urllib.parse import urlsplit

import ldap
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.dispatch import receiver
from django_auth_ldap.backend import LDAPBackend, LDAPSettings, ldap_error
from django_auth_ldap.config import GroupOfNamesType, LDAPSearch

from accounts.models import User

from .teams import keep_in_step

SOURCE = "ldap"
SECONDS = 5  # that the directory may take

log = logging.getLogger(__name__)


class DirectoryBackend(LDAPBackend):  # type: ignore[misc]
    """Let in whom the directory knows. An account made here is never taken over by a namesake."""

    def __init__(self) -> None:
        self.settings = settings_from_environment()

    def authenticate_ldap_user(self, ldap_user: Any, password: str) -> User | None:
        """Return the person if the directory takes the password, with their teams in step."""
        user: User | None = super().authenticate_ldap_user(ldap_user, password)
        if user is not None and settings.LDAP_GROUP_BASE:
            keep_in_step(user, ldap_user.group_names, SOURCE)
        return user

    def get_or_build_user(self, username: str, ldap_user: Any) -> tuple[User, bool]:
        """Return the account of the directory's person, new where there is none.

        Raises the refusal that django-auth-ldap knows where the name is somebody else's.
        """
        user, is_new = super().get_or_build_user(username, ldap_user)
        if not is_new and not _is_of_directory(user):
            raise ldap_user.AuthenticationFailed("the name belongs to an account of this portal")
        return user, is_new

    def get_user(self, user_id: int) -> User | None:
        """Return whose session it is; a program's is nobody's."""
        user: User | None = super().get_user(user_id)
        return None if user is None or user.is_service else user


def _is_of_directory(user: User) -> bool:
    """Say whether an account came from the directory: no password here, no other door."""
    elsewhere = SocialAccount.objects.filter(user=user).exists()
    return not (user.has_usable_password() or user.is_service or elsewhere)


def settings_from_environment() -> LDAPSettings:
    """Return what django-auth-ldap wants to know."""
    options: dict[int, Any] = {
        ldap.OPT_NETWORK_TIMEOUT: SECONDS,
        ldap.OPT_TIMEOUT: SECONDS,
        ldap.OPT_REFERRALS: 0,
    }
    if settings.LDAP_CA_FILE:
        options[ldap.OPT_X_TLS_CACERTFILE] = settings.LDAP_CA_FILE
    if settings.LDAP_URL.startswith("ldaps://") or settings.LDAP_START_TLS:
        options[ldap.OPT_X_TLS_REQUIRE_CERT] = ldap.OPT_X_TLS_DEMAND
        options[ldap.OPT_X_TLS_NEWCTX] = 0  # last: makes what stands above count
    made = LDAPSettings()
    made.SERVER_URI = settings.LDAP_URL
    made.BIND_DN, made.BIND_PASSWORD = settings.LDAP_BIND_DN, settings.LDAP_BIND_PASSWORD
    made.START_TLS = settings.LDAP_START_TLS
    made.CONNECTION_OPTIONS = options
    made.USER_SEARCH = LDAPSearch(
        settings.LDAP_USER_BASE, ldap.SCOPE_SUBTREE, settings.LDAP_USER_FILTER
    )
    made.USER_ATTR_MAP = {"first_name": "givenName", "last_name": "sn", "email": "mail"}
    if settings.LDAP_GROUP_BASE:
        made.GROUP_SEARCH = LDAPSearch(
            settings.LDAP_GROUP_BASE, ldap.SCOPE_SUBTREE, "(objectClass=groupOfNames)"
        )
        made.GROUP_TYPE = GroupOfNamesType(name_attr="cn")
    return made


@receiver(ldap_error, dispatch_uid="say-what-is-wrong-with-the-directory")
def say_what_is_wrong(*, exception: Exception, **_kwargs: Any) -> None:
    """Log in plain words why the directory could not be asked."""
    if isinstance(exception, ldap.CONNECT_ERROR | ldap.SERVER_DOWN):
        log.error("%s", _why(exception))


def _why(exception: Exception) -> str:
    """Say whether it is away, or does not prove who it is; libldap itself often cannot."""
    url = settings.LDAP_URL
    if not _answers(url):
        return f"The directory {url} does not answer."
    if not (url.startswith("ldaps:") or settings.LDAP_START_TLS):
        return f"The directory {url} could not be asked: {exception}"
    trusted = settings.LDAP_CA_FILE or "this machine's authorities"
    return (
        f"The directory {url} was told nothing, because it does not prove who it is: its "
        f"certificate is not one for this name that {trusted} vouches for, or it speaks no TLS. "
        "Set GUESTHOUSE_LDAP_CA_FILE to its authority's certificate."
    )


def _answers(url: str) -> bool:
    """Say whether anything listens at the directory's address."""
    parts = urlsplit(url)
    port = parts.port or (636 if parts.scheme == "ldaps" else 389)
    try:
        socket.create_connection((parts.hostname or "localhost", port), SECONDS).close()
    except OSError:
        return False
    return True
