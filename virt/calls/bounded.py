"""How long may a call take: libvirt has no time-outs, so a slow one is left behind."""

import functools
import threading
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from virt.errors import OperationTimeout

Answer = TypeVar("Answer")
Parameters = ParamSpec("Parameters")


class Owner(Protocol):
    """Be told when one of your calls is left behind."""

    def left_behind(self) -> None:
        """Note that a call hangs."""


Self = TypeVar("Self", bound=Owner)


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
    given_up: Callable[[], object] | None = None,
    finished: Callable[[], object] | None = None,
) -> Answer:
    """Return what ``work`` returns, or raise OperationTimeout after ``seconds``.

    A call that is given up goes on in its thread, and keeps its call slot, until libvirt answers.
    ``given_up`` runs at that moment, ``late`` gets the late answer so that nothing leaks, and
    ``finished`` runs at the end in any case; the last two in that thread.
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
            if given_up is not None:
                given_up()
            raise OperationTimeout(detail=f"no answer in {seconds:g} s")
    if errand.error is not None:
        raise errand.error
    return cast(Answer, errand.answer)


def within(
    seconds: float, *, late: Callable[[Any], object] | None = None
) -> Callable[
    [Callable[Concatenate[Self, Parameters], Answer]],
    Callable[Concatenate[Self, Parameters], Answer],
]:
    """Give a method so many seconds; what it does may still happen after OperationTimeout."""

    def decorate(
        method: Callable[Concatenate[Self, Parameters], Answer],
    ) -> Callable[Concatenate[Self, Parameters], Answer]:
        @functools.wraps(method)
        def bounded(self: Self, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer:
            answer: Answer = run_within(
                seconds,
                lambda: method(self, *args, **kwargs),
                late=late,
                given_up=self.left_behind,
            )
            return answer

        return bounded

    return decorate
