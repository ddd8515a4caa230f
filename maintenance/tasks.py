"""What beat has done in this room."""

from celery import shared_task

from .services.balancing import balance_by_itself


@shared_task(name="maintenance.tasks.balance")  # type: ignore[untyped-decorator]
def balance() -> None:
    """Spread machines, where an administrator has switched that on."""
    balance_by_itself()
