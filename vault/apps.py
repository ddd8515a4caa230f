"""The vault as a Django app, for its checks and its command."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """Keys outside the database, and columns locked with them."""

    name = "vault"

    def ready(self) -> None:
        from . import checks, cores  # noqa: F401

        cores.write_none()
