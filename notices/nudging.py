"""Make a worker send now what was just written; without Redis the next round does."""

import logging
from functools import partial

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from live.outbox import Outbox

log = logging.getLogger(__name__)


def nudge() -> None:
    """Ask for a round of sending once the transaction has committed. Never waits, never raises."""
    if not getattr(settings, "CELERY_TASK_ALWAYS_EAGER", False):
        transaction.on_commit(partial(_outbox.put, [None]))


def _deliver(_batch: list[None]) -> None:
    try:
        current_app.tasks["notices.tasks.send"].apply_async(expires=60)
    except (OperationalError, OSError) as error:
        log.warning("Notices wait for the next round: the broker is away (%s)", error)


_outbox: Outbox[None] = Outbox("notices", _deliver)
