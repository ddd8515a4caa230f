"""What Celery carries for this room."""

from celery import shared_task

from . import staging


@shared_task(name="transfers.sweep")  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Delete copies of files that waited their time."""
    staging.sweep()
