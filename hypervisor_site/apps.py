"""The site as a Django app, so that its template tags and locale are found."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Compose the rooms."""

    name = "hypervisor_site"

    def ready(self) -> None:
        from . import checks  # noqa: F401
