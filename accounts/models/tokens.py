"""Keys for the API."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .people import User

SOON = timedelta(days=7)


class ApiToken(models.Model):
    """A key for the API. Only its SHA-256 is kept; the key itself is shown once.

    `capabilities` narrows what the token may do, on top of `scope`; empty means no narrowing.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    token_hash = models.CharField(max_length=64, unique=True)
    scope = models.CharField(
        max_length=8,
        choices=[("read", _("Read")), ("write", _("Read and change"))],
        default="write",
    )
    capabilities: Any = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_over(self) -> bool:
        """Whether it is taken no more."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def ends_soon(self) -> bool:
        """Whether somebody should make the next one."""
        return self.expires_at is not None and self.expires_at - timezone.now() < SOON

    @property
    def allowed(self) -> list[str]:
        """What the token is narrowed to, in words; empty where it is not."""
        from accounts.capabilities import Capability

        shown = set(self.capabilities) - {Capability.SIGNED_IN}
        return [str(one.label) for one in Capability if one in shown]
