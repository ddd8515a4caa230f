"""What Celery carries: ids, nothing else.

Celery closes a thread's database connections before and after each task by itself.
"""

import logging

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore

from . import running
from .audit.forward import forward

log = logging.getLogger(__name__)


@shared_task(name="jobs.tasks.run_job")  # type: ignore[untyped-decorator]
def run_job(pk: int) -> None:
    """Do one job; safe to deliver any number of times."""
    running.run(pk)


@shared_task(name="jobs.tasks.clear_sessions")  # type: ignore[untyped-decorator]
def clear_sessions() -> None:
    """Forget sessions that ran out."""
    SessionStore.clear_expired()


@shared_task(name="jobs.tasks.forward_audit")  # type: ignore[untyped-decorator]
def forward_audit() -> None:
    """Send new lines of the audit record on to syslog, if there is one."""
    try:
        forward()
    except OSError as error:
        log.warning("The audit record waits for the syslog server: %s", error)
