"""A backup: what was copied of a machine, when, how consistent it is, and whose it is.

It outlives its machine. Sizes are bytes, times aware UTC.
"""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Capability, Person, audience_names, reach
from accounts.models import Team
from hosts.models import Host, StoragePool
from jobs.models import Job, JobState
from vms.models import VM

PLACE = "guesthouse-backups"  # the pool of a host that is the place for backups
UNSETTLED = (JobState.QUEUED, JobState.RUNNING, JobState.UNDETERMINED)


class Consistency(models.TextChoices):
    """What the copy is like."""

    UNKNOWN = "", _("Not known")
    CRASH = "crash", _("As after a power cut")
    AT_REST = "at-rest", _("File systems at rest")
    OFF = "off", _("Machine was off")


class BackupQuerySet(models.QuerySet["Backup"]):
    """Backups by right and by whether they are there."""

    def allowing(self, user: Person, capability: Capability) -> "BackupQuerySet":
        """Return the backups on which `user` has `capability`."""
        return self.filter(reach(user, capability, "backup"))

    def standing(self) -> "BackupQuerySet":
        """Return those that are made, are being made, or may be there: they take room."""
        return self.filter(Q(made_at__isnull=False) | Q(job__state__in=UNSETTLED))


class Backup(models.Model):
    """A full copy of a machine's disks, with what the machine was made of."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    host = models.ForeignKey(Host, on_delete=models.CASCADE, related_name="backups")
    vm = models.ForeignKey(
        VM, null=True, blank=True, on_delete=models.SET_NULL, related_name="backups"
    )
    vm_name = models.CharField(max_length=255)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="backups",
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="backups"
    )
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    description = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    made_at = models.DateTimeField(null=True)
    consistency = models.CharField(max_length=8, choices=Consistency.choices, blank=True)
    files: Any = models.JSONField(default=list)  # [{"target", "name", "capacity", "bus"}]
    definition = models.TextField(blank=True)  # libvirt's, without secrets
    size = models.CharField(max_length=40, blank=True)
    vcpus = models.PositiveIntegerField(default=1)
    memory = models.BigIntegerField(default=0)
    disk_bytes = models.BigIntegerField(default=0)
    firmware = models.CharField(max_length=16, blank=True)
    has_tpm = models.BooleanField(default=False)
    os_id = models.CharField(max_length=120, blank=True)
    networks: Any = models.JSONField(default=list)

    objects = BackupQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("backup")
        verbose_name_plural = _("backups")

    def __str__(self) -> str:
        return f"{self.vm_name}, {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def audiences(self) -> list[str]:
        """Who hears about this backup."""
        return audience_names("backup", self.pk, self.team_id, self.owner_id)

    @property
    def is_made(self) -> bool:
        """Whether the copy is complete."""
        return self.made_at is not None


def has_place(host: Host) -> bool:
    """Say whether an administrator made the place for backups on this host."""
    return StoragePool.objects.filter(host=host, name=PLACE, active=True).exists()
