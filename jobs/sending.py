"""Put the ids of queued jobs in front of the workers; the rows stay the truth.

Sending is a courtesy: what does not arrive is sent again by the sweeper. So a page never waits
for the broker, and a broker that is away costs it nothing.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterable
from functools import partial

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import ChannelError, OperationalError

from live.outbox import Outbox

from .models import Job, JobState

RUN_JOB = "jobs.tasks.run_job"
PAUSE_AFTER_FAILURE = 1.0  # seconds in which nothing is tried; the sweeper sends later

log = logging.getLogger(__name__)


def send_on_commit(job: Job) -> None:
    """Send `job` to its workers once the transaction has committed."""
    transaction.on_commit(partial(send, job.pk, job.queue))


def send(pk: int, queue: str) -> None:
    """Send the id of a job and return at once. Never raises; eager in tests."""
    if getattr(settings, "CELERY_TASK_ALWAYS_EAGER", False):
        _publish(pk, queue)
    else:
        _outbox.put([(pk, queue)])


def send_queued(kind: str, most: int = 50) -> None:
    """Send the oldest queued jobs of a kind again: what they waited for may be over."""
    queued = Job.objects.filter(kind=kind, state=JobState.QUEUED).order_by("pk")
    for pk, queue in queued.values_list("pk", "queue")[:most]:
        send(pk, queue)


def flush(timeout: float = 1.0) -> bool:
    """Wait until the ids given so far were sent, or given up."""
    return _outbox.flush(timeout)


def lost_in(queues: Iterable[str], queued: Counter[str]) -> set[str]:
    """Return the queues that hold fewer messages than there are queued rows for them.

    The others only have a backlog: sending again would make it longer and nothing quicker.
    """
    with current_app.connection_for_write() as connection:
        channel = connection.default_channel
        return {queue for queue in queues if _length(channel, queue) < queued[queue]}


def _length(channel: object, queue: str) -> int:
    try:
        declared = channel.queue_declare(queue, passive=True)  # type: ignore[attr-defined]
    except ChannelError:
        return 0
    return int(declared.message_count)


def _publish(pk: int, queue: str) -> None:
    current_app.tasks[RUN_JOB].apply_async((pk,), queue=queue)


class _State:
    """When sending failed last, by the monotonic clock."""

    failed_at = float("-inf")


def _deliver(batch: list[tuple[int, str]]) -> None:
    for pk, queue in batch:
        if time.monotonic() - _State.failed_at < PAUSE_AFTER_FAILURE:
            continue
        try:
            _publish(pk, queue)
        except (OperationalError, OSError) as error:
            _State.failed_at = time.monotonic()
            log.warning("Job %d waits for the sweeper: the broker is away (%s)", pk, error)


_outbox: Outbox[tuple[int, str]] = Outbox("jobs", _deliver)
