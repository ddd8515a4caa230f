"""What every row has that is sent to the outside."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SendingState(models.TextChoices):
    """How far something is on its way out."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    GIVEN_UP = "given-up", _("Given up")


class Sendable(models.Model):
    """Something to send: `next_try_at` is when the next worker may take it."""

    state = models.CharField(
        max_length=10, choices=SendingState.choices, default=SendingState.WAITING
    )
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True
