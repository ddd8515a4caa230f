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


@pytest.fixture
def hold(lines, streams):
    """Hold the line of one machine; return it, and what was heard."""
    heard: list[tuple[bytes, bool]] = []

    def do(key: str = "a machine", after: serial.Line | None = None) -> serial.Line:
        def open_console() -> Stream:
            streams.append(Stream())
            return streams[-1]

        def hear(tail: bytes, is_new: bool) -> None:
            heard.append((tail, is_new))

        return lines.hold(key, open_console, hear=hear, after=after)

    do.heard = heard
    return do


def test_a_held_line_is_heard_without_anybody_looking_and_who_comes_sees_it(hold, join, streams):
    line = hold()
    streams[0].written.put(b"panic")
    wait_until(lambda: hold.heard == [(b"panic", True)])
    one = join()
    assert read(one, 5) == b"panic"
    one.close()
    streams[0].written.put(b"!")
    wait_until(lambda: hold.heard[-1] == (b"panic!", True))
    assert not streams[0].is_closed and not streams[0].typed
    line.remind()
    assert hold.heard[-1] == (b"panic!", False)
    line.let_go()
    assert streams[0].is_closed
    wait_until(lambda: not line.is_open)
    line.remind()
    assert len(hold.heard) == 3


def test_who_looks_keeps_a_line_that_is_let_go(hold, join, streams):
    line, one = hold(), join()
    line.let_go()
    streams[0].written.put(b"hello")
    assert read(one, 5) == b"hello"
    one.close()
    wait_until(lambda: streams[0].is_closed)


def test_a_line_that_ended_is_not_held_and_begins_to_be_heard_anew(hold, join, streams):
    line = hold()
    streams[0].written.put(b"login: ")
    streams[0].written.put(b"")
    wait_until(lambda: not line.is_held)
    assert hold.heard == [(b"login: ", True)]  # the last words too
    hold()
    line.remind()  # what was said before may not be true any more
    assert len(hold.heard) == 1
    streams[1].written.put(b"SeaBIOS")
    wait_until(lambda: hold.heard[-1] == (b"SeaBIOS", True))
    assert read(join(), 14) == b"login: SeaBIOS"


def test_a_machine_that_moved_takes_its_memory_along_and_no_recording_has_it_twice(
    hold, lines, streams
):
    def nothing() -> Stream:
        raise AssertionError

    here = hold()
    mark = serial.Bookmark()
    recorder = lines.join("a machine", nothing, bookmark=mark)
    recorder.settimeout(10)
    streams[0].written.put(b"before ")
    assert recorder.recv(100) == b"before "
    here.let_go()
    recorder.close()
    hold("there", after=here)
    streams[1].written.put(b"after")
    wait_until(lambda: hold.heard[-1][0] == b"after")
    late = lines.join("there", nothing)
    again = lines.join("there", nothing, bookmark=mark)
    late.settimeout(10)
    again.settimeout(10)
    assert late.recv(100) == b"before after"
    assert again.recv(100) == b"after"


def test_one_slow_person_does_not_keep_a_held_line_from_being_heard(
    hold, join, streams, monkeypatch
):
    monkeypatch.setattr(serial, "SLOW_SECONDS", 0.2)
    line, _slow = hold(), join()
    for number in range(30):
        streams[0].written.put(b"x" * 60_000 + str(number).encode())
    wait_until(lambda: hold.heard and hold.heard[-1][0].endswith(b"x29"))
    assert not line._ends
