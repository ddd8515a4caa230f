"""The room of backups as a Django app."""

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from jobs.models import Job


def _link(_job: "Job") -> str:
    return reverse("backups:all")


class BackupsConfig(AppConfig):
    """Copies of machines, and machines made from them."""

    name = "backups"
    verbose_name = _("Backups")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from jobs.targets import register_target
        from vms.announcing import MAKERS

        from . import (
            counting,  # noqa: F401
            kinds,  # noqa: F401
        )

        MAKERS.add("backup.restore")
        register_target("backup", link=_link)
