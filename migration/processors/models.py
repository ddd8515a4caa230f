"""A group of hosts, the processor that all of them have, and which machines could go to each."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from hosts.models import Host


class Verdict(models.TextChoices):
    """Whether a machine's processor is there on every host of the group."""

    FITS = "fits", _("Fits every host")
    NEXT_START = "next-start", _("Fits from its next start")
    OWN = "own", _("Takes that of the host it starts on")
    LACKS = "lacks", _("Lacking on another host")
    UNKNOWN = "unknown", _("Not known")


class ProcessorGroup(models.Model):
    """Hosts among which machines shall move. `processor` is the XML that libvirt computed.

    `verdicts` are values of `Verdict` by the machine's id as text, as of `found_at`.
    """

    name = models.CharField(max_length=40, unique=True)
    hosts = models.ManyToManyField(Host, through="ProcessorMember", related_name="+")
    is_for_new = models.BooleanField(default=True)  # machines made on these hosts get it
    processor = models.TextField(blank=True)
    model = models.CharField(max_length=80, blank=True)
    virt_type = models.CharField(max_length=10, blank=True)
    verdicts: Any = models.JSONField(default=dict)
    found_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ProcessorMember(models.Model):
    """A host in its one group. `without` are features of its own that the group does without."""

    group = models.ForeignKey(ProcessorGroup, on_delete=models.CASCADE, related_name="members")
    host = models.OneToOneField(Host, on_delete=models.CASCADE, related_name="processor_member")
    model = models.CharField(max_length=80, blank=True)
    without: Any = models.JSONField(default=list)

    class Meta:
        ordering = ["host__name"]

    def __str__(self) -> str:
        return f"{self.group} ({self.host})"
