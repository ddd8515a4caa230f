"""Default deny: a request reaches its view only with the capability that the view declares."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from .access import Capability, allows, capability_of
from .scope import narrow
from .services import note_seen
from .sign_in.policy import has_factor, is_complete

# Where a person who has to choose a new password may still go.
OPEN_WHILE_PASSWORD_IS_OLD = {
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "set_language",
    "account_preferences",
}

# Where a person whose session lacks its second factor may still go.
OPEN_WITHOUT_FACTOR = OPEN_WHILE_PASSWORD_IS_OLD | {
    "account_login",
    "account_inactive",
    "account_help",
    "mfa_index",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_login_webauthn",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
}


class CapabilityMiddleware:
    """Ask who is calling before any view runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Return a redirect or raise PermissionDenied where the view may not run."""
        capability = capability_of(view)
        if capability is None:
            raise ImproperlyConfigured(f"{view} declares no capability.")
        name = request.resolver_match.view_name if request.resolver_match else ""
        if capability == Capability.PUBLIC:
            return _finish_first(request, name) if _is_of_package(view) else None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        note_seen(request.user)
        if request.user.must_change_password and name not in OPEN_WHILE_PASSWORD_IS_OLD:
            return redirect("account_change_password")
        if unfinished := _finish_first(request, name):
            return unfinished
        if not allows(request.user, capability):
            raise PermissionDenied
        narrow(request.session, request.user)
        return None


def _is_of_package(view: Any) -> bool:
    """Say whether a public view is one of allauth's, which change the account."""
    return str(getattr(view, "__module__", "")).startswith("allauth.")


def _finish_first(request: HttpRequest, name: str) -> HttpResponse | None:
    """Return the way to the second factor where this session still lacks it."""
    user = request.user
    if not user.is_authenticated or name in OPEN_WITHOUT_FACTOR:
        return None
    if is_complete(user, request.session):
        return None
    if not has_factor(user):
        return redirect("mfa_index")
    query = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
    return redirect(f"{reverse('mfa_reauthenticate')}?{query}")
