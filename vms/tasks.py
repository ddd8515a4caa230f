"""What Celery carries for this room: a look each minute at what ends."""

from celery import shared_task
from django.utils import timezone

from .leases.services import settle


@shared_task(name="vms.leases.settle")  # type: ignore[untyped-decorator]
def settle_leases() -> None:
    """Remind, and stop what has ended."""
    settle(timezone.now())
