"""Let nothing be lost: send again what waits unseen, take back what a dead worker held.

Every worker sweeps, every few seconds, with conditional writes; so it does not matter how many
do, and neither a broken broker nor a long queue keeps it from happening.
"""

import logging
import random
import threading
from collections import Counter

from django.db import DatabaseError, connections, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_noop
from kombu.exceptions import OperationalError

from . import running, sending
from .announce import job_changed
from .clock import from_now
from .errors import FenceLost
from .models import Job, JobState

EVERY = 5.0  # seconds
UNSEEN_AFTER = 3.0  # seconds until a queued job counts as not delivered
SEND_AGAIN_AFTER = 10.0  # seconds between two deliveries of the same job
AT_ONCE = 500
MAX_ATTEMPTS = 5
WORKER_DIED = gettext_noop(
    "The worker that did this kept dying. Look at the worker's log, then try again."
)

log = logging.getLogger(__name__)


def sweep() -> None:
    """Adopt what dead workers held, then send what waits."""
    adopt_expired()
    send_waiting()


def adopt_expired() -> int:
    """Queue the jobs again whose lease ran out; give up those that killed five workers."""
    expired = Job.objects.filter(state=JobState.RUNNING, lease_until__lt=Now())
    adopted = 0
    for job in expired.order_by("pk")[:AT_ONCE]:
        adopted += _give_up(job) if job.attempt >= MAX_ATTEMPTS else _queue_again(job)
    return adopted


def send_waiting() -> int:
    """Send queued jobs again that no worker took; returns how many."""
    queued = Job.objects.filter(state=JobState.QUEUED)
    waiting = list(
        queued.filter(created_at__lt=from_now(-UNSEEN_AFTER))
        .filter(Q(sent_at=None) | Q(sent_at__lt=from_now(-SEND_AGAIN_AFTER)))
        .order_by("pk")
        .values_list("pk", "queue")[:AT_ONCE]
    )
    if not waiting:
        return 0
    lengths = Counter(queued.values_list("queue", flat=True))
    try:
        lost = sending.lost_in({queue for _pk, queue in waiting}, lengths)
    except (OperationalError, OSError) as error:
        log.warning("%d jobs wait: the broker is away (%s)", len(waiting), error)
        return 0
    unsent = [(pk, queue) for pk, queue in waiting if queue in lost]
    queued.filter(pk__in=[pk for pk, _queue in unsent]).update(sent_at=Now())
    for pk, queue in unsent:
        sending.send(pk, queue)
    return len(unsent)


def _queue_again(job: Job) -> int:
    with transaction.atomic():
        taken = Job.objects.filter(
            pk=job.pk, state=JobState.RUNNING, attempt=job.attempt, lease_until__lt=Now()
        ).update(state=JobState.QUEUED, lease_until=None, sent_at=Now(), rev=F("rev") + 1)
        if not taken:
            return 0
        job.refresh_from_db()
        job_changed(job)
        sending.send_on_commit(job)
    log.warning("Job %d lost its worker %s and is queued again", job.pk, job.lease_owner)
    return 1


def _give_up(job: Job) -> int:
    ending = {
        "state": JobState.FAILED,
        "error_code": "worker-died",
        "error_message": WORKER_DIED,
    }
    try:
        running.write_end(job, job.attempt, ending)
    except FenceLost:
        return 0
    log.error("Job %d is given up after %d attempts", job.pk, job.attempt)
    return 1


class Sweeper(threading.Thread):
    """Sweep in a worker until told to stop."""

    def __init__(self, every: float | None = None) -> None:
        super().__init__(name="sweeper", daemon=True)
        self.every = EVERY if every is None else every
        self._halt = threading.Event()

    def run(self) -> None:
        """Sweep for ever; a database that is away is tried again at the next round."""
        log.info("Looking after lost jobs every %g seconds", self.every)
        while not self._halt.wait(self.every * random.uniform(0.8, 1.2)):
            try:
                sweep()
            except DatabaseError as error:
                log.warning("Sweeping waits for the database: %s", error)
            finally:
                connections.close_all()

    def stop(self) -> None:
        """End the thread after the round it is in."""
        self._halt.set()
