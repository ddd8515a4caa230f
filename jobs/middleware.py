"""Note in the audit record what signed-in people asked for and did not get."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from . import audit
from .recording import address_of

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
REFUSED = frozenset({403, 409, 422, 429})


class DenialMiddleware:
    """Record each 403, and each change that was refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if _is_denial(request, response.status_code):
            _record(request, response.status_code)
        return response


def _is_denial(request: HttpRequest, status: int) -> bool:
    if status not in REFUSED or not request.user.is_authenticated:
        return False
    return status == 403 or request.method not in SAFE


def _record(request: HttpRequest, status: int) -> None:
    match = request.resolver_match
    audit.record(
        request.user,
        (match.view_name if match else "")[:60] or "request",
        outcome="denied",
        detail={"status": status, "method": request.method, "path": request.path[:200]},
        ip=address_of(request),
    )
