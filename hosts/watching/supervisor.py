"""Which hosts have a thread in this process? Follows the leases in the database."""

import logging
import os
import secrets
import socket
import threading
import time

from django.db import DatabaseError, connection

from hosts.watching import leases
from hosts.watching.pace import Pace
from hosts.watching.thread import HostThread

log = logging.getLogger(__name__)
ROUND = 2.0
RENEW_EVERY = 5.0


def watcher_name() -> str:
    """Return a name that no other watcher has."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"


class Supervisor:
    """Start and stop the threads of leased hosts; one for each watcher process."""

    def __init__(self, name: str = "") -> None:
        self.name = name or watcher_name()
        self._pace = Pace()
        self._threads: dict[int, tuple[leases.Leased, HostThread]] = {}
        self._renewed_at = -RENEW_EVERY
        self._share = 0

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set, then give all hosts back."""
        while not stop.is_set():
            try:
                self.turn()
            except DatabaseError as error:
                log.warning("watcher: database: %s", error)
                connection.close()
            stop.wait(ROUND)
        self._end()

    def turn(self) -> None:
        """Renew leases when it is time, look at the hosts, and set the pace."""
        if time.monotonic() - self._renewed_at >= RENEW_EVERY:
            self._share = leases.renew(self.name)
            self._renewed_at = time.monotonic()
        mine, free = leases.look(self.name)
        if free and len(mine) < max(1, self._share):
            leases.claim(self.name, max(1, self._share) - len(mine))
            mine, free = leases.look(self.name)
        self._follow({leased.pk: leased for leased in mine})
        if self._pace.look():
            for _leased, thread in self._threads.values():
                thread.poke()

    def _follow(self, mine: dict[int, leases.Leased]) -> None:
        for pk in set(self._threads) - set(mine):
            self._threads.pop(pk)[1].stop()
        asked = [leased.pk for leased in mine.values() if leased.is_rescan_asked]
        for pk, leased in mine.items():
            self._follow_one(pk, leased)
        if asked:
            leases.clear_rescan(asked)

    def _follow_one(self, pk: int, leased: leases.Leased) -> None:
        if pk in self._threads:
            before, thread = self._threads[pk]
            if thread.is_alive() and before.fingerprint == leased.fingerprint:
                if leased.is_rescan_asked:
                    thread.rescan()
                return
            thread.stop()
        thread = HostThread(pk, str(leased.fingerprint[0]), self._pace)
        self._threads[pk] = (leased, thread)
        thread.start()

    def _end(self) -> None:
        threads = [thread for _leased, thread in self._threads.values()]
        for thread in threads:
            thread.stop()
        deadline = time.monotonic() + 3.0
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        try:
            leases.sign_off(self.name)
        except DatabaseError as error:
            log.warning("watcher: database: %s", error)
