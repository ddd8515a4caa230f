"""Who had which console open, when, and who drives now."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from vms.models import VM

SSH, RDP = "ssh", "rdp"
PRIVATE = frozenset({SSH, RDP})  # kinds that are one person's own, beside the room


class ConsoleRoom(models.Model):
    """The room of one machine. `driver` is the `who` of the people whose input reaches the guest.

    It counts only while that person has a console open in control mode. `rev` grows with each
    change of who is here and who drives.
    """

    vm = models.OneToOneField(
        VM, on_delete=models.CASCADE, primary_key=True, related_name="console_room"
    )
    driver = models.CharField(max_length=80, blank=True)
    driving_since = models.DateTimeField(null=True)
    rev = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"the room of {self.vm}"


class ConsoleLink(models.Model):
    """A link that shows a console to whoever has it. Only the SHA-256 of its key is kept."""

    vm = models.ForeignKey(VM, on_delete=models.CASCADE, related_name="console_links")
    key_hash = models.CharField(max_length=64, unique=True)
    mode = models.CharField(max_length=8, default="view")
    needs_sign_in = models.BooleanField(default=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="console_links"
    )
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["expires_at"]

    def __str__(self) -> str:
        return f"a link to {self.vm}"


class ConsoleSession(models.Model):
    """One opened console. `login_session` is the SHA-256 of the browser session's key.

    `who` is the same for all consoles of one person; `asked_at` is when they asked to drive.
    Without `user` it is somebody who came by `link` and gave `name` as theirs.
    """

    vm = models.ForeignKey(VM, on_delete=models.CASCADE, related_name="console_sessions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.CASCADE,
        related_name="console_sessions",
    )
    link = models.ForeignKey(
        ConsoleLink, null=True, on_delete=models.SET_NULL, related_name="sessions"
    )
    name = models.CharField(max_length=60, blank=True)
    who = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=8, default="vnc")
    mode = models.CharField(max_length=8, default="control")
    login_session = models.CharField(max_length=64, blank=True)
    gateway = models.CharField(max_length=200, blank=True)  # which gateway serves or served it
    opened_at = models.DateTimeField(default=timezone.now)
    asked_at = models.DateTimeField(null=True)
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
        return f"{self.user or self.name} at {self.vm}"

    @property
    def is_private(self) -> bool:
        """Whether nobody else sees it, and no seat decides who types."""
        return self.kind in PRIVATE


class ServerAccess(models.Model):
    """How a machine's own server of a kind is reached, and by what it is known again.

    `pinned` is what it proved itself by first, or what somebody accepted since; `offered` is
    another one that it showed last.
    """

    port = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(65535)])
    pinned = models.TextField(blank=True)
    pinned_at = models.DateTimeField(null=True)
    offered = models.TextField(blank=True)
    offered_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class SshAccess(ServerAccess):
    """Of SSH: pins are public keys in OpenSSH's form, without a comment."""

    vm = models.OneToOneField(
        VM, on_delete=models.CASCADE, primary_key=True, related_name="ssh_access"
    )
    port = models.PositiveIntegerField(
        default=22, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )

    def __str__(self) -> str:
        return f"the SSH access of {self.vm}"


class RdpAccess(ServerAccess):
    """Of RDP: pins are the SHA-256 of a certificate, in hex."""

    vm = models.OneToOneField(
        VM, on_delete=models.CASCADE, primary_key=True, related_name="rdp_access"
    )
    port = models.PositiveIntegerField(
        default=3389, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )

    def __str__(self) -> str:
        return f"the RDP access of {self.vm}"


class Listening(models.Model):
    """That Guesthouse listens to the text console of a machine while it runs."""

    vm = models.OneToOneField(
        VM, on_delete=models.CASCADE, primary_key=True, related_name="listening"
    )
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"listening to {self.vm}"


def name_of_user(user_id: int) -> str:
    """Return the `who` of somebody with an account."""
    return f"user:{user_id}"
