"""One file on its way to or from a guest. Sizes are bytes, times aware UTC."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from jobs.models import Job, JobState
from vms.models import VM

KEPT = timedelta(hours=1)  # that a fetched file waits to be saved


class Transfer(models.Model):
    """A file sent or fetched. `staged` names our copy below the data folder; "" when it is gone.

    `path` is the place in the guest, `name` what the file is called on this side.
    """

    vm = models.ForeignKey(VM, on_delete=models.CASCADE, related_name="transfers")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="transfers"
    )
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="transfers")
    is_sent = models.BooleanField()
    path = models.CharField(max_length=1024)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    staged = models.CharField(max_length=40, blank=True)
    overwrite = models.BooleanField(default=False)
    # What a transfer that was broken off left in the guest: "", "removed", "left" or "unknown"
    remains = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["vm", "-created_at"])]

    def __str__(self) -> str:
        return f"{self.name} {'to' if self.is_sent else 'from'} {self.vm}"

    @property
    def is_waiting(self) -> bool:
        """Whether its job is queued or running."""
        return self.job is not None and self.job.is_active

    @property
    def can_be_saved(self) -> bool:
        """Whether it was fetched, and its copy is here still."""
        return not self.is_sent and self.done_at is not None and bool(self.staged)

    @property
    def went_wrong(self) -> bool:
        """Whether its job ended without it."""
        return self.done_at is None and not self.is_waiting

    @property
    def was_cancelled(self) -> bool:
        """Whether somebody stopped it."""
        return self.job is not None and self.job.state == JobState.CANCELLED
