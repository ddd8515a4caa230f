"""The room of posture as a Django app."""

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.access import Person
    from jobs.models import Job


def _link(_job: "Job") -> str:
    return reverse("posture:site")


def _again(_job: "Job", by: "Person") -> "Job":
    from .services import request_look

    return request_look(by)


class PostureConfig(AppConfig):
    """Checks, findings and scores of portal, hosts and machines."""

    name = "posture"
    verbose_name = _("Security posture")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from jobs.targets import register_target

        from . import kinds, tasks  # noqa: F401

        register_target("site", link=_link, retry=_again)
