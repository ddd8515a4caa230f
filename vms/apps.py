"""What people do with guests."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VmsConfig(AppConfig):
    """Virtual machines."""

    name = "vms"
    verbose_name = _("Machines")

    def ready(self) -> None:
        from . import kinds  # noqa: F401
