"""Who need not be asked again just now: the last time-out answers for a few seconds."""

import threading
import time
from collections.abc import Hashable
from typing import Generic, TypeVar

from virt.errors import VirtError

BREAKER_SECONDS = 5.0
Key = TypeVar("Key", bound=Hashable)


class Breaker(Generic[Key]):
    """Remember failures by key. Thread-safe."""

    def __init__(self, seconds: float = BREAKER_SECONDS) -> None:
        self.seconds = seconds
        self._lock = threading.Lock()
        self._failures: dict[Key, tuple[float, VirtError]] = {}

    def trip(self, key: Key, error: VirtError, seconds: float | None = None) -> None:
        """Answer with this error from now on, for ``seconds``."""
        with self._lock:
            self._failures[key] = (
                time.monotonic() + (self.seconds if seconds is None else seconds),
                error,
            )

    def reset(self, key: Key) -> None:
        """Forget the failure: it works again."""
        with self._lock:
            self._failures.pop(key, None)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._failures.clear()

    def failure(self, key: Key) -> VirtError | None:
        """Return the remembered failure while it counts."""
        with self._lock:
            until, error = self._failures.get(key, (0.0, None))
            if error is not None and time.monotonic() >= until:
                del self._failures[key]
                return None
            return error
