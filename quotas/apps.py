"""How much teams and people may have."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuotasConfig(AppConfig):
    """Limits of teams and people, checked in the transaction that asks."""

    name = "quotas"
    verbose_name = _("Quotas")
