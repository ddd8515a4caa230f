"""When is which guest read again for its addresses and the sizes of its disks?"""

import heapq
import time

STEPS = (2.0, 5.0, 10.0, 20.0, 40.0)  # after a start, until an address is known
EVERY = 60.0
PER_GUEST = 0.25  # with many guests a round takes longer, so that an idle watcher stays idle


class GuestSchedule:
    """The running guests of one host, in the order of their next reading."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, str]] = []
        self._due: dict[str, float] = {}
        self._step: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._due)

    def begin(self, uuid: str) -> None:
        """Read a guest soon, then less and less often: it was just seen running."""
        self._step[uuid] = 0
        self._put(uuid, STEPS[0])

    def hurry(self, uuid: str) -> None:
        """Read a guest now, then soon again: its agent came up, often before its network."""
        if uuid in self._due:
            self._step[uuid] = -1
            self._put(uuid, 0.0)

    def forget(self, uuid: str) -> None:
        """Leave a guest that is off alone."""
        self._due.pop(uuid, None)
        self._step.pop(uuid, None)

    def done(self, uuid: str, *, found: bool) -> None:
        """Plan the next reading of a guest after one has ended."""
        if uuid not in self._due:
            return
        step = self._step.get(uuid, 0) + 1
        self._step[uuid] = len(STEPS) if found else step
        calm = max(EVERY, PER_GUEST * len(self._due))
        self._put(uuid, STEPS[step] if not found and step < len(STEPS) else calm)

    def next_due(self) -> float | None:
        """Return when (monotonic) the next guest is due."""
        self._clean()
        return self._heap[0][0] if self._heap else None

    def take(self) -> str | None:
        """Return a guest that is due, and plan it again in case its reading is lost."""
        self._clean()
        if not self._heap or self._heap[0][0] > time.monotonic():
            return None
        uuid = self._heap[0][1]
        self._put(uuid, EVERY)
        return uuid

    def _put(self, uuid: str, delay: float) -> None:
        due = time.monotonic() + delay
        self._due[uuid] = due
        heapq.heappush(self._heap, (due, uuid))

    def _clean(self) -> None:
        while self._heap and self._due.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
