"""How are pictures of a host's screens taken? At the side, one at a time, half of the time at most.

A host that needs long for a picture is asked less often: after each turn the same time passes
without one. A frozen QEMU costs one call and then rests.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hosts.models import Host
from hosts.watching.eyes import Eyes, get_eyes
from hosts.watching.guests import Guests
from hosts.watching.rounds import Rounds
from hosts.watching.side import Side
from live.looking import Pace, looked_at, parts_of
from virt.connection import Hypervisor
from virt.domain import Domain
from virt.errors import HostUnreachable, OperationTimeout, VirtError

TURN = 0.4  # seconds after which a turn begins no further picture
SHORTEST_REST = 0.05
ASK_EVERY = 1.0  # seconds between two looks at who is looking
BUSY_WAIT = 5.0  # the end of what is going on is told anyway


@dataclass(slots=True)
class Turn:
    """What came of one turn."""

    seconds: float = 0.0
    done: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    seen: list[Any] = field(default_factory=list)


class Looks:
    """Take pictures of the screens of one host while a session lasts."""

    def __init__(self, host: Host, side: Side, guests: Guests, *, is_real: bool) -> None:
        self._host = host
        self._side = side
        self._guests = guests
        self._rounds = Rounds(is_calm_wanted=is_real)
        self._asked_at = 0.0
        self._rest_until = 0.0
        self._known: frozenset[str] = frozenset()

    def start_if_due(self, *, is_looked_at: bool) -> None:
        """Begin a turn when a screen is due."""
        eyes = get_eyes()
        now = time.monotonic()
        if eyes is None or now < self._rest_until or not self._side.is_free("screens"):
            return
        self._follow(now)
        if now - self._asked_at >= ASK_EVERY or not is_looked_at:
            self._rounds.want(looked_at(self._host.pk) if is_looked_at else {})
            self._asked_at = now
        wanted = [(uuid, self._rounds.pace_of(uuid)) for uuid in self._rounds.due(now)]
        if wanted:
            self._begin(eyes, wanted)

    def _follow(self, now: float) -> None:
        running = self._guests.with_screens
        if running != self._known:
            self._known = running
            self._rounds.follow(sorted(running), now)

    def _begin(self, eyes: Eyes, wanted: Sequence[tuple[str, Pace | None]]) -> None:
        host_id = self._host.pk

        def work(hypervisor: Hypervisor) -> Turn:
            return _take(hypervisor, eyes, host_id, wanted)

        self._side.start("screens", work)

    def next_due(self, *, is_looked_at: bool) -> float:
        """Return when (monotonic) the next turn may begin."""
        now = time.monotonic()
        if get_eyes() is None:
            return float("inf")
        if not self._side.is_free("screens"):
            return now + BUSY_WAIT
        due = self._rounds.next_due()
        if is_looked_at:
            due = min(due, self._asked_at + ASK_EVERY)
        return max(due, self._rest_until, now + SHORTEST_REST)

    def take(self, turn: Turn) -> None:
        """Hand on what was seen, and rest for as long as it took."""
        now = time.monotonic()
        self._rest_until = now + max(SHORTEST_REST, turn.seconds)
        for uuid in turn.done:
            self._rounds.done(uuid, now)
        for uuid in turn.failed:
            self._rounds.failed(uuid, now)
        eyes = get_eyes()
        if turn.seen and eyes is not None:
            eyes.tell(self._host, turn.seen)

    def failed(self) -> None:
        """Wait a while after a turn that had no connection."""
        self._rest_until = time.monotonic() + BUSY_WAIT


def _take(
    hypervisor: Hypervisor, eyes: Eyes, host_id: int, wanted: Sequence[tuple[str, Pace | None]]
) -> Turn:
    """Take pictures one after the other until the turn is over."""
    turn = Turn()
    began = time.monotonic()
    for name, pace in wanted:
        uuid, head = parts_of(name)
        try:
            _kind, data = Domain(hypervisor, uuid).screenshot(head)
        except HostUnreachable:
            raise
        except OperationTimeout:
            turn.failed.append(name)
            break  # a call hangs in this connection; the next turn has another one
        except VirtError:
            turn.failed.append(name)
            continue
        turn.done.append(name)
        if (seen := eyes.read(host_id, name, data, pace)) is not None:
            turn.seen.append(seen)
        if time.monotonic() - began > TURN:
            break
    eyes.looked(host_id, turn.done)
    turn.seconds = time.monotonic() - began
    return turn
