"""What was found out: of one machine and one target, and of the way from host to host."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from hosts.models import Host
from vms.models import VM

from .findings import Finding, Level, of_level

FRESH = timedelta(minutes=10)


class CheckReport(models.Model):
    """What the last check of a machine against a target found; `checked_at` is null before."""

    vm = models.ForeignKey(VM, on_delete=models.CASCADE, related_name="+")
    target = models.ForeignKey(Host, on_delete=models.CASCADE, related_name="+")
    source = models.ForeignKey(Host, on_delete=models.CASCADE, related_name="+")
    findings: Any = models.JSONField(default=list)
    options: Any = models.JSONField(default=dict)  # what was proposed, an `Options`
    dirty_rate = models.BigIntegerField(null=True)  # bytes a second that the guest changes
    copied_bytes = models.BigIntegerField(default=0)  # of disks
    was_on = models.BooleanField(default=False)
    error = models.CharField(max_length=40, blank=True)  # why it could not be checked: a code
    checked_at = models.DateTimeField(null=True)
    rev = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["vm", "target"], name="one_report_per_vm_and_target")
        ]

    def __str__(self) -> str:
        return f"{self.vm_id} → {self.target_id}"

    @property
    def found(self) -> list[Finding]:
        """The findings."""
        return [Finding.of_json(stored) for stored in self.findings]

    @property
    def blockers(self) -> list[Finding]:
        """What stands against it."""
        return of_level(self.found, Level.BLOCKER)

    def is_fresh_for(self, vm: VM) -> bool:
        """Whether it is of now: not old, of the same host, and of a machine in the same state."""
        return (
            self.checked_at is not None
            and self.checked_at > timezone.now() - FRESH
            and self.source_id == vm.host_id
            and self.was_on == vm.is_on
        )


class LinkTrial(models.Model):
    """Whether one host's libvirt reaches another's, when it was last tried."""

    source = models.ForeignKey(Host, on_delete=models.CASCADE, related_name="+")
    target = models.ForeignKey(Host, on_delete=models.CASCADE, related_name="+")
    way = models.CharField(max_length=8)
    address = models.CharField(max_length=300)
    works = models.BooleanField()
    seconds = models.FloatField(default=0)
    detail = models.TextField(blank=True)
    is_timeout = models.BooleanField(default=False)
    is_port_open = models.BooleanField(null=True)
    tried_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target"], name="one_trial_per_pair_of_hosts")
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"
