"""How are slow things read without delaying the host's thread?

A frozen QEMU or a dead network share can hold a call for ever. Such calls run in short-lived
threads on a second connection; one that does not come back is left behind.
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

PATIENCE = 4.0  # seconds until a task counts as stuck
MOST_STUCK = 2  # on one connection, of the four calls that may be in flight

CLOSE_LOOK = 0.5

Work = Callable[[Hypervisor], Any]


@dataclass(frozen=True, slots=True)
class _Task:
    name: str
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

    def is_lost(self) -> bool:
        """Whether it was open and is not any more. Never waits for one that is being opened."""
        hypervisor = self._hypervisor
        return hypervisor is not None and hypervisor.gate.lost is not None

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
    """Run tasks of one host on a second connection; `shared` replaces it for the test driver."""

    def __init__(self, addr: HostAddress, inbox: Inbox, shared: Hypervisor | None = None) -> None:
        self._addr = addr
        self._inbox = inbox
        self._shared = shared
        self._line = _Line(addr, shared)
        self._lock = threading.Lock()
        self._tasks: list[_Task] = []

    def start(self, name: str, work: Work) -> bool:
        """Run `work` in the background unless a task of this name is busy; say whether it began.

        A stuck task does not count as busy. After two stuck ones the connection is given up.
        """
        with self._lock:
            if any(task.name == name and not task.is_stuck for task in self._tasks):
                return False
            if self._line.is_lost() or self._stuck() >= MOST_STUCK:
                self._renew()
            task = _Task(name, time.monotonic())
            self._tasks.append(task)
            line = self._line
        args = (task, line, work)
        threading.Thread(target=self._run, args=args, name=f"read-{name}", daemon=True).start()
        return True

    def _stuck(self) -> int:
        return sum(task.is_stuck for task in self._tasks)

    def is_free(self, name: str) -> bool:
        """Say whether a task of this name could begin now."""
        with self._lock:
            return not any(task.name == name and not task.is_stuck for task in self._tasks)

    def is_busy(self, name: str) -> bool:
        """Say whether a task of this name has not come back yet, stuck or not."""
        with self._lock:
            return any(task.name == name for task in self._tasks)

    def is_stuck(self, name: str) -> bool:
        """Say whether a task of this name does not come back."""
        with self._lock:
            return any(task.name == name and task.is_stuck for task in self._tasks)

    def _renew(self) -> None:
        self._line.drop()
        self._line = _Line(self._addr, self._shared)
        self._tasks = [task for task in self._tasks if task.name == "samples"][-MOST_STUCK + 1 :]

    def _run(self, task: _Task, line: _Line, work: Work) -> None:
        try:
            reading = Reading(task.name, self, value=work(line.get()))
        except VirtError as error:
            reading = Reading(task.name, self, error=error)
        with self._lock:
            if task in self._tasks:
                self._tasks.remove(task)
        self._inbox.post(reading)

    def close(self) -> None:
        """Give the connection up; what is still running is left behind."""
        self._line.drop()
