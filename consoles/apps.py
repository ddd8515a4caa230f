"""Screens and keyboards of guests in the browser."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsolesConfig(AppConfig):
    """Tickets, the gateway and the console room."""

    name = "consoles"
    verbose_name = _("Consoles")

    def ready(self) -> None:
        from vms.above.drivers import register_drivers

        from .listening import bulk
        from .listening import waking as waking
        from .room.people import find_drivers

        register_drivers(find_drivers)
        bulk.register()
