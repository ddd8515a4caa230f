"""How does an open console learn at once that hands have changed?"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Protocol

import redis
from django.db import DatabaseError, connections

from consoles.models import ConsoleRoom, ConsoleSession
from consoles.room.telling import CHANNEL
from live.redis import client

log = logging.getLogger(__name__)
PAUSE_SECONDS = 1.0


class Seat(Protocol):
    """An open console."""

    row: ConsoleSession

    def let_drive(self, drives: bool) -> None: ...


def apply(seats: Iterable[Seat]) -> None:
    """Let those drive who do by the rows, and nobody else."""
    found = list(seats)
    rooms = ConsoleRoom.objects.in_bulk({seat.row.vm_id for seat in found})
    for seat in found:
        room = rooms.get(seat.row.vm_id)
        is_driver = room is not None and room.driver == seat.row.who
        seat.let_drive(seat.row.is_private or (is_driver and seat.row.mode == "control"))


class Listener(threading.Thread):
    """Applies the rows of a machine when told of a change; while Redis is away others look."""

    def __init__(self, seats: Callable[[], Iterable[Seat]]) -> None:
        super().__init__(name="console-seats", daemon=True)
        self._seats = seats
        self._ended = threading.Event()

    def end(self) -> None:
        """Stop listening, within a second."""
        self._ended.set()

    def run(self) -> None:
        """Listen until the end."""
        while not self._ended.is_set():
            try:
                self._listen()
            except (redis.RedisError, DatabaseError) as error:
                log.info("changes of drivers are not heard: %s", type(error).__name__)
                time.sleep(PAUSE_SECONDS)
            finally:
                connections.close_all()

    def _listen(self) -> None:
        with client().pubsub(ignore_subscribe_messages=True) as heard:  # type: ignore[no-untyped-call]
            heard.subscribe(CHANNEL)
            while not self._ended.is_set():
                message = heard.get_message(timeout=PAUSE_SECONDS)
                if message is not None:
                    self._apply(str(message["data"]))

    def _apply(self, vm_id: str) -> None:
        mine = [seat for seat in self._seats() if str(seat.row.vm_id) == vm_id]
        if mine:
            apply(mine)
            connections.close_all()
