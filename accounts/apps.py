"""Who may do what."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Users, teams, rights and API tokens."""

    name = "accounts"
    verbose_name = _("Accounts")
