"""A migration: which machine, from where to where, how, how far, and how it really ended.

It outlives its machine and its hosts. Sizes are bytes, times aware UTC.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Capability, Person, reach
from hosts.models import Host
from jobs.models import Job
from vms.models import VM

from .options import Options

MOST_SAMPLES = 400


class Phase(models.TextChoices):
    """How far it is."""

    WAITING = "waiting", _("Waiting")
    PREPARING = "preparing", _("Preparing")
    COPYING = "copying", _("Copying")
    SWITCHING = "switching", _("Switching over")
    POST_COPY = "post-copy", _("Fetching the rest")
    SETTLING = "settling", _("Looking at both hosts")
    ENDED = "ended", _("Over")


class Outcome(models.TextChoices):
    """Where the machine really is after the end, read from both hosts."""

    NONE = "", _("Not over")
    MIGRATED = "migrated", _("Moved")
    STAYED = "stayed", _("Stayed where it was")
    CRASHED = "crashed", _("Stopped on the way")
    TWO_COPIES = "two-copies", _("Running on both hosts")
    LOST = "lost", _("Lost")
    UNDETERMINED = "undetermined", _("Not known")


class MigrationQuerySet(models.QuerySet["Migration"]):
    """Migrations by right and by state."""

    def allowing(self, user: Person, capability: Capability) -> "MigrationQuerySet":
        """Return the migrations of machines on which `user` has `capability`."""
        return self.filter(vm__in=VM.objects.filter(reach(user, capability, "vm")))

    def under_way(self) -> "MigrationQuerySet":
        """Return those that have begun and are not over: they take a place on both hosts."""
        return self.filter(started_at__isnull=False, outcome=Outcome.NONE)

    def unsettled(self) -> "MigrationQuerySet":
        """Return those of which it is not known how they ended."""
        return self.filter(outcome=Outcome.UNDETERMINED)


class Migration(models.Model):
    """One move of one machine."""

    vm = models.ForeignKey(VM, null=True, on_delete=models.SET_NULL, related_name="migrations")
    vm_uuid = models.UUIDField()
    vm_name = models.CharField(max_length=255)
    source = models.ForeignKey(Host, null=True, on_delete=models.SET_NULL, related_name="+")
    source_name = models.CharField(max_length=63)
    target = models.ForeignKey(Host, null=True, on_delete=models.SET_NULL, related_name="+")
    target_name = models.CharField(max_length=63)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    options: Any = models.JSONField(default=dict)
    accepted: Any = models.JSONField(default=list)  # warnings that somebody knew of: [str]
    controls: Any = models.JSONField(default=dict)  # what is wished while it runs, see steering
    applied: Any = models.JSONField(default=dict)  # of these, what was done
    phase = models.CharField(max_length=12, choices=Phase.choices, default=Phase.WAITING)
    outcome = models.CharField(
        max_length=12, choices=Outcome.choices, blank=True, default=Outcome.NONE
    )
    statistics: Any = models.JSONField(default=dict)  # the newest, a `Sample` of statistics.py
    samples: Any = models.JSONField(default=list)  # at most MOST_SAMPLES of them, evenly thinned
    events: Any = models.JSONField(default=list)  # what happened: [{"at", "what", "who", "facts"}]
    downtime_ms = models.BigIntegerField(null=True)
    bytes = models.BigIntegerField(null=True)
    rev = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = MigrationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("migration")
        verbose_name_plural = _("migrations")

    def __str__(self) -> str:
        return f"{self.vm_name}: {self.source_name} → {self.target_name}"

    @property
    def wish(self) -> Options:
        """What was chosen."""
        return Options.of_json(self.options)

    @property
    def is_over(self) -> bool:
        """Whether it has ended, in whatever way."""
        return self.phase == Phase.ENDED

    @property
    def audiences(self) -> list[str]:
        """Who hears about it: whoever hears about its machine."""
        return self.vm.audiences if self.vm is not None else ["admins"]


from .checks.models import CheckReport, LinkTrial  # noqa: E402, F401 - rows of the checks
from .processors.models import ProcessorGroup, ProcessorMember  # noqa: E402, F401
