"""How are slow things read without delaying the host's thread?

A frozen QEMU or a dead network share can hold a call for ever. Such calls run in short-lived
threads on connections of their own; one that does not come back is left behind, with its
connection. Never two calls on one connection: libvirt's client before 10.3 crashes the process
when a connection with several calls in flight dies.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hosts.watching.inbox import Inbox, Reading
from virt.connection import Hypervisor, connect
from virt.errors import HostUnreachable, VirtError
from virt.uri import HostAddress

PATIENCE = 30.0  # seconds until a task counts as stuck
MOST_LEFT = 4  # stuck tasks of a line that are left behind; then nothing more is risked
CLOSE_LOOK = 0.5
# Everything else shares one line, one after the other.
LINES = {"samples": "samples", "screens": "screens", "threads": "samples"}
SLOW = "slow"

Work = Callable[[Hypervisor], Any]


@dataclass(frozen=True, slots=True)
class _Task:
    name: str
    group: str
    since: float

    @property
    def is_stuck(self) -> bool:
        return time.monotonic() - self.since > PATIENCE


class _Line:
    """One connection, opened by the first task that needs it."""

    def __init__(self, addr: HostAddress, shared: Hypervisor | None) -> None:
        self._addr = addr
        self._shared = shared
        self._lock = threading.Lock()
        self._hypervisor = shared
        self._is_dropped = False

    def get(self) -> Hypervisor:
        with self._lock:
            if self._is_dropped:
                raise HostUnreachable
            if self._hypervisor is None:
                self._hypervisor = connect(self._addr)
            return self._hypervisor

    def is_spent(self) -> bool:
        """Whether it is lost, or a call that was given up still hangs in it. Never waits."""
        hypervisor = self._hypervisor
        if hypervisor is None or self._shared is not None:
            return False
        return hypervisor.gate.lost is not None or hypervisor.gate.in_flight > 0

    def drop(self) -> None:
        """Close it in the background, once its last call came back."""
        self._is_dropped = True
        threading.Thread(target=self._drop, name="libvirt-close", daemon=True).start()

    def _drop(self) -> None:
        """Wait for the calls that go on: closing a connection under them would crash."""
        with self._lock:
            hypervisor = self._hypervisor
        if hypervisor is None or self._shared is not None:
            return
        hypervisor.gate.mark_lost()
        while hypervisor.gate.in_flight:
            time.sleep(CLOSE_LOOK)
        hypervisor.close()


class Side:
    """Run tasks of one host beside its thread; `shared` is the one connection of a test driver."""

    def __init__(self, addr: HostAddress, inbox: Inbox, shared: Hypervisor | None = None) -> None:
        self._addr = addr
        self._inbox = inbox
        self._shared = shared
        self._lock = threading.Lock()
        self._lines: dict[str, _Line] = {}
        self._tasks: list[_Task] = []

    def start(self, name: str, work: Work) -> bool:
        """Run `work` in the background unless its line is busy; say whether it began."""
        group = LINES.get(name, SLOW)
        with self._lock:
            if not self._is_free(group):
                return False
            line = self._usable(group)
            task = _Task(name, group, time.monotonic())
            self._tasks.append(task)
        args = (task, line, work)
        threading.Thread(target=self._run, args=args, name=f"read-{name}", daemon=True).start()
        return True

    def is_free(self, name: str) -> bool:
        """Say whether a task of this name could begin now."""
        with self._lock:
            return self._is_free(LINES.get(name, SLOW))

    def _is_free(self, group: str) -> bool:
        """Say whether all tasks of the line are stuck, and not too many of them."""
        tasks = [task for task in self._tasks if task.group == group]
        return len(tasks) < MOST_LEFT and all(task.is_stuck for task in tasks)

    def _usable(self, group: str) -> _Line:
        """Return the line of a group; a new one where the old is lost or held by a stuck task."""
        line = self._lines.get(group)
        is_held = any(task.group == group for task in self._tasks)
        if line is not None and (is_held or line.is_spent()):
            line.drop()
            line = None
        if line is None:
            line = self._lines[group] = _Line(self._addr, self._shared)
        return line

    def _run(self, task: _Task, line: _Line, work: Work) -> None:
        try:
            reading = Reading(task.name, self, value=work(line.get()))
        except VirtError as error:
            reading = Reading(task.name, self, error=error)
        with self._lock:
            self._tasks.remove(task)
        self._inbox.post(reading)

    def close(self) -> None:
        """Give the connections up; what is still running is left behind."""
        with self._lock:
            for line in self._lines.values():
                line.drop()
