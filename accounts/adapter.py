"""How allauth behaves here: nobody signs up alone, a changed password is no longer forced."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from .sign_in import places


class AccountAdapter(DefaultAccountAdapter):
    """Close self-registration, clear the forced change, count wrong passwords by place."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by administrators."""
        return False

    def set_password(self, user: Any, password: str) -> None:
        """Store a new password; from now on none is forced. Programs get none."""
        if user.is_service:
            raise PermissionDenied
        user.must_change_password = False
        super().set_password(user, password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Go on to the overview once the password is changed."""
        return resolve_url("overview")

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Turn away service accounts, whichever door they come by."""
        if user.is_service:
            raise PermissionDenied
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Finish a sign-in and remember the browser it was made from."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        places.remember(request, response, user)
        return response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Return under what a wrong password counts: the person, at a place."""
        username = str(credentials.get("username") or credentials.get("email") or "").lower()
        return f"{username}:{places.place_of(request, username, self.get_client_ip(request))}"

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send mail only where it is configured."""
        if settings.MAIL_IS_ON:
            super().send_notification_mail(*args, **kwargs)
