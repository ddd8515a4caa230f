"""A shared serial line: everybody sees it, the slow hold up nobody, and it ends with the last."""

import queue
import socket
import threading

import pytest

from consoles.gateway import serial
from consoles.gateway.serial import MEMORY, PAST_BEGINS, PAST_ENDS, Lines
from tests.lab.waiting import wait_until
from virt.errors import OperationTimeout


class Stream:
    """A console of the shape that libvirt's has; the test is the guest."""

    def __init__(self) -> None:
        self.written: queue.Queue[bytes] = queue.Queue()
        self.typed = bytearray()
        self.closed = threading.Event()

    @property
    def is_closed(self) -> bool:
        return self.closed.is_set()

    def read(self, timeout: float | None = None) -> bytes:
        try:
            return self.written.get(timeout=0.05)
        except queue.Empty:
            raise OperationTimeout("nothing") from None

    def write(self, data: bytes, timeout: float = 10.0) -> None:
        self.typed += data

    def close(self) -> None:
        self.closed.set()


@pytest.fixture
def streams() -> list[Stream]:
    return []


@pytest.fixture
def lines() -> Lines:
    return Lines()


@pytest.fixture
def join(lines, streams):
    """Join the line of one machine; a closed one is opened anew."""

    def do() -> socket.socket:
        def open_console() -> Stream:
            streams.append(Stream())
            return streams[-1]

        joined = lines.join("a machine", open_console)
        joined.settimeout(10)
        return joined

    yield do
    for stream in streams:
        stream.close()


def read(end: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        data += end.recv(count - len(data))
    return data


def test_all_see_the_same_and_whoever_types_reaches_it(join, streams):
    one, two = join(), join()
    assert len(streams) == 1
    streams[0].written.put(b"login: ")
    assert read(one, 7) == read(two, 7) == b"login: "
    one.sendall(b"root\n")
    two.sendall(b"x")
    wait_until(lambda: sorted(streams[0].typed) == sorted(b"root\nx"))


def test_who_comes_later_sees_what_was_written_lately(join, streams):
    one = join()
    streams[0].written.put(b"a" * MEMORY + b"the end")
    read(one, MEMORY + 7)
    later = read(join(), MEMORY)
    assert later == b"a" * (MEMORY - 7) + b"the end"


def test_a_terminal_is_told_what_is_past(lines, streams, join):
    one = join()
    streams[0].written.put(b"old")
    read(one, 3)
    seen = lines.join("a machine", lambda: streams[0], is_terminal=True)
    seen.settimeout(10)
    past = PAST_BEGINS + b"old" + PAST_ENDS
    assert read(seen, len(past)) == past
    streams[0].written.put(b"new")
    assert seen.recv(10) == b"new"


def test_it_closes_with_the_last_and_is_remembered(join, streams):
    one, two = join(), join()
    streams[0].written.put(b"hello")
    read(one, 5)
    one.close()
    streams[0].written.put(b" you")
    assert read(two, 9) == b"hello you"
    two.close()
    wait_until(lambda: streams[0].is_closed)
    assert read(join(), 9) == b"hello you"
    assert len(streams) == 2


def test_a_slow_one_is_let_go_and_the_others_go_on(join, lines, streams, monkeypatch):
    monkeypatch.setattr(serial, "SLOW_SECONDS", 0.2)
    _slow, quick = join(), join()
    block = b"x" * 60_000
    for _ in range(30):
        streams[0].written.put(block)
        assert read(quick, len(block)) == block
    (line,) = lines._lines.values()
    wait_until(lambda: len(line._ends) == 1)


def test_a_slow_one_alone_slows_the_guest_and_loses_nothing(join, streams, monkeypatch):
    monkeypatch.setattr(serial, "SLOW_SECONDS", 0.1)
    one = join()
    for _ in range(20):
        streams[0].written.put(b"x" * 60_000)
    threading.Event().wait(1)
    assert streams[0].written.qsize() > 10
    assert len(read(one, 20 * 60_000)) == 20 * 60_000


def test_all_leave_when_the_stream_ends(join, streams):
    one, two = join(), join()
    streams[0].written.put(b"")
    assert one.recv(1) == b""
    assert two.recv(1) == b""


def test_who_comes_back_begins_where_they_were(lines, streams):
    def open_console() -> Stream:
        streams.append(Stream())
        return streams[-1]

    mark = serial.Bookmark(from_now=True)
    other = lines.join("a machine", open_console)
    other.settimeout(10)
    streams[0].written.put(b"before ")
    assert other.recv(100) == b"before "
    mine = lines.join("a machine", open_console, bookmark=mark)
    mine.settimeout(10)
    streams[0].written.put(b"one ")
    assert (other.recv(100), mine.recv(100)) == (b"one ", b"one ")
    mine.close()
    wait_until(lambda: len(lines._lines["a machine"]._ends) == 1)
    streams[0].written.put(b"two ")
    assert other.recv(100) == b"two "
    mine = lines.join("a machine", open_console, bookmark=mark)
    mine.settimeout(10)
    assert mine.recv(100) == b"two "
    streams[0].written.put(b"three ")
    assert mine.recv(100) == b"three "
    elsewhere = lines.join("its copy", open_console)  # a line that others opened first
    streams[1].written.put(b"hello")
    elsewhere.settimeout(10)
    assert elsewhere.recv(100) == b"hello"
    joined = lines.join("its copy", open_console, bookmark=mark)
    joined.settimeout(10)
    assert joined.recv(100) == b"hello"
    for one in (other, mine, elsewhere, joined):
        one.close()
