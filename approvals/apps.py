"""The room of requests as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApprovalsConfig(AppConfig):
    """Requests, and who decides them."""

    name = "approvals"
    verbose_name = _("Requests")

    def ready(self) -> None:
        from . import raising

        raising.register_kind()
