"""Is a slow call left behind without harm?"""

import threading

import pytest

from virt.calls.bounded import run_within
from virt.calls.gate import CallGate
from virt.calls.sidelines import SideLines
from virt.errors import NotFound, OperationTimeout


class Line:
    """Stand for a spare connection."""

    def __init__(self) -> None:
        self.closed = threading.Event()

    def isAlive(self) -> bool:
        """Say that it stands."""
        return not self.closed.is_set()

    def close(self) -> None:
        """Note it."""
        self.closed.set()


def test_answers_and_errors_come_through() -> None:
    assert run_within(5, lambda: 7) == 7

    def fail() -> None:
        raise NotFound

    with pytest.raises(NotFound):
        run_within(5, fail)


def test_a_late_answer_is_put_away() -> None:
    gate, late = threading.Event(), threading.Event()
    with pytest.raises(OperationTimeout):
        run_within(0.01, lambda: gate.wait(5), late=lambda _answer: late.set())
    assert not late.is_set()
    gate.set()
    assert late.wait(5)


def test_four_calls_go_in_and_the_fifth_waits() -> None:
    gate = CallGate(patience=0.05)
    leave, inside = threading.Event(), threading.Semaphore(0)

    def call() -> None:
        with gate.calling():
            inside.release()
            leave.wait(5)

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert inside.acquire(timeout=5)
    assert (gate.in_flight, gate.has_room) == (4, False)
    with pytest.raises(OperationTimeout), gate.calling():
        pass
    leave.set()
    for thread in threads:
        thread.join()
    with gate.calling(), gate.calling():
        assert gate.in_flight == 1


def test_a_hanging_line_is_not_used_by_others() -> None:
    opened: list[Line] = []

    def opener() -> Line:
        opened.append(Line())
        return opened[-1]

    lines = SideLines(opener, most=2)
    assert lines.run(5, lambda line: line) is lines.run(5, lambda line: line)
    release, over = threading.Event(), threading.Event()

    def hang(_line: Line) -> None:
        release.wait(5)
        over.set()

    for count in (1, 2):
        with pytest.raises(OperationTimeout):
            lines.run(0.01, hang)
        assert lines.hanging == count
    assert len(opened) == 2
    with pytest.raises(OperationTimeout):
        lines.run(5, lambda line: line)
    release.set()
    assert over.wait(5)
    lines.close()
