"""Kinds of jobs that only tests have, and what they do."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from accounts.access import ActionRefused
from jobs.kinds import Kind, register
from jobs.running import JobContext, Undetermined
from virt.errors import OutOfSpace

HERE = "tests.jobs.kinds"


def note(job: JobContext) -> dict[str, Any]:
    """Do nothing but tell."""
    job.progress(50, "Half-way")
    job.command("virsh version")
    return {"said": job.params.get("say", "")}


def fail(_job: JobContext) -> None:
    """Fail as a host does."""
    raise OutOfSpace("The pool has no space left.", detail="/srv/pool: ENOSPC")


def refuse(_job: JobContext) -> None:
    """Refuse by a rule of ours."""
    raise ActionRefused("It is protected.", code="protected")


def break_down(_job: JobContext) -> None:
    """Have a bug."""
    raise ZeroDivisionError("somewhere")


def wonder(_job: JobContext) -> None:
    """Not know."""
    raise Undetermined("Both hosts have to be read.", detail="no answer from beech")


def wait(job: JobContext) -> dict[str, Any]:
    """Work in small steps for `seconds`, until asked to stop; each start and end is a line."""
    with _witnessed(job):
        until = time.monotonic() + _seconds(job)
        while (left := until - time.monotonic()) > 0:
            job.check_cancelled()
            job.progress(None, "Waiting")
            time.sleep(min(left, 0.05))
    return {}


def block(job: JobContext) -> dict[str, Any]:
    """Sleep for `seconds` without looking up, as a blocked libvirt call does."""
    with _witnessed(job):
        time.sleep(_seconds(job))
        job.note(woke=job.attempt)
    return {"by": os.getpid()}


def _seconds(job: JobContext) -> float:
    """Return how long to work; `later` seconds where an earlier worker died."""
    return float(job.params["later" if job.is_retry and "later" in job.params else "seconds"])


@contextmanager
def _witnessed(job: JobContext) -> Iterator[None]:
    """Write a line to the witness file when the work begins and when it ends."""
    _testify(job, "begin")
    yield
    _testify(job, "end")


def _testify(job: JobContext, what: str) -> None:
    if path := job.params.get("witness"):
        with Path(path).open("a", encoding="ascii") as file:
            file.write(f"{what} {job.job.pk} {job.attempt} {os.getpid()}\n")


register(
    Kind("test.note", f"{HERE}.note", "Note", "Noting"),
    Kind("test.fail", f"{HERE}.fail", "Fail", "Failing"),
    Kind("test.refuse", f"{HERE}.refuse", "Refuse", "Refusing"),
    Kind("test.break", f"{HERE}.break_down", "Break", "Breaking"),
    Kind("test.wonder", f"{HERE}.wonder", "Wonder", "Wondering"),
    Kind("test.wait", f"{HERE}.wait", "Wait", "Waiting", is_cancellable=True),
    Kind("test.block", f"{HERE}.block", "Block", "Blocking"),
    Kind("test.free", f"{HERE}.note", "Look", "Looking", is_exclusive=False),
)
