"""Hand work to a thread of its own, so that nobody waits for a network that may be away."""

import atexit
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


class Outbox(Generic[T]):
    """A queue with one daemon thread that delivers what is in it, everything at once.

    `deliver` runs on the thread and must not raise. Past `limit` the oldest entries are dropped
    and `on_overflow` is called: what is sent through here has to be recoverable. After a fork
    the child starts a thread and a queue of its own.
    """

    def __init__(
        self,
        name: str,
        deliver: Callable[[list[T]], None],
        *,
        limit: int = 20_000,
        on_overflow: Callable[[], None] | None = None,
    ) -> None:
        self.name = name
        self._deliver = deliver
        self._limit = limit
        self._on_overflow = on_overflow
        self._reset()

    def _reset(self) -> None:
        self._pid = os.getpid()
        self._entries: deque[T] = deque()
        self._busy = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def put(self, entries: Iterable[T]) -> None:
        """Queue `entries` and return at once."""
        if self._pid != os.getpid():
            self._reset()
        with self._changed:
            self._entries.extend(entries)
            overflow = len(self._entries) > self._limit
            while len(self._entries) > self._limit:
                self._entries.popleft()
            if self._thread is None:
                self._start()
            self._changed.notify_all()
        if overflow and self._on_overflow is not None:
            self._on_overflow()

    def flush(self, timeout: float = 1.0) -> bool:
        """Wait until everything is delivered; say whether it was, within `timeout` seconds."""
        if self._pid != os.getpid():
            return True
        with self._changed:
            return self._changed.wait_for(lambda: not (self._entries or self._busy), timeout)

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._run, name=f"outbox-{self.name}", daemon=True)
        self._thread.start()
        atexit.unregister(self.flush)
        atexit.register(self.flush)

    def _run(self) -> None:
        try:
            while True:
                self._deliver(self._take())
        finally:  # a bug in `deliver` ends this thread; the next entry starts another
            with self._changed:
                self._busy = False
                self._thread = None
                self._changed.notify_all()

    def _take(self) -> list[T]:
        """Wait for entries and return all of them."""
        with self._changed:
            self._busy = False
            self._changed.notify_all()
            self._changed.wait_for(lambda: bool(self._entries))
            batch = list(self._entries)
            self._entries.clear()
            self._busy = True
        return batch
