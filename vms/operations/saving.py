"""Save a machine's memory to its host's disk, go on from there, or throw it away."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from django.utils.translation import gettext_noop

from jobs.context import JobContext
from jobs.errors import Cancelled
from virt.domain import Domain
from virt.errors import OperationAborted, Unsupported, WrongState
from virt.facts.domain import JobProgress

from .target import Target, target

STEP_SECONDS = 0.25


def save(job: JobContext) -> None:
    """Write the memory and stop. Cancelling lets the machine run on."""
    with target(job) as it:
        if it.observe().state.is_active:
            job.progress(0.0, gettext_noop("Writing memory"))
            it.virsh("managedsave")
            with it.acting(), _abortable(it):
                if _is_saving(it):
                    _wait_for_earlier(it)
                else:
                    _save(it)
        it.record()


def _save(it: Target) -> None:
    """Let libvirt save in a thread of its own, and tell how far it is."""
    with it.aside() as domain, ThreadPoolExecutor(1, "save") as thread:
        work = thread.submit(it.domain.save)
        try:
            while not _is_done(work):
                it.job.progress(_progress(domain).percent)
                it.job.check_cancelled()
        except Cancelled:
            domain.abort_job()
        # Too late to abort when the memory was written already: then the machine is saved.
        work.result()


def _is_done(work: Future[None]) -> bool:
    deadline = time.monotonic() + STEP_SECONDS
    while not work.done() and time.monotonic() < deadline:
        time.sleep(STEP_SECONDS / 10)
    return work.done()


def _wait_for_earlier(it: Target) -> None:
    """Follow the save that an earlier attempt of this job began; libvirt went on with it."""
    while _is_saving(it):
        it.job.progress(_progress(it.domain).percent)
        try:
            it.job.check_cancelled()
        except Cancelled:
            it.domain.abort_job()
            raise
        time.sleep(STEP_SECONDS)


@contextmanager
def _abortable(it: Target) -> Iterator[None]:
    """Turn libvirt's "aborted" into our own, with the row telling that the machine runs on."""
    try:
        yield
    except (OperationAborted, Cancelled):
        it.record()
        raise Cancelled from None


def _is_saving(it: Target) -> bool:
    progress = _progress(it.domain)
    return progress.is_active and progress.operation == "save"


def _progress(domain: Domain) -> JobProgress:
    try:
        return domain.job_progress()
    except (Unsupported, WrongState):
        # A simulated host has no jobs; a guest that is off has none any more.
        return JobProgress()


def restore(job: JobContext) -> None:
    """Start from the saved memory."""
    with target(job) as it:
        if not it.observe().state.is_active:
            it.virsh("start")
            with it.acting():
                it.domain.restore()
        it.record()


def discard_save(job: JobContext) -> None:
    """Throw the saved memory away; the next start boots."""
    with target(job) as it:
        if it.observe().has_managed_save:
            it.virsh("managedsave-remove")
            with it.acting():
                it.domain.discard_saved()
        it.record()
