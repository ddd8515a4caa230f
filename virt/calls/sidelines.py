"""Where may a call hang without harm: on connections of its own, never on the one that others use.

While a call hangs on a connection, libvirt's client now and then delays other calls on it by a
whole keepalive period (measured: 5 s).
"""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

import libvirt

from virt.calls.bounded import run_within
from virt.errors import OperationTimeout, translated

Answer = TypeVar("Answer")
MOST_HANGING = 3


class SideLines:
    """Keep spare connections to one host.

    A connection whose call hangs is left to it until it ends.
    """

    def __init__(self, opener: Callable[[], Any], most: int = MOST_HANGING) -> None:
        self._opener = opener
        self._most = most
        self._lock = threading.Lock()
        self._spare: Any = None
        self._is_closed = False
        self.hanging = 0

    @property
    def is_full(self) -> bool:
        """Tell whether so many calls hang that no further one is risked."""
        return self.hanging >= self._most

    def run(self, seconds: float, work: Callable[[Any], Answer]) -> Answer:
        """Return what ``work`` makes of a raw connection; OperationTimeout when it hangs."""
        if self.is_full:
            raise OperationTimeout
        is_late = threading.Event()

        def carry() -> Answer:
            raw = self._take()
            with translated():
                answer = work(raw)
            self._give_back(raw)
            return answer

        def finished() -> None:
            if is_late.is_set():
                self._count(-1)

        try:
            return run_within(seconds, carry, finished=finished, given_up=is_late.set)
        except OperationTimeout:
            if is_late.is_set():
                self._count(1)
            raise

    def close(self) -> None:
        """Close the spare connection; one whose call hangs closes itself when it ends."""
        with self._lock:
            self._is_closed = True
            spare, self._spare = self._spare, None
        _close(spare)

    def _take(self) -> Any:
        with self._lock:
            spare, self._spare = self._spare, None
        if spare is not None and spare.isAlive():
            return spare
        with translated():
            return self._opener()

    def _give_back(self, raw: Any) -> None:
        with self._lock:
            if self._spare is None and not self._is_closed:
                self._spare, raw = raw, None
        _close(raw)

    def _count(self, change: int) -> None:
        with self._lock:
            self.hanging += change


def _close(raw: Any) -> None:
    if raw is None:
        return
    try:
        raw.close()
    except libvirt.libvirtError:
        return
