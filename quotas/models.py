"""Limits: of a team, of each person in it, of one person in it, and of personal machines."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team


class Resource(models.TextChoices):
    """What can be limited. Memory and disk are counted in bytes, anything else in pieces."""

    VCPUS = "vcpus", _("vCPU")
    MEMORY = "memory", _("Memory")
    DISK = "disk", _("Storage")
    MACHINES = "machines", _("Machines")
    SNAPSHOTS = "snapshots", _("Snapshots")
    BACKUPS = "backups", _("Backups")
    ADDRESSES = "addresses", _("Reserved addresses")
    NETWORKS = "networks", _("Networks")


IN_BYTES = frozenset({Resource.MEMORY, Resource.DISK})


class Limit(models.Model):
    """The most that may be used of one resource. What has no row has no limit.

    (team, nobody, not each) the whole team; (team, nobody, each) each person in the team;
    (team, person) one person in the team; (no team, person) one person's own machines;
    (no team, nobody, each) every person's own machines.
    """

    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.CASCADE, related_name="limits"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="limits",
    )
    each = models.BooleanField(default=False)
    resource = models.CharField(max_length=12, choices=Resource.choices)
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "user", "resource"],
                condition=Q(team__isnull=False, user__isnull=False),
                name="one_limit_per_member",
            ),
            models.UniqueConstraint(
                fields=["team", "each", "resource"],
                condition=Q(team__isnull=False, user__isnull=True),
                name="one_limit_per_team",
            ),
            models.UniqueConstraint(
                fields=["user", "resource"],
                condition=Q(team__isnull=True, user__isnull=False),
                name="one_limit_per_person",
            ),
            models.UniqueConstraint(
                fields=["resource"],
                condition=Q(team__isnull=True, user__isnull=True),
                name="one_limit_for_everybody",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="limits_are_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.resource} <= {self.amount}"
