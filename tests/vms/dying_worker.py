"""A worker that is killed at its N-th step: `python -m tests.vms.dying_worker JOB N`.

A step is a change on the host or a note in the job's row; the process dies by SIGKILL right after
it. Ends with 0 when the job is over before the N-th step.
"""

import os
import signal
import sys
from collections.abc import Callable
from functools import wraps
from itertools import count
from typing import Any

import django

# Of the chunks that are sent of an image, only some count.
EVERY = {"send": 40}


def main(job: int, step: int) -> None:
    """Do the job, and die."""
    django.setup()
    from jobs import running
    from jobs.context import JobContext
    from virt.connection import Hypervisor
    from virt.domain import Domain
    from virt.hosts import storage

    steps = count(1)
    places: list[tuple[Any, str]] = [
        (storage, "create_volume"),
        (storage, "clone"),
        (storage, "delete_volume"),
        (storage, "resize"),
        (storage, "send"),
        (Hypervisor, "define"),
        (Domain, "start"),
        (Domain, "undefine"),
        (JobContext, "note"),
    ]
    for owner, name in places:
        setattr(owner, name, _deadly(getattr(owner, name), steps, step))
    running.run(job)


def _deadly(function: Callable[..., Any], steps: "count[int]", last: int) -> Callable[..., Any]:
    calls = count(1)

    @wraps(function)
    def wrapper(*words: Any, **named: Any) -> Any:
        result = function(*words, **named)
        if next(calls) % EVERY.get(function.__name__, 1) == 0 and next(steps) == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return wrapper


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
