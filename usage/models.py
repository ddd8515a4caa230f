"""One stretch of time in which a machine cost the same."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Team
from vms.models import VM

HOUR = 3600


class Interval(models.Model):
    """A machine ran from `start` to `end` for the same team and person, at the same price.

    The interval that is not closed yet grows each time that usage is settled. Names and amounts
    are those of that time, and stay when the machine, the team or the person goes.
    """

    vm = models.ForeignKey(
        VM, null=True, on_delete=models.SET_NULL, db_constraint=False, related_name="usage"
    )
    vm_name = models.CharField(max_length=255)
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="usage")
    team_name = models.CharField(max_length=80, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="usage"
    )
    person_name = models.CharField(max_length=150, blank=True)
    size = models.CharField(max_length=40, blank=True)
    price_per_hour = models.DecimalField(max_digits=8, decimal_places=4, default=Decimal(0))
    vcpus = models.PositiveIntegerField()
    memory = models.BigIntegerField()
    disk = models.BigIntegerField()
    start = models.DateTimeField(db_index=True)
    end = models.DateTimeField(db_index=True)
    is_open = models.BooleanField(default=True)

    class Meta:
        ordering = ["start", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["vm"], condition=Q(is_open=True), name="one_open_interval_per_machine"
            ),
            models.CheckConstraint(
                condition=Q(end__gte=models.F("start")), name="intervals_run_forwards"
            ),
        ]
        indexes = [models.Index(fields=["team", "start"]), models.Index(fields=["person", "start"])]

    def __str__(self) -> str:
        return f"{self.vm_name}: {self.start:%Y-%m-%d %H:%M} to {self.end:%H:%M}"
