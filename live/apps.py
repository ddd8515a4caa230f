"""What changed, to whom."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """Status messages to open pages."""

    name = "live"
