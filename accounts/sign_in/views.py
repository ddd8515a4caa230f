"""The sign-in page, what to do without an account, and ending one's sessions."""

import ipaddress
import logging
from collections.abc import Callable
from typing import Any

import requests
from allauth.account.views import LoginView, LogoutView, PasswordResetView
from allauth.socialaccount.providers.openid_connect import views as organisation
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Capability, requires
from accounts.requests import SignedInRequest
from accounts.services import end_sessions

from .people import ForgottenForm
from .saml import doors

log = logging.getLogger(__name__)


class SignInView(LoginView):
    """Offer every way in that is open here."""

    capability = Capability.PUBLIC

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page is drawn from."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        organisations = [
            (settings.OIDC_NAME, reverse("openid_connect_login", args=["organisation"]))
            if settings.OIDC_URL
            else None,
            (settings.SAML_NAME, reverse("saml_login", args=["organisation"]))
            if settings.SAML_METADATA
            else None,
        ]
        return context | {
            "organisations": [one for one in organisations if one],
            "passkeys": passkeys_work(self.request),
        }


class SignOutView(LogoutView):
    """End the session here, and where a person came by SAML, over there, too."""

    capability = Capability.PUBLIC

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign out here first: that holds whatever the identity provider does."""
        away = doors.way_out(self.request)
        answer: HttpResponse = super().post(*args, **kwargs)
        if not away:
            return answer
        return render(self.request, "account/signing_out.html", {"redirect_to": away})


class ForgottenView(PasswordResetView):
    """Mail a way to a new password; without mail, say whom to ask."""

    capability = Capability.PUBLIC
    form_class = ForgottenForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send on to the help page where no mail can be sent."""
        if not settings.MAIL_IS_ON:
            return redirect("account_help")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


def passkeys_work(request: HttpRequest) -> bool:
    """Say whether a browser can use passkeys here: under a name, over https or on this machine."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return request.is_secure() or host == "localhost" or host.endswith(".localhost")
    return False


@requires(Capability.PUBLIC)
def to_organisation(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Send a person to their organisation's sign-in."""
    return _if_reached(organisation.login, request, provider_id)


@requires(Capability.PUBLIC)
def from_organisation(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Take what the organisation says of a person."""
    return _if_reached(organisation.callback, request, provider_id)


def _if_reached(view: Callable[..., Any], request: HttpRequest, name: str) -> HttpResponseBase:
    """Answer with an error page where the organisation's server does not answer."""
    try:
        answer: HttpResponseBase = view(request, name)
    except requests.RequestException as error:
        log.warning("the organisation's sign-in is not reached: %s", type(error).__name__)
        return render(request, "socialaccount/authentication_error.html", status=502)
    return answer


@require_GET
@requires(Capability.PUBLIC)
def ask(request: HttpRequest) -> HttpResponse:
    """Say whom to ask for an account or a new password."""
    return render(request, "account/help.html", {"contact": settings.CONTACT})


@require_POST
@requires(Capability.SIGNED_IN)
def end_session(request: SignedInRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions; its sockets and consoles close within seconds."""
    get_object_or_404(UserSession, pk=pk, user=request.user).end()
    return redirect("usersessions_list")


@require_POST
@requires(Capability.SIGNED_IN)
def end_everywhere(request: SignedInRequest) -> HttpResponse:
    """End all of one's own sessions, this one too."""
    end_sessions(request.user)
    logout(request)
    return redirect("account_login")
