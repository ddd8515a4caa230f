"""What waits for a host's thread: coalesced events and finished readings. Filled by any thread."""

import threading
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from virt.errors import VirtError
from virt.events import Event, EventKind

LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What a task in the background read, or why it could not."""

    name: str
    source: object
    value: Any = None
    error: VirtError | None = None


@dataclass(slots=True)
class Batch:
    """Everything that came in since the last look."""

    guests: dict[str, set[EventKind]] = field(default_factory=dict)
    is_storage_touched: bool = False
    are_networks_touched: bool = False
    readings: deque[Reading] = field(default_factory=deque)
    is_rescan_asked: bool = False
    closed: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing came in."""
        return not (
            self.guests
            or self.is_storage_touched
            or self.are_networks_touched
            or self.readings
            or self.is_rescan_asked
            or self.closed is not None
        )


class Inbox:
    """Collect until the host's thread takes all of it. An event storm costs one entry per guest."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._batch = Batch()
        self._is_stopped = False
        self._is_poked = False

    def put(self, event: Event) -> None:
        """Note an event; called in libvirt's loop thread."""
        with self._changed:
            if event.kind is EventKind.POOL:
                self._batch.is_storage_touched = True
            elif event.kind is EventKind.NETWORK:
                self._batch.are_networks_touched = True
            else:
                self._batch.guests.setdefault(event.uuid, set()).add(event.kind)
            self._changed.notify()

    def close(self, reason: str) -> None:
        """Note that the connection is gone; called in libvirt's loop thread."""
        with self._changed:
            self._batch.closed = reason
            self._changed.notify()

    def post(self, reading: Reading) -> None:
        """Hand over what a background task read."""
        with self._changed:
            self._batch.readings.append(reading)
            self._changed.notify()

    def rescan(self) -> None:
        """Ask for a complete reading, or for a try at once while there is no connection."""
        with self._changed:
            self._batch.is_rescan_asked = True
            self._changed.notify()

    def stop(self) -> None:
        """Ask the thread to end."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify()

    def poke(self) -> None:
        """Wake the thread up for nothing in particular."""
        with self._changed:
            self._is_poked = True
            self._changed.notify()

    @property
    def is_stopped(self) -> bool:
        """Whether the thread is to end."""
        return self._is_stopped

    def take(self, timeout: float) -> Batch:
        """Wait until something comes in, at most `timeout` seconds, and take everything."""
        with self._changed:
            if self._batch.is_empty and not self._is_stopped and not self._is_poked:
                self._changed.wait(max(0.0, min(timeout, LONGEST_WAIT)))
            self._is_poked = False
            batch, self._batch = self._batch, Batch()
            return batch
