"""What every answer carries, which addresses are none, and refused actions in words."""

import unicodedata
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render

from accounts.access import ActionRefused
from vault.errors import VaultError


class HeadersMiddleware:
    """Say on every answer which features it may use, and that other sites may not embed it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class PlainPathMiddleware:
    """Find nothing at an address with a control character: no name has one, PostgreSQL no NUL."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if any(unicodedata.category(sign) == "Cc" for sign in request.path_info):
            raise Http404
        return self.get_response(request)


class RefusalMiddleware:
    """Answer an ActionRefused that a view let through."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Render `error` where it is a refusal of ours."""
        if isinstance(error, VaultError):
            error = ActionRefused(error.message, code="vault", status=503)
        if not isinstance(error, ActionRefused):
            return None
        if request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse({"message": error.message, "code": error.code}, status=error.status)
        htmx: Any = getattr(request, "htmx", False)
        template = "errors/_refused.html" if htmx else "errors/refused.html"
        return render(request, template, {"error": error}, status=error.status)
