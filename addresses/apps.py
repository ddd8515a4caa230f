"""The room of addresses as a Django app."""

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from jobs.models import Job


def _link(_job: "Job") -> str:
    return reverse("networks:list")


class AddressesConfig(AppConfig):
    """Addresses kept for machines."""

    name = "addresses"
    verbose_name = _("Reserved addresses")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from jobs.targets import register_target
        from vms.above.leaving import register_leaver

        from . import (
            counting,  # noqa: F401
            kinds,  # noqa: F401
        )

        register_target("address", link=_link)
        register_leaver("addresses.operations.keeping.release_with")
