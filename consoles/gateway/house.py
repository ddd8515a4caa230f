"""Which consoles are open in this gateway, and may one more be?"""

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from consoles.closing import ConsoleClosed
from consoles.models import ConsoleSession
from consoles.room import driving
from consoles.tickets import Claims

from . import seats
from .admission import Guest
from .named import gateway_name
from .tap import Tap

log = logging.getLogger(__name__)


class Stoppable(Protocol):
    """What can be asked to end."""

    bytes_in: int
    bytes_out: int

    def stop(self, key: str) -> None: ...


class Handy(Protocol):
    """What decides which input reaches the guest."""

    drives: bool
    typed: bool


@dataclass(eq=False, slots=True)
class Room:
    """One open console. `pump` and `hands` come once the display is reached.

    `stopped` and `drives` may have been said before that. `tap` is where one that is its person's
    own can be recorded, from when they have signed in. All is safe from any thread.
    """

    guest: Guest
    row: ConsoleSession
    drives: bool = False
    pump: Stoppable | None = None
    hands: Handy | None = None
    tap: Tap | None = None
    stopped: str = ""

    def take_typed(self) -> bool:
        """Say whether somebody typed or clicked since this was asked last."""
        hands = self.hands
        if hands is None or not hands.typed:
            return False
        hands.typed = False
        return True

    def begin(self, pump: Stoppable, hands: Handy) -> None:
        """Take what serves the console. Raises ConsoleClosed when it was stopped before."""
        self.pump, self.hands = pump, hands
        hands.drives = self.drives
        if self.stopped:
            raise ConsoleClosed(self.stopped)

    def let_drive(self, drives: bool) -> None:
        """Let the input of this console reach the guest from now on, or no more."""
        self.drives = drives
        if self.hands is not None:
            self.hands.drives = drives

    def stop(self, key: str) -> None:
        """Ask the console to end, now or as soon as it runs."""
        self.stopped = self.stopped or key
        if self.pump is not None:
            self.pump.stop(key)


class House:
    """The open consoles of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rooms: set[Room] = set()
        self.is_closing = False

    def rooms(self) -> list[Room]:
        """Return the open consoles."""
        with self._lock:
            return list(self._rooms)

    @contextmanager
    def room(self, guest: Guest) -> Iterator[Room]:
        """Hold a place for a console and its row; the block's ConsoleClosed is noted as the reason.

        Raises ConsoleClosed (limit, shutting-down) when there is no place.
        """
        room = self._enter(guest)
        reason = "left"
        try:
            if not room.row.is_private:
                driving.enter(room.row)
            seats.apply([room])
            yield room
        except ConsoleClosed as closed:
            reason = closed.key
            raise
        finally:
            with self._lock:
                self._rooms.discard(room)
            _close_row(room, reason)
            if not room.row.is_private:
                driving.leave(room.row)

    @contextmanager
    def side(self, room: Room, most: int) -> Iterator[Room]:
        """Hold a further connection of a console that is open: without a row, not counted as one.

        Raises ConsoleClosed: limit when one person has `most` at a machine, shutting-down.
        """
        claims = room.guest.claims
        same = (claims.kind, claims.vm, claims.who)
        with self._lock:
            others = [one.guest.claims for one in self._rooms]
            if self.is_closing:
                raise ConsoleClosed("shutting-down")
            if sum((one.kind, one.vm, one.who) == same for one in others) >= most:
                raise ConsoleClosed("limit")
            self._rooms.add(room)
        try:
            seats.apply([room])
            yield room
        finally:
            with self._lock:
                self._rooms.discard(room)

    def _enter(self, guest: Guest) -> Room:
        claims = guest.claims
        row = ConsoleSession(
            vm_id=claims.vm,
            user_id=claims.user or None,
            link_id=claims.link or None,
            who=claims.who,
            name=claims.name,
            kind=claims.kind,
            mode=claims.mode,
            login_session=claims.session,
            gateway=gateway_name(),
        )
        room = Room(guest, row)
        with self._lock:
            if self.is_closing:
                raise ConsoleClosed("shutting-down")
            if len(self._rooms) >= settings.CONSOLE_LIMIT or is_full(claims):
                raise ConsoleClosed("limit")
            row.save()
            self._rooms.add(room)
        return room

    def close(self) -> None:
        """Let nobody in any more and ask all to leave."""
        with self._lock:
            self.is_closing = True
            rooms = list(self._rooms)
        for room in rooms:
            room.stop("shutting-down")


def is_full(claims: Claims) -> bool:
    """Say whether person, link or machine has as many open consoles as allowed, everywhere."""
    opened = ConsoleSession.objects.filter(closed_at=None)
    most = {
        "user": (claims.user, settings.CONSOLES_PER_USER),
        "link": (claims.link, settings.CONSOLES_PER_LINK),
        "vm": (claims.vm, settings.CONSOLES_PER_MACHINE),
    }
    return any(
        pk and opened.filter(**{field: pk}).count() >= limit for field, (pk, limit) in most.items()
    )


def close_leftovers() -> int:
    """Close the rows that a killed run of this gateway left open, and return how many."""
    mine = Q(gateway=gateway_name()) | Q(gateway="")
    return ConsoleSession.objects.filter(mine, closed_at=None).update(
        closed_at=timezone.now(), close_reason="gateway-restarted"
    )


def _close_row(room: Room, reason: str) -> None:
    pump = room.pump
    ConsoleSession.objects.filter(pk=room.row.pk).update(
        closed_at=timezone.now(),
        close_reason=reason,
        bytes_in=pump.bytes_in if pump else 0,
        bytes_out=pump.bytes_out if pump else 0,
    )
    log.info(
        "console closed: machine %s, user %s, %s, process %s",
        room.guest.claims.vm, room.guest.claims.user, reason, os.getpid(),
    )  # fmt: skip
