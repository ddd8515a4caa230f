"""Keep the leases of this process's jobs alive, from a thread that libvirt cannot block."""

import logging
import os
import socket
import threading
import uuid

from django.db import DatabaseError, connections

from .clock import from_now, heartbeat_seconds, lease_seconds
from .models import Job, JobState

log = logging.getLogger(__name__)


class Keeper:
    """Renew the lease of every job that is held, three times in a lease."""

    def __init__(self) -> None:
        self._reset()

    def _reset(self) -> None:
        self._pid = os.getpid()
        self.owner = f"{socket.gethostname()[:40]}:{self._pid}:{uuid.uuid4().hex[:8]}"
        self._held: set[tuple[int, int]] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def name(self) -> str:
        """Return who this process is on the rows that it holds."""
        if self._pid != os.getpid():
            self._reset()
        return self.owner

    def hold(self, pk: int, attempt: int) -> None:
        """Renew this claim from now on."""
        self.name()
        with self._changed:
            self._held.add((pk, attempt))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="leases", daemon=True)
                self._thread.start()

    def release(self, pk: int, attempt: int) -> None:
        """Stop renewing this claim."""
        with self._changed:
            self._held.discard((pk, attempt))
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: not self._held, timeout=heartbeat_seconds())
                held = sorted(self._held)
                if not held:
                    self._thread = None
                    return
            self._renew(held)

    def _renew(self, held: list[tuple[int, int]]) -> None:
        """Write new leases. A database that is away is tried again at the next beat."""
        try:
            for pk, attempt in held:
                mine = Job.objects.filter(pk=pk, attempt=attempt, state=JobState.RUNNING)
                if not mine.update(lease_until=from_now(lease_seconds())):
                    self.release(pk, attempt)
        except DatabaseError as error:
            log.warning("Leases could not be renewed: %s", error)
        finally:
            connections.close_all()


keeper = Keeper()
