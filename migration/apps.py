"""The room of migrations as a Django app."""

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from jobs.models import Job


class MigrationConfig(AppConfig):
    """Machines that move between hosts."""

    name = "migration"
    verbose_name = _("Migrations")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from jobs.targets import register_target

        from . import (
            bulk,  # noqa: F401
            kinds,  # noqa: F401
        )
        from .checks import kinds as kinds_of_checks  # noqa: F401
        from .processors import creating  # noqa: F401
        from .processors import kinds as kinds_of_processors  # noqa: F401

        register_target("processors", link=_link_to_group)


def _link_to_group(job: "Job") -> str:
    from django.urls import reverse

    return reverse("processors:group", args=[job.target_id])
