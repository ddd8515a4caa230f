"""The Celery application; workers find their tasks in the apps."""

import os
import warnings
from contextlib import suppress
from typing import Any

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import beat_init, worker_ready, worker_shutting_down
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hypervisor_site.settings")

# Root's workers are warned about pickled tasks; ours take JSON only.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("guesthouse")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    # A job is taken back by its lease, never by the broker: early ack, and what runs goes on
    # while the broker is away, for as long as that may be.
    task_acks_late=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    broker_connection_max_retries=None,
)
app.autodiscover_tasks()

FIRST_LOOK = 30  # seconds after the start
_sweepers: list[Any] = []


@worker_ready.connect  # type: ignore[untyped-decorator]
def start_sweeping(**_kwargs: Any) -> None:
    """Let each worker look after lost jobs, after its pool has forked."""
    from jobs.sweeping import Sweeper

    sweeper = Sweeper()
    _sweepers.append(sweeper)
    sweeper.start()


@beat_init.connect  # type: ignore[untyped-decorator]
def look_soon(**_kwargs: Any) -> None:
    """Have the first look at security once hosts were read; without a broker it comes later."""
    with suppress(OperationalError):
        app.send_task("posture.tasks.settle", countdown=FIRST_LOOK, expires=280, retry=False)


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def stop_sweeping(**_kwargs: Any) -> None:
    """Take nothing back while going down."""
    while _sweepers:
        _sweepers.pop().stop()
