"""Who comes to the doors of a SAML sign-in, before anything of it is loaded."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Capability, requires


def _views(who: str) -> Any:
    """Return the views, which need requirements-saml.txt. Raises Http404 where SAML is off."""
    if not settings.SAML_METADATA or who != "organisation":
        raise Http404
    from . import views

    return views


@require_POST
@requires(Capability.PUBLIC)
def go(request: HttpRequest, organization_slug: str) -> HttpResponseBase:
    """Send a person to their identity provider."""
    answer: HttpResponseBase = _views(organization_slug).go(request)
    return answer


@csrf_exempt  # the identity provider's page posts here; the answer proves itself
@require_POST
@requires(Capability.PUBLIC)
def take(request: HttpRequest, organization_slug: str) -> HttpResponseBase:
    """Take an answer of the identity provider."""
    answer: HttpResponseBase = _views(organization_slug).take(request)
    return answer


@require_GET
@requires(Capability.PUBLIC)
def finish(request: HttpRequest, organization_slug: str) -> HttpResponseBase:
    """Let in whom the answer names."""
    answer: HttpResponseBase = _views(organization_slug).finish(request)
    return answer


@require_GET
@requires(Capability.PUBLIC)
def leave(request: HttpRequest, organization_slug: str) -> HttpResponseBase:
    """Hear about signing out, with a signature on it."""
    answer: HttpResponseBase = _views(organization_slug).leave(request)
    return answer


@require_GET
@requires(Capability.PUBLIC)
def describe(request: HttpRequest, organization_slug: str) -> HttpResponseBase:
    """Show our metadata."""
    answer: HttpResponseBase = _views(organization_slug).describe(request)
    return answer


def way_out(request: HttpRequest) -> str:
    """Return where a person who is about to sign out has to be signed out, too, or ""."""
    from .says import MARK

    if MARK not in request.session or not settings.SAML_METADATA:
        return ""
    return str(_views("organisation").way_out(request))
