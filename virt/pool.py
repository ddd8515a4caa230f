"""Which open connection serves a call: a small set per process, host and purpose."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from virt.calls.breaker import Breaker
from virt.connection import Hypervisor, connect
from virt.errors import HostUnreachable, Unreachable
from virt.uri import HostAddress, Transport

PURPOSES = frozenset({"poll", "ops", "console"})
MOST_KEPT = 4
PING_AFTER_SECONDS = 10.0


class _Slot:
    """Hold the connections of one host and purpose; ``lock`` lets one thread open while others wait
    for it. ``lent`` has the ids of those that somebody uses now.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.open: list[Hypervisor] = []
        self.lent: set[int] = set()
        self.used_at: dict[int, float] = {}


class ConnectionPool:
    """Lend connections. One instance serves a process; after a fork it starts empty."""

    def __init__(self, *, breaker_seconds: float = 5.0, most: int = MOST_KEPT) -> None:
        self.breaker: Breaker[HostAddress] = Breaker(breaker_seconds)
        self._most = most
        self._lock = threading.Lock()
        self._pid = os.getpid()
        self._slots: dict[tuple[HostAddress, str], _Slot] = {}
        self._inherited: list[object] = []

    @contextmanager
    def lend(
        self, addr: HostAddress, purpose: str = "ops", *, timeout: float = 10.0
    ) -> Iterator[Hypervisor]:
        """Lend a checked connection, or raise HostUnreachable or AccessDenied.

        Each borrower has a connection of its own (simulated hosts excepted): when one dies with two
        calls in flight, libvirt's client before 10.3 crashes the process [measured]. At most
        ``most`` are kept open for the next borrowers.

        A host that failed a moment ago is not asked again for ``breaker_seconds``: the same error
        comes at once, with the cause "breaker". A transport error inside the block drops the
        connection.
        """
        hypervisor = self._acquire(addr, purpose, timeout)
        try:
            yield hypervisor
        finally:
            self._take_back(addr, purpose, hypervisor)

    def _slot(self, addr: HostAddress, purpose: str) -> _Slot:
        if purpose not in PURPOSES:
            raise ValueError(f"unknown purpose {purpose!r}")
        # The test driver keeps its state in the connection, so all purposes share one.
        key = (addr, "ops" if addr.transport is Transport.TEST else purpose)
        with self._lock:
            if self._pid != os.getpid():
                # Kept, so that no destructor closes what the parent still uses.
                self._inherited.append(self._slots)
                self._slots, self._pid = {}, os.getpid()
            return self._slots.setdefault(key, _Slot())

    def _acquire(self, addr: HostAddress, purpose: str, timeout: float) -> Hypervisor:
        slot = self._slot(addr, purpose)
        with slot.lock:
            self._refuse_if_broken(addr)
            try:
                hypervisor = self._usable(slot) or self._open(slot, addr, timeout)
            except HostUnreachable as error:
                self.breaker.trip(addr, error)
                raise
            self.breaker.reset(addr)
            slot.lent.add(id(hypervisor))
            slot.used_at[id(hypervisor)] = time.monotonic()
            return hypervisor

    def _refuse_if_broken(self, addr: HostAddress) -> None:
        failure = self.breaker.failure(addr)
        if failure is not None:
            raise HostUnreachable(
                failure.message, cause=Unreachable.BREAKER, detail=failure.detail, code=failure.code
            )

    def _usable(self, slot: _Slot) -> Hypervisor | None:
        """Return a living connection that nobody uses, checked when it was idle for long."""
        for hypervisor in [item for item in slot.open if _is_spent(item)]:
            self._forget(slot, hypervisor)
        free = [item for item in slot.open if _is_free(slot, item)]
        if not free:
            return None
        hypervisor = free[0]
        is_idle = time.monotonic() - slot.used_at.get(id(hypervisor), 0.0) > PING_AFTER_SECONDS
        if is_idle and hypervisor.gate.has_room:
            try:
                hypervisor.ping()
            except HostUnreachable:
                self._forget(slot, hypervisor)
                return None
        return hypervisor

    def _open(self, slot: _Slot, addr: HostAddress, timeout: float) -> Hypervisor:
        hypervisor = connect(addr, timeout=timeout)
        slot.open.append(hypervisor)
        return hypervisor

    def _take_back(self, addr: HostAddress, purpose: str, hypervisor: Hypervisor) -> None:
        slot = self._slot(addr, purpose)
        with slot.lock:
            slot.lent.discard(id(hypervisor))
            slot.used_at[id(hypervisor)] = time.monotonic()
            free = [item for item in slot.open if id(item) not in slot.lent]
            if hypervisor.gate.lost is not None or len(free) > self._most:
                self._forget(slot, hypervisor)

    def _forget(self, slot: _Slot, hypervisor: Hypervisor) -> None:
        """Take a connection out and close it aside: a frozen host takes up to 20 s."""
        if hypervisor in slot.open:
            slot.open.remove(hypervisor)
            slot.used_at.pop(id(hypervisor), None)
            slot.lent.discard(id(hypervisor))
            threading.Thread(target=hypervisor.close, name="libvirt-close", daemon=True).start()

    def close_all(self) -> None:
        """Close every connection and forget every failure: for tests, and before a process ends."""
        with self._lock:
            slots, self._slots = self._slots, {}
        for slot in slots.values():
            with slot.lock:
                for hypervisor in slot.open:
                    hypervisor.close()
                slot.open.clear()
        self.breaker.clear()

    def forget(self, addr: HostAddress) -> None:
        """Close the connections to one host: its address or key changed, so ask anew."""
        with self._lock:
            mine = [key for key in self._slots if key[0] == addr]
            slots = [self._slots.pop(key) for key in mine]
        for slot in slots:
            with slot.lock:
                for hypervisor in list(slot.open):
                    self._forget(slot, hypervisor)
        self.breaker.reset(addr)


def _is_free(slot: _Slot, hypervisor: Hypervisor) -> bool:
    """Tell whether a connection can be lent; a simulated host's is shared: its state is in it."""
    if hypervisor.addr.transport is Transport.TEST:
        return True
    return id(hypervisor) not in slot.lent and not hypervisor.gate.in_flight


def _is_spent(hypervisor: Hypervisor) -> bool:
    """Tell whether a connection is gone, or a hanging call on it has come back at last."""
    gate = hypervisor.gate
    return not hypervisor.is_alive() or (gate.is_spoiled and gate.in_flight == 0)


_pool = ConnectionPool()
pooled = _pool.lend
close_all = _pool.close_all
forget = _pool.forget
