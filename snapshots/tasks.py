"""What Celery carries for this room: schedules, and looking at the hosts again."""

from celery import shared_task
from django.utils import timezone

from .reading import read_all
from .services.keeping import settle


@shared_task(name="snapshots.tasks.keep")  # type: ignore[untyped-decorator]
def keep() -> None:
    """Take the snapshots that are due, and delete those that are too many."""
    settle(timezone.now())


@shared_task(name="snapshots.tasks.read")  # type: ignore[untyped-decorator]
def read() -> None:
    """Take over what others did with snapshots on the hosts."""
    read_all()
