"""The room of transfers as a Django app."""

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from jobs.models import Job


def _link(job: "Job") -> str:
    from .models import Transfer

    row = Transfer.objects.filter(pk=job.target_id or 0).first()
    return reverse("transfers:machine", args=[row.vm_id]) if row else ""


class TransfersConfig(AppConfig):
    """Files to and from guests."""

    name = "transfers"
    verbose_name = _("Files of guests")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from jobs.targets import register_target

        from . import kinds  # noqa: F401

        register_target("transfer", link=_link)
