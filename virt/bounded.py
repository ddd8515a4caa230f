"""How long may a call take: libvirt's have no time-out, so a slow one is left behind in its own thread."""

import functools
import threading
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from virt.errors import OperationTimeout

Answer = TypeVar("Answer")
Owner = TypeVar("Owner")
Parameters = ParamSpec("Parameters")


class _Errand:
    """Hold one call and who is still interested in it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.done = threading.Event()
        self.given_up = False
        self.answer: Any = None
        self.error: BaseException | None = None


def run_within(
    seconds: float,
    work: Callable[[], Answer],
    *,
    late: Callable[[Answer], object] | None = None,
    finished: Callable[[], object] | None = None,
) -> Answer:
    """Return what ``work`` returns, or raise OperationTimeout after ``seconds``.

    A call that is given up goes on in its thread and keeps its call slot until libvirt answers; ``late`` then gets
    its answer, so that nothing leaks. ``finished`` runs at the end in any case, in that thread.
    """
    errand = _Errand()

    def carry() -> None:
        answer: Any = None
        try:
            answer = work()
        except BaseException as error:  # noqa: BLE001 - handed to the waiting thread, which raises it
            errand.error = error
        with errand.lock:
            errand.answer = answer
            errand.done.set()
            is_late = errand.given_up
        if is_late and late is not None and errand.error is None:
            late(answer)
        if finished is not None:
            finished()

    threading.Thread(target=carry, name="libvirt-call", daemon=True).start()
    errand.done.wait(seconds)
    with errand.lock:
        if not errand.done.is_set():
            errand.given_up = True
            raise OperationTimeout(detail=f"no answer in {seconds:g} s")
    if errand.error is not None:
        raise errand.error
    return errand.answer  # type: ignore[no-any-return]


def within(
    seconds: float, *, late: Callable[[Any], object] | None = None
) -> Callable[
    [Callable[Concatenate[Owner, Parameters], Answer]],
    Callable[Concatenate[Owner, Parameters], Answer],
]:
    """Give a method so many seconds; the operation itself may still happen after OperationTimeout."""

    def decorate(
        method: Callable[Concatenate[Owner, Parameters], Answer],
    ) -> Callable[Concatenate[Owner, Parameters], Answer]:
        @functools.wraps(method)
        def bounded(self: Owner, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer:
            return run_within(seconds, lambda: method(self, *args, **kwargs), late=late)

        return bounded

    return decorate


class Stragglers:
    """Count the calls of one connection that were given up and have not come back."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 0
        self._lock = threading.Lock()

    @property
    def count(self) -> int:
        """Return how many are still out."""
        return self._count

    @property
    def is_full(self) -> bool:
        """Tell whether no further one may be risked."""
        return self._count >= self._most

    def run(self, seconds: float, work: Callable[[], Answer]) -> Answer:
        """Do ``run_within`` and count the call until it is really over."""
        self._add(1)
        return run_within(seconds, work, finished=lambda: self._add(-1))

    def _add(self, change: int) -> None:
        with self._lock:
            self._count += change
