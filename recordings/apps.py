"""The room of recordings as a Django app."""

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.access import Person
    from jobs.models import Job


def _link(job: "Job") -> str:
    from .models import Recording

    known = Recording.objects.filter(pk=job.target_id or 0).exists()
    return reverse("recordings:play", args=[job.target_id]) if known else ""


def _is_own(job: "Job", user: "Person") -> bool:
    return user.is_authenticated and job.actor_id == user.pk


class RecordingsConfig(AppConfig):
    """Recordings of consoles: what they are, whose, how long they are kept."""

    name = "recordings"
    verbose_name = _("Recordings")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from jobs.targets import register_target

        from . import kinds  # noqa: F401

        register_target("recording", link=_link, may_cancel=_is_own)
