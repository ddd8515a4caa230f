"""What may be chosen for a new machine."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    """Sizes, and which teams are offered which sizes, images and networks."""

    name = "catalogue"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        from .seeding import seed

        post_migrate.connect(seed, sender=self, dispatch_uid="catalogue.seed")
