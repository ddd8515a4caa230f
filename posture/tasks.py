"""What Celery carries for this room: looks at everything, and long readings."""

from celery import shared_task

from . import looking, reading, reports, telling


@shared_task(name="posture.tasks.settle")  # type: ignore[untyped-decorator]
def settle() -> None:
    """Look at everything, tell of what is new, and keep today's scores."""
    reading.read_if_short()
    looking.look()
    telling.tell_new()
    reports.keep_scores()


@shared_task(name="posture.tasks.read_record")  # type: ignore[untyped-decorator]
def read_record() -> None:
    """Read the whole audit record."""
    reading.read_record()
