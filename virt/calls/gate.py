"""How many calls may be in flight on one connection, and is it still usable."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from virt.errors import HostUnreachable, OperationTimeout, Unreachable, translated

CALLS_IN_FLIGHT = 4
PATIENCE = 25.0


class CallGate:
    """Let at most four threads call on a connection: a fifth blocked call freezes it (libvirtd's
    client limit is 5).

    A thread that is inside already may go in again. After the first transport error every call is
    refused at once. ``is_spoiled`` says that a call hangs in it: others are better served
    elsewhere.
    """

    def __init__(self, limit: int = CALLS_IN_FLIGHT, patience: float = PATIENCE) -> None:
        self._limit = limit
        self._slots = threading.BoundedSemaphore(limit)
        self._patience = patience
        self._depth = threading.local()
        self._count = 0
        self._lock = threading.Lock()
        self.lost: HostUnreachable | None = None
        self.is_spoiled = False

    @property
    def in_flight(self) -> int:
        """Return how many threads are inside."""
        return self._count

    @property
    def has_room(self) -> bool:
        """Tell whether a call would start at once."""
        return self._count < self._limit

    def mark_lost(self, error: HostUnreachable | None = None) -> None:
        """Refuse every further call."""
        self.lost = self.lost or error or HostUnreachable(cause=Unreachable.LOST)

    @contextmanager
    def calling(self, message: str = "") -> Iterator[None]:
        """Hold one of the slots and translate errors; raise OperationTimeout when no slot comes
        free.
        """
        with self._slot():
            if self.lost is not None:
                raise HostUnreachable(cause=self.lost.cause, detail=self.lost.detail)
            try:
                with translated(message):
                    yield
            except HostUnreachable as error:
                self.mark_lost(error)
                raise

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if getattr(self._depth, "inside", False):
            yield
            return
        if not self._slots.acquire(timeout=self._patience):
            raise OperationTimeout("Too many requests wait for this host.")
        self._count_by(1)
        self._depth.inside = True
        try:
            yield
        finally:
            self._depth.inside = False
            self._count_by(-1)
            self._slots.release()

    def _count_by(self, change: int) -> None:
        with self._lock:
            self._count += change
