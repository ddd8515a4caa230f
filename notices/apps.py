"""The room of notices as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    """Webhooks and notices to people; nobody imports this room, it listens."""

    name = "notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        from . import hearing, tasks  # noqa: F401
