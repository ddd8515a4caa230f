"""What is put into an outbox is delivered in order, by a thread that survives its mistakes."""

import threading

import pytest

from live.outbox import Outbox


def test_entries_are_delivered_in_order() -> None:
    got: list[int] = []
    outbox = Outbox[int]("test", got.extend)
    for number in range(100):
        outbox.put([number])
    assert outbox.flush()
    assert got == list(range(100))


def test_the_oldest_are_dropped_when_too_many_wait() -> None:
    gate, got, overflows = threading.Event(), list[int](), list[int]()

    def deliver(batch: list[int]) -> None:
        gate.wait(5)
        got.extend(batch)

    outbox = Outbox[int]("test", deliver, limit=3, on_overflow=lambda: overflows.append(1))
    outbox.put([0])
    while outbox._entries:
        pass
    outbox.put([1, 2, 3, 4, 5])
    gate.set()
    assert outbox.flush()
    assert got == [0, 3, 4, 5]
    assert overflows == [1]


def test_a_mistake_in_delivery_does_not_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda _args: None)
    got: list[int] = []

    def deliver(batch: list[int]) -> None:
        if batch == [0]:
            raise ValueError
        got.extend(batch)

    outbox = Outbox[int]("test", deliver)
    outbox.put([0])
    outbox.flush()
    outbox.put([1])
    assert outbox.flush()
    assert got == [1]
