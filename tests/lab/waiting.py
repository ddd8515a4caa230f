"""How does a test wait for something to become true?"""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(
    condition: Callable[[], T], *, timeout: float = 10.0, every: float = 0.1, what: str = ""
) -> T:
    """Return the first true answer of a condition; raise AssertionError at the deadline."""
    deadline = time.monotonic() + timeout
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"Not within {timeout:g} s: {what or condition!r}")
        time.sleep(every)
    return answer
