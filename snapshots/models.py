"""A snapshot as people see it, the files behind a machine's disks, and when snapshots are taken.

Rows of snapshots that are made mirror libvirt's records, whoever took them. Sizes are bytes,
times aware UTC. Paths are those of the host: for administrators and operations only.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jobs.models import Job, JobState
from vms.models import VM

UNSETTLED = (JobState.QUEUED, JobState.RUNNING, JobState.UNDETERMINED)


class Kind(models.TextChoices):
    """Where a snapshot is kept."""

    UNKNOWN = "", _("Not known")
    INTERNAL = "internal", _("Inside the disks")
    EXTERNAL = "external", _("In files of its own")


class Origin(models.TextChoices):
    """Why a snapshot was taken."""

    PERSON = "person", _("by hand")
    SCHEDULE = "schedule", _("schedule")
    REVERT = "revert", _("before a revert")
    OUTSIDE = "outside", _("taken outside Guesthouse")


class Every(models.TextChoices):
    """How often a schedule takes a snapshot."""

    HOUR = "hour", _("Every hour")
    DAY = "day", _("Every day")
    WEEK = "week", _("Every week")


STEPS = {Every.HOUR: timedelta(hours=1), Every.DAY: timedelta(days=1), Every.WEEK: timedelta(7)}


class SnapshotSchedule(models.Model):
    """A rule of one machine: how often, and how many are kept."""

    vm = models.ForeignKey(VM, on_delete=models.CASCADE, related_name="snapshot_schedules")
    every = models.CharField(max_length=4, choices=Every.choices)
    keep = models.PositiveIntegerField()
    with_memory = models.BooleanField(default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    next_at = models.DateTimeField(default=timezone.now, db_index=True)
    problem = models.CharField(max_length=400, blank=True)  # why the last one was not taken

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vm", "every"], name="one_schedule_per_pace"),
            models.CheckConstraint(condition=Q(keep__gte=1), name="a_schedule_keeps_one"),
        ]

    def __str__(self) -> str:
        return f"{self.vm_id} {self.every}"

    def after(self, now: datetime) -> datetime:
        """Return the next moment after `now`, in step with the ones before."""
        step = STEPS[Every(self.every)]
        missed = max(0, (now - self.next_at) // step)
        return self.next_at + step * (missed + 1)


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    """Snapshots by whether they are there."""

    def made(self) -> "SnapshotQuerySet":
        """Return those that the host has."""
        return self.filter(made_at__isnull=False)

    def standing(self) -> "SnapshotQuerySet":
        """Return those that are made, are being made, or may be there: they count."""
        return self.filter(Q(made_at__isnull=False) | Q(job__state__in=UNSETTLED))


class Snapshot(models.Model):
    """A moment of a machine. `key` is its name in libvirt's records, `name` what people call it."""

    vm = models.ForeignKey(VM, on_delete=models.CASCADE, related_name="snapshots")
    key = models.CharField(max_length=255)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=200, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children"
    )
    is_current = models.BooleanField(default=False)
    kind = models.CharField(max_length=8, choices=Kind.choices, blank=True)
    state = models.CharField(max_length=16, blank=True)  # libvirt's word for what the guest did
    has_memory = models.BooleanField(default=False)
    is_at_rest = models.BooleanField(default=False)
    memory_file = models.CharField(max_length=1024, blank=True)
    # [{"target", "kind", "state", "format", "overlay"}], as in `virt.xml.snapshots.SnapshotDisk`
    disks: Any = models.JSONField(default=list)
    vcpus = models.PositiveIntegerField(default=0)
    memory = models.BigIntegerField(default=0)
    # What the machine would count with after a revert: the most that it had, or may have had
    most_vcpus = models.PositiveIntegerField(default=0)
    most_memory = models.BigIntegerField(default=0)
    networks: Any = models.JSONField(default=list)
    size = models.BigIntegerField(null=True)  # of its files; null inside the disks
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.PERSON)
    schedule = models.ForeignKey(
        SnapshotSchedule, null=True, blank=True, on_delete=models.SET_NULL, related_name="taken"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    made_at = models.DateTimeField(null=True)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        constraints = [
            models.UniqueConstraint(fields=["vm", "key"], name="one_snapshot_per_vm_and_key")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_made(self) -> bool:
        """Whether the host has it."""
        return self.made_at is not None

    @property
    def files(self) -> set[str]:
        """The paths of everything that it is kept in, beside its disks' own file."""
        found = {self.memory_file}
        for disk in self.disks:
            if disk.get("kind") == "external":
                found |= {disk.get("state", ""), disk.get("overlay", "")}
        return found - {""}


class Layer(models.Model):
    """A file that holds a part of a machine's disk, and that is the machine's own.

    `depth` is its place among the files behind the disk as it is now, 0 for the lowest; null for
    one that only snapshots need.
    """

    vm = models.ForeignKey(VM, on_delete=models.CASCADE, related_name="layers")
    target = models.CharField(max_length=40)
    path = models.CharField(max_length=1024)
    format = models.CharField(max_length=8)  # as it was given to QEMU, never by looking inside
    depth = models.PositiveIntegerField(null=True)
    into = models.CharField(max_length=1024, blank=True)  # the layer into which it is merged now
    size = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["target", "depth", "pk"]
        constraints = [models.UniqueConstraint(fields=["vm", "path"], name="one_row_per_layer")]

    def __str__(self) -> str:
        return f"{self.target} {self.depth}"
