"""The room of metering as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UsageConfig(AppConfig):
    """Machine hours and what they cost."""

    name = "usage"
    verbose_name = _("Usage")

    def ready(self) -> None:
        from . import hearing, tasks  # noqa: F401
