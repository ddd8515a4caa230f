"""Sign-in with an organisation's account (OpenID Connect), configured by the environment alone."""

import re
from collections.abc import Iterable
from typing import Any

from allauth.account.signals import user_logged_in
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User

from .teams import keep_in_step

SOURCE = "oidc"


class OrganisationAdapter(DefaultSocialAccountAdapter):
    """Whoever the organisation lets in gets an account of their own; no other is ever joined."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Make accounts at the first sign-in."""
        return bool(settings.OIDC_URL)

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
        claims = claims_of(sociallogin.account.extra_data)
        user.username = re.sub(r"[^\w.@+-]", "", str(claims.get("preferred_username") or ""))[:150]
        return user

    def list_apps(self, *args: Any, **kwargs: Any) -> list[SocialApp]:
        """Know the organisation of the settings; rows of the database are not looked at."""
        from allauth.socialaccount.adapter import _build_apps_from_settings

        provider = kwargs.get("provider") or (args[1] if len(args) > 1 else None)
        found = _build_apps_from_settings(provider=provider, client_id=kwargs.get("client_id"))
        return [app for apps in found.values() for app in apps]


def claims_of(extra_data: dict[str, Any]) -> dict[str, Any]:
    """Return what the organisation says of a person: the token's claims, then the user info's."""
    if "userinfo" in extra_data or "id_token" in extra_data:
        return {**extra_data.get("id_token", {}), **extra_data.get("userinfo", {})}
    return extra_data


def groups_in(claims: dict[str, Any]) -> Iterable[str]:
    """Return the groups that the claims name; none where the claim is absent or no list."""
    named = claims.get(settings.OIDC_GROUPS_CLAIM)
    if isinstance(named, str):
        return [named]
    return [str(one) for one in named] if isinstance(named, list) else []


@receiver(user_logged_in)
def take_groups(user: User, sociallogin: Any = None, **_kwargs: Any) -> None:
    """Keep the teams of somebody who came by the organisation in step with their groups."""
    if sociallogin is not None:
        claims = claims_of(sociallogin.account.extra_data)
        keep_in_step(user, groups_in(claims), SOURCE)
