"""Refusals of the API as problem documents (RFC 9457)."""

import json
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as RequestInvalid

from accounts.access import ActionRefused
from vault.errors import VaultError


def problem(status: int, title: str, *, code: str, **extra: Any) -> HttpResponse:
    """Return one problem document."""
    body = {"type": f"urn:guesthouse:{code}", "title": title, "status": status, "code": code}
    return HttpResponse(
        json.dumps(body | extra), status=status, content_type="application/problem+json"
    )


def refused(_request: HttpRequest, error: ActionRefused) -> HttpResponse:
    """Say which rule of ours said no."""
    return problem(error.status, error.message, code=error.code, **_plain(error.extra))


def locked(_request: HttpRequest, error: VaultError) -> HttpResponse:
    """Say that stored secrets cannot be read, and what to do."""
    return problem(503, error.message, code="vault")


def _plain(extra: dict[str, Any]) -> dict[str, Any]:
    """Keep what JSON can say; a job is named by its id."""
    plain = {
        key: value for key, value in extra.items() if isinstance(value, str | int | dict | list)
    }
    if (job := extra.get("job")) is not None and hasattr(job, "pk"):
        plain["job"] = f"/api/v1/jobs/{job.pk}"
    return plain


def invalid(_request: HttpRequest, error: RequestInvalid) -> HttpResponse:
    """Name each field that is wrong."""
    fields = {
        ".".join(str(part) for part in item["loc"] if part not in {"body", "data", "query"}): item[
            "msg"
        ]
        for item in error.errors
    }
    return problem(400, _("The request is not valid."), code="invalid", fields=fields)


def invalid_value(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Name each field that a form or model refused."""
    fields = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    return problem(400, _("The request is not valid."), code="invalid", fields=fields)


def unauthenticated(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    """Ask for a token."""
    response = problem(401, _("Sign in or send a valid token."), code="unauthenticated")
    response["WWW-Authenticate"] = "Bearer"
    return response


def forbidden(_request: HttpRequest, _error: PermissionDenied) -> HttpResponse:
    """Say that the caller sees the object but may not do this."""
    return problem(403, _("You may not do this."), code="forbidden")


def missing(_request: HttpRequest, _error: Http404) -> HttpResponse:
    """Say that there is nothing here for the caller."""
    return problem(404, _("There is nothing here."), code="not-found")


def http_error(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """Pass on a refusal of the framework (CSRF, unreadable JSON)."""
    return problem(error.status_code, error.message, code="http")


def install(api: NinjaAPI) -> None:
    """Register every refusal with `api`."""
    handlers: list[tuple[type[Exception], Any]] = [
        (ActionRefused, refused),
        (VaultError, locked),
        (RequestInvalid, invalid),
        (ValidationError, invalid_value),
        (AuthenticationError, unauthenticated),
        (PermissionDenied, forbidden),
        (Http404, missing),
        (HttpError, http_error),
    ]
    for kind, handler in handlers:
        api.add_exception_handler(kind, handler)
