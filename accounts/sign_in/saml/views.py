"""The doors of a SAML sign-in: out to the identity provider, back in, metadata, signing out."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.core import ratelimit
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.sessions import LoginSession
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from onelogin.saml2.errors import OneLogin_Saml2_Error
from onelogin.saml2.logout_request import OneLogin_Saml2_Logout_Request

from . import says
from .answers import Refused, look_over
from .exchange import WHO, exchange, ourselves
from .metadata import MetadataError

KEPT_FOR = 300  # seconds between an answer and the browser's next step

log = logging.getLogger(__name__)
View = Callable[[HttpRequest], HttpResponseBase]


def saying_why(view: View) -> View:
    """Show a page with the reason where the view refuses, or the provider cannot be had."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponseBase:
        try:
            return view(request)
        except Refused as error:
            log.warning("A SAML answer was refused (%s): %s", error.code, error.detail)
            return _why(request, error, 403)
        except (MetadataError, OneLogin_Saml2_Error) as error:
            log.warning("The SAML identity provider cannot be asked: %s", error)
            return _why(request, Refused("away"), 502)

    return guarded


def _why(request: HttpRequest, error: Refused, status: int) -> HttpResponse:
    page = "socialaccount/authentication_error.html"
    return render(request, page, {"why": error.message}, status=status)


def provider(request: HttpRequest) -> Any:
    """Return allauth's provider for the identity provider of the settings."""
    return get_adapter().get_provider(request, "saml", client_id=WHO)


@saying_why
def go(request: HttpRequest) -> HttpResponseBase:
    """Send a person to their identity provider, by a page: forms may not lead elsewhere."""
    away = provider(request).redirect_from_request(request).url
    return render(request, "socialaccount/login_redirect.html", {"redirect_to": away})


@saying_why
def take(request: HttpRequest) -> HttpResponseBase:
    """Keep an answer until the browser asks for a page of ours by itself.

    The answer is posted from another site, so that the browser's session does not come with it.
    """
    if too_many := ratelimit.consume_or_429(request, action="saml_answer"):
        answered: HttpResponse = too_many
        return answered
    answer = look_over(request.POST.get("SAMLResponse", ""))
    response = redirect("saml_finish_acs", WHO)
    kept = LoginSession(request, "saml_acs_session", "saml-acs-session")
    kept.store["answer"] = answer
    kept.store.set_expiry(KEPT_FOR)
    kept.save(response)
    return response


@saying_why
def finish(request: HttpRequest) -> HttpResponseBase:
    """Believe the answer that was kept, or say why not; then go on as any sign-in does."""
    kept = LoginSession(request, "saml_acs_session", "saml-acs-session")
    answer = str(kept.store.get("answer", ""))
    kept.delete()
    if not answer:
        raise Refused("unasked", "nothing was kept for this browser")
    auth = exchange(request, answer)
    auth.process_response()
    ours = provider(request)
    login = ours.sociallogin_from_response(request, auth)
    login.state = _question(request, ours, auth.get_last_response_in_response_to())
    response: HttpResponseBase = complete_social_login(request, login)
    return response


def _question(request: HttpRequest, ours: Any, asked: str) -> Any:
    """Return, once, what this browser was asked for. Raises Refused where it was not."""
    from allauth.socialaccount.internal import statekit

    found = statekit.unstash_state(request, provider_id=ours.sub_id, state_id=asked)
    if found is None:
        raise Refused("unasked", "the question is not of this browser, or was answered")
    return found


@saying_why
def describe(request: HttpRequest) -> HttpResponseBase:
    """Return our metadata, which the identity provider is to be given."""
    return HttpResponse(ourselves(request), content_type="application/samlmetadata+xml")


def way_out(request: HttpRequest) -> str:
    """Return where to sign out at the identity provider, or "" where that is not to be done."""
    here = request.session.get(says.MARK)
    if not here:
        return ""
    try:
        auth = exchange(request)
        if not (auth.get_slo_url() and auth.get_settings().get_sp_key()):
            return ""
        return str(auth.logout(return_to="", **here))
    except (MetadataError, OneLogin_Saml2_Error) as error:
        log.warning("Nobody was signed out at the SAML identity provider: %s", error)
        return ""


@saying_why
def leave(request: HttpRequest) -> HttpResponseBase:
    """End the session that the identity provider names, or hear that it ended one there."""
    auth = exchange(request)
    offered = auth.get_slo_url() and auth.get_settings().get_sp_key()
    if not offered:
        raise Http404
    if any(len(values) > 1 for _name, values in request.GET.lists()):
        raise Refused("unreadable", "a part is there twice")

    def end() -> None:
        name = OneLogin_Saml2_Logout_Request.get_nameid(
            auth.get_last_request_xml(), auth.get_settings().get_sp_key()
        )
        if request.session.get(says.MARK, {}).get("name_id") == name:
            account_adapter().logout(request)

    heard = "SAMLResponse" in request.GET
    back = auth.process_slo(keep_local_session=heard, delete_session_cb=end)
    if auth.get_errors():
        raise Refused("changed", str(auth.get_last_error_reason() or auth.get_errors()))
    return redirect(back or "account_login")
