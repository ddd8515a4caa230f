"""Sign-in with an organisation's account, by OpenID Connect or SAML; the environment alone says
which.
"""

import re
from typing import Any

from allauth.account.signals import user_logged_in
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User

from . import oidc
from .saml import says as saml
from .teams import keep_in_step


class OrganisationAdapter(DefaultSocialAccountAdapter):
    """Whoever the organisation lets in gets an account of their own; no other is ever joined."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Make accounts at the first sign-in, while the way that they come by is open."""
        return any(app.provider == sociallogin.provider.id for app in self.list_apps(request))

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Ask nothing more at the first sign-in."""
        return True

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Refuse to hang the organisation's account on the account that is signed in."""
        if request.user.is_authenticated:
            raise PermissionDenied
        if sociallogin.is_existing and sociallogin.user.is_service:
            raise PermissionDenied
        # An address of the organisation neither proves nor claims anything here.
        sociallogin.email_addresses = []

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        """Take name and address from what the organisation says."""
        user: User = super().populate_user(request, sociallogin, data)
        account = sociallogin.account
        named = _said_by(account).username_of(account.extra_data)
        user.username = re.sub(r"[^\w.@+-]", "", named)[:150]
        return user

    def list_apps(self, *args: Any, **kwargs: Any) -> list[SocialApp]:
        """Know the organisation of the settings; rows of the database are not looked at."""
        from allauth.socialaccount.adapter import _build_apps_from_settings

        provider = kwargs.get("provider") or (args[1] if len(args) > 1 else None)
        found = _build_apps_from_settings(provider=provider, client_id=kwargs.get("client_id"))
        return [app for apps in found.values() for app in apps]


@receiver(user_logged_in)
def take_groups(user: User, sociallogin: Any = None, **_kwargs: Any) -> None:
    """Keep the teams of somebody who came by the organisation in step with their groups."""
    if sociallogin is not None:
        account = sociallogin.account
        said = _said_by(account)
        keep_in_step(user, said.groups_of(account.extra_data), said.SOURCE)


@receiver(user_logged_in)
def remember_the_way(request: HttpRequest, sociallogin: Any = None, **_kwargs: Any) -> None:
    """Keep in the session as whom a person came by SAML, for signing out there too."""
    if sociallogin is not None and sociallogin.account.provider == saml.SOURCE:
        request.session[saml.MARK] = saml.session_of(sociallogin.account.extra_data)


def _said_by(account: Any) -> Any:
    """Return the module that reads what the organisation said of an account."""
    return saml if account.provider == saml.SOURCE else oidc
