"""What Celery carries for this room: nothing but a nudge; the rows say what is due."""

import time

from celery import shared_task
from django.core.cache import cache

from . import delivering, planning, posting

LOCK = "notices.sending"
ROUND = 50.0  # seconds


@shared_task(name="notices.tasks.send")  # type: ignore[untyped-decorator]
def send() -> None:
    """Plan and send what is due; while one worker does, the others have better things to do."""
    if not cache.add(LOCK, "1", ROUND * 2):
        return
    deadline = time.monotonic() + ROUND
    try:
        planning.plan()
        posting.post_due(deadline)
        delivering.deliver_due(deadline)
    finally:
        cache.delete(LOCK)
