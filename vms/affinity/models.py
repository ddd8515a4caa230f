"""A placement group: which machines, together or apart, and whether that is a must."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Team


class Affinity(models.TextChoices):
    """How the machines of a group are placed."""

    APART = "apart", _("On different hosts")
    TOGETHER = "together", _("On the same host")


class PlacementGroup(models.Model):
    """A group of one team's machines; without a team it is the administrators', of any machines.

    `is_hard` is a must: creation, start and migration are refused where it would be broken.
    Otherwise it is a wish, which only ranks hosts.
    """

    name = models.CharField(max_length=40)
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.CASCADE, related_name="placement_groups"
    )
    affinity = models.CharField(max_length=8, choices=Affinity.choices, default=Affinity.APART)
    is_hard = models.BooleanField(default=True)
    machines = models.ManyToManyField("vms.VM", blank=True, related_name="placement_groups")

    class Meta:
        app_label = "vms"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["team", "name"], name="one_group_per_team_and_name")
        ]

    def __str__(self) -> str:
        return self.name
