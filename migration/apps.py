"""The room of migrations as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MigrationConfig(AppConfig):
    """Machines that move between hosts."""

    name = "migration"
    verbose_name = _("Migrations")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import (
            bulk,  # noqa: F401
            kinds,  # noqa: F401
        )
        from .checks import kinds as kinds_of_checks  # noqa: F401
