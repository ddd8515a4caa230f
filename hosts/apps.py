"""Where guests live."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HostsConfig(AppConfig):
    """Hosts with their pools, volumes, networks and devices."""

    name = "hosts"
    verbose_name = _("Hosts")

    def ready(self) -> None:
        from . import kinds  # noqa: F401
