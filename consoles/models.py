"""Who had which console open, and when."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from vms.models import VM


class ConsoleSession(models.Model):
    """One opened console. `login_session` is the SHA-256 of the browser session's key."""

    vm = models.ForeignKey(VM, on_delete=models.CASCADE, related_name="console_sessions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="console_sessions"
    )
    kind = models.CharField(max_length=8, default="vnc")
    mode = models.CharField(max_length=8, default="control")
    login_session = models.CharField(max_length=64, blank=True)
    gateway = models.CharField(max_length=200, blank=True)  # which gateway serves or served it
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=40, blank=True)
    bytes_in = models.BigIntegerField(default=0)
    bytes_out = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["-opened_at"]
        indexes = [
            models.Index(fields=["user", "closed_at"]),
            models.Index(fields=["vm", "closed_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.vm}"
