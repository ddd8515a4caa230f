"""What Celery carries for this room: settles what could not be settled at its end."""

from celery import shared_task

from .operations.late import settle_late


@shared_task(name="migration.tasks.settle")  # type: ignore[untyped-decorator]
def settle() -> None:
    """Ask both hosts of each migration of which the end is not known."""
    settle_late()
