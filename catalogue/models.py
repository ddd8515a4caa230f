"""Sizes, and who is offered what. No row for an image or a network means: everybody."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from hosts.models import Network

from .seeding import CUSTOM


class Offer(models.Model):
    """Something that everybody, or only some teams, can choose."""

    for_everyone = models.BooleanField(_("Offered to everyone"), default=True)
    teams: Any = models.ManyToManyField(
        Team, blank=True, related_name="+", verbose_name=_("Only these teams")
    )

    class Meta:
        abstract = True

    def is_for(self, team: Team | None) -> bool:
        """Say whether `team`, or people by themselves, are offered it."""
        if self.for_everyone:
            return True
        return team is not None and team.pk in {each.pk for each in self.teams.all()}


class Size(Offer):
    """How big a machine can be made, and what it costs. The size "custom" has no amounts."""

    slug = models.SlugField(_("Short name"), max_length=40, unique=True)
    name = models.CharField(_("Name"), max_length=40)
    vcpus = models.PositiveIntegerField(_("Processors"), default=1)
    memory = models.BigIntegerField(_("Memory"), default=0)
    disk = models.BigIntegerField(_("Disk"), default=0)
    price_per_hour = models.DecimalField(
        _("Price per hour"), max_digits=8, decimal_places=4, default=Decimal(0)
    )
    needs_approval = models.BooleanField(_("Needs approval"), default=False)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name; those that a new site has are translated."""
        return gettext(self.name)

    @property
    def is_custom(self) -> bool:
        """Whether the amounts are the person's own."""
        return self.slug == CUSTOM


class ImageOffer(Offer):
    """Who may choose an image, installing from a medium ("iso") or the network ("network")."""

    key = models.CharField(max_length=200, unique=True)

    def __str__(self) -> str:
        return self.key


class NetworkOffer(Offer):
    """Who may choose a network of a host."""

    network = models.OneToOneField(Network, on_delete=models.CASCADE, related_name="offer")

    def __str__(self) -> str:
        return str(self.network)
