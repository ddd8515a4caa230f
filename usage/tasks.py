"""What Celery carries for this room: a nudge each five minutes."""

from celery import shared_task

from .settling import settle


@shared_task(name="usage.tasks.settle")  # type: ignore[untyped-decorator]
def settle_usage() -> None:
    """Bring all intervals up to now."""
    settle()
