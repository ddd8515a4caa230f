"""Who may do what."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Users, teams, rights and API tokens."""

    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Listen to sign-ins, and have the factors' secrets locked again with the others."""
        from vault import keepers

        from .sign_in import factors, organisation  # noqa: F401

        keepers.register("accounts.Factors", factors.relock_factors)
