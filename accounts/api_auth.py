"""How the API knows who calls, and what each operation needs."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth

from .access import Capability, require
from .capabilities import READING
from .models import User
from .services import find_token, limits_of
from .sign_in.policy import is_complete

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
Operation = TypeVar("Operation", bound=Callable[..., Any])


class TokenAuth(HttpBearer):
    """`Authorization: Bearer <token>`; what the token leaves out is out of reach."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """Return the person the token acts for."""
        found = find_token(token)
        if found is None:
            return None
        found.user.limited_to = limits_of(found)
        request.user = found.user  # before any refusal, so that the record names the person
        if found.scope == "read" and request.method not in SAFE_METHODS:
            raise PermissionDenied("This token may only read.")
        return found.user


class PageAuth(SessionAuth):
    """The browser session of our own pages, with its CSRF token."""

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        """Return the person who is signed in, unless a new password is still to be chosen."""
        user = request.user
        if not isinstance(user, User) or not user.is_active or user.must_change_password:
            return None
        if not is_complete(user, request.session):
            raise PermissionDenied("This session lacks its second factor.")
        return user


def require_self(user: User, *, to_read: bool = False) -> None:
    """Let through who acts for themselves: a person, by a session or by a token for everything.

    What people set for themselves, and what they are told, falls under no single right. So a token
    that was narrowed to some has nothing to do with it (one for reading may read), and a program
    has none. Raises PermissionDenied.
    """
    limits = user.limited_to
    is_whole = limits is None or (to_read and limits >= READING)
    if user.is_service or not is_whole:
        raise PermissionDenied("This is for people, and tokens for everything they may do.")


def declares(capability: Capability) -> Callable[[Operation], Operation]:
    """Declare what an operation needs; it is checked before the operation runs."""

    def declare(operation: Operation) -> Operation:
        @wraps(operation)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            require(request.user, capability)
            return operation(request, *args, **kwargs)

        guarded.capability = capability  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return declare
