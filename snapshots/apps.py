"""The room of snapshots as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SnapshotsConfig(AppConfig):
    """Moments of machines, and the way back to them."""

    name = "snapshots"
    verbose_name = _("Snapshots")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from vms.above.files import register_files
        from vms.services.bulk import register

        from . import (
            counting,  # noqa: F401
            kinds,  # noqa: F401
        )
        from .files import files_of
        from .services.asking import request_bulk

        register_files(files_of)
        register("snapshot", request_bulk)
