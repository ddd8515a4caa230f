"""When is which screen of a host looked at? Pure: the clock comes from outside.

Screens that people look at come first; every other running machine has its turn about once a
minute. What fails rests, longer each time.
"""

from collections.abc import Iterable, Mapping

from live.looking import Pace, parts_of

CALM = 60.0  # seconds between two looks at a screen that nobody watches
PER_GUEST = 0.5  # with many guests a calm round takes longer
FIRST_REST = 15.0  # seconds after a first failure; doubled with each further one
LONGEST_REST = 600.0
SLACK = 0.2  # of its interval that a look may come early, together with others
MOST_SLACK = 1.0


class Rounds:
    """The running guests of one host and when each is due."""

    def __init__(self, *, is_calm_wanted: bool) -> None:
        self._is_calm_wanted = is_calm_wanted
        self._looked: dict[str, float] = {}
        self._failures: dict[str, int] = {}
        self._rests: dict[str, float] = {}
        self._wanted: dict[str, Pace] = {}
        self._running: tuple[str, ...] = ()
        self._heads: tuple[str, ...] = ()  # further screens, which are looked at by wish only

    def follow(self, running: Iterable[str], now: float) -> None:
        """Know which guests run; a new one is looked at soon, not at once with all others."""
        self._running = tuple(running)
        self._follow_heads()
        known = {*self._running, *self._heads}
        for kept in (self._looked, self._failures, self._rests):
            for uuid in kept.keys() - known:
                del kept[uuid]
        new = [uuid for uuid in self._running if uuid not in self._looked]
        for number, uuid in enumerate(new):
            self._looked[uuid] = now - self._calm + min(3.0 + number * PER_GUEST, CALM)

    def want(self, wanted: Mapping[str, Pace]) -> None:
        """Know which are looked at; one that somebody just came to see is due at once."""
        before, self._wanted = self._wanted, dict(wanted)
        self._follow_heads()
        for uuid in wanted.keys() - before.keys():
            if uuid in self._looked:
                self._looked[uuid] = min(self._looked[uuid], 0.0)

    def _follow_heads(self) -> None:
        known = set(self._running)
        self._heads = tuple(
            name for name in self._wanted if name not in known and parts_of(name)[0] in known
        )
        for name in self._heads:
            self._looked.setdefault(name, 0.0)

    def pace_of(self, uuid: str) -> Pace | None:
        """Return why a screen is looked at, or None when nobody does."""
        return self._wanted.get(uuid)

    def due(self, now: float) -> list[str]:
        """Return the guests that are due, the most wanted first.

        With them come those that are due in a moment, so that a wall is one turn, not sixty.
        """
        times = list(self._times())
        if all(at > now for _uuid, at in times):
            return []
        found = [(uuid, at) for uuid, at in times if at <= now + self._slack(uuid)]
        found.sort(key=lambda one: (self._interval(one[0]), one[1]))
        return [uuid for uuid, _at in found]

    def next_due(self) -> float:
        """Return when the next guest is due; infinite when there is none."""
        return min((at for _uuid, at in self._times()), default=float("inf"))

    def done(self, uuid: str, now: float) -> None:
        """Note that a guest was looked at."""
        if uuid in self._looked:
            self._looked[uuid] = now
            self._failures.pop(uuid, None)
            self._rests.pop(uuid, None)

    def failed(self, uuid: str, now: float) -> None:
        """Let a guest rest that has no screen, or whose QEMU does not answer."""
        if uuid in self._looked:
            count = self._failures[uuid] = self._failures.get(uuid, 0) + 1
            self._rests[uuid] = now + min(FIRST_REST * 2 ** min(count - 1, 10), LONGEST_REST)

    def _slack(self, uuid: str) -> float:
        return min(MOST_SLACK, SLACK * self._interval(uuid))

    @property
    def _calm(self) -> float:
        return max(CALM, PER_GUEST * len(self._running))

    def _interval(self, uuid: str) -> float:
        pace = self._wanted.get(uuid)
        return self._calm if pace is None else pace.interval

    def _times(self) -> Iterable[tuple[str, float]]:
        uuids = self._running if self._is_calm_wanted else self._wanted.keys() & set(self._running)
        for uuid in (*uuids, *self._heads):
            yield uuid, max(self._looked[uuid] + self._interval(uuid), self._rests.get(uuid, 0.0))
