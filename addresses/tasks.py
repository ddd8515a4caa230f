"""What Celery carries for this room."""

from celery import shared_task
from django.utils import timezone

from .services.settling import settle


@shared_task(name="addresses.tasks.settle")  # type: ignore[untyped-decorator]
def settle_addresses() -> None:
    """Have networks let go what nobody has any more."""
    settle(timezone.now())
