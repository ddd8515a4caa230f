"""How allauth behaves here: nobody signs up alone, a changed password is no longer forced."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.shortcuts import resolve_url


class AccountAdapter(DefaultAccountAdapter):
    """Close self-registration and clear the forced change."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by administrators."""
        return False

    def set_password(self, user: Any, password: str) -> None:
        """Store a new password; from now on none is forced."""
        user.must_change_password = False
        super().set_password(user, password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Go on to the overview once the password is changed."""
        return resolve_url("overview")
