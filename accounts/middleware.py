"""Default deny: a request reaches its view only with the capability that the view declares."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from .access import Capability, allows, capability_of

# Where a person who has to choose a new password may still go.
OPEN_WHILE_PASSWORD_IS_OLD = {
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "set_language",
    "account_preferences",
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
        if capability == Capability.PUBLIC:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        name = request.resolver_match.view_name if request.resolver_match else ""
        if request.user.must_change_password and name not in OPEN_WHILE_PASSWORD_IS_OLD:
            return redirect("account_change_password")
        if not allows(request.user, capability):
            raise PermissionDenied
        return None
