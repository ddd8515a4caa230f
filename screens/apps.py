"""The room of screens as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScreensConfig(AppConfig):
    """What machines show: pictures, the wall, and what the pictures mean."""

    name = "screens"
    verbose_name = _("Screens")

    def ready(self) -> None:
        from hosts.watching.eyes import register_eyes
        from vms.above.serial_ears import register_ears

        from .hearing import Hearing
        from .seeing import Seeing

        register_eyes(Seeing())
        register_ears(Hearing().hear)
