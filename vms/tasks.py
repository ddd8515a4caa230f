"""What Celery carries for this room: a look each minute at what ends."""

from celery import shared_task
from django.utils import timezone

from .leases.services import settle
from .sharing.services import end_expired


@shared_task(name="vms.leases.settle")  # type: ignore[untyped-decorator]
def settle_leases() -> None:
    """Remind, stop what has ended, and forget what was shared until now."""
    now = timezone.now()
    settle(now)
    end_expired(now)
