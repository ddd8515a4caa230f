"""Does everybody in an open console still have the right to be there?"""

import logging
import threading
import time
from datetime import timedelta

from django.db import DatabaseError, connections
from django.utils import timezone

from consoles.closing import ConsoleClosed
from live.redis import client
from vms.idle.signs import INPUT, note_use
from vms.models import VM

from . import admission, seats
from .house import House, Room

log = logging.getLogger(__name__)
EVERY_SECONDS = 2.0
NOTE_EVERY_SECONDS = 900.0
SURE_AFTER = timedelta(seconds=3)  # a row may lag behind a machine that was just started


class Checker(threading.Thread):
    """One thread that looks at all open consoles every two seconds."""

    def __init__(self, house: House, every: float = EVERY_SECONDS) -> None:
        super().__init__(name="console-checker", daemon=True)
        self._house = house
        self._every = every
        self._ended = threading.Event()
        self._is_tidy = True
        self._noted: dict[int, float] = {}  # when typing into a machine was written last

    def end(self) -> None:
        """Stop looking."""
        self._ended.set()

    def run(self) -> None:
        """Look again and again; while the database is away nobody is thrown out for it."""
        while not self._ended.wait(self._every):
            try:
                self.look()
            except DatabaseError as error:
                log.warning("consoles are not checked: %s", type(error).__name__)
            finally:
                connections.close_all()

    def look(self) -> None:
        """Stop every console whose reason to be open has gone."""
        rooms = self._house.rooms()
        if not rooms:
            self._tidy()
            return
        self._is_tidy = False
        register = admission.Register(room.guest for room in rooms)
        for room in rooms:
            try:
                vm = register.check(room.guest)
            except ConsoleClosed as closed:
                room.stop(closed.key)
                continue
            if has_stopped(vm, room):
                room.stop("machine-stopped")
        seats.apply(rooms)
        self._note_typing(rooms)

    def _tidy(self) -> None:
        """Close what a crowd that has left opened to Redis: as many as came or went at once."""
        if not self._is_tidy:
            client().connection_pool.disconnect(inuse_connections=False)
            self._is_tidy = True

    def _note_typing(self, rooms: list[Room]) -> None:
        """Write that machines are in use into which somebody types, seldom for each."""
        now = time.monotonic()
        typed = {room.guest.claims.vm for room in rooms if room.take_typed()}
        due = {pk for pk in typed if now - self._noted.get(pk, float("-inf")) >= NOTE_EVERY_SECONDS}
        if due:
            note_use(due, INPUT, timezone.now())
            self._noted |= dict.fromkeys(due, now)


def has_stopped(vm: VM, room: Room) -> bool:
    """Say whether the machine is known to have stopped while the console was open."""
    if vm.is_on or vm.state == "unknown":
        return False
    since = vm.state_since
    return since > room.row.opened_at and timezone.now() - since > SURE_AFTER
