"""Pages and answers that belong to no room: health, errors."""

from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.defaults import page_not_found
from redis.exceptions import RedisError

from accounts.access import Capability, requires
from live.redis import client

from .language import sheet
from .problems import missing


@requires(Capability.PUBLIC)
def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return JsonResponse({"status": "ok"})


@requires(Capability.PUBLIC)
def readyz(_request: HttpRequest) -> HttpResponse:
    """Say whether the database and Redis answer; 503 while the database does not."""
    checks = {"database": _database_answers(), "redis": _redis_answers()}
    return JsonResponse(
        {"status": "ready" if all(checks.values()) else "degraded", "checks": checks},
        status=200 if checks["database"] else 503,
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _redis_answers() -> bool:
    try:
        return bool(client().ping())
    except RedisError:
        return False


@requires(Capability.PUBLIC)
def accessibility(request: HttpRequest) -> HttpResponse:
    """State how far everybody can use the site."""
    return render(request, "accessibility.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain a request that did not come from our own page."""
    return render(request, "errors/csrf.html", {"reason": reason}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is nothing here: a problem document under the API, else a page."""
    if request.path.startswith("/api/"):
        return missing(request, Http404())
    return page_not_found(request, exception)


@requires(Capability.SIGNED_IN)
def language(request: HttpRequest) -> HttpResponse:
    """Show every component of the visual language on one sheet."""
    return render(request, "language.html", sheet())
