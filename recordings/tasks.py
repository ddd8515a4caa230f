"""What Celery carries for this room."""

from celery import shared_task
from django.utils import timezone

from . import keeping


@shared_task(name="recordings.tasks.settle")  # type: ignore[untyped-decorator]
def settle() -> None:
    """Mend what was lost, delete what is old."""
    keeping.settle(timezone.now())
