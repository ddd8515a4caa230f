"""A screen's recorder beside a scripted display: right pictures, bounded work, no trust."""

import socket
import struct
import threading
from pathlib import Path
from typing import Any

import pytest

from consoles.closing import ConsoleClosed
from consoles.recording import screen as filming
from consoles.recording.display import Feed, greet, next_change
from consoles.recording.screen import ScreenTake
from consoles.recording.take import Mark
from recordings import storage
from recordings.formats import tape
from recordings.formats.picture import BadScreenError, Patch, Picture
from recordings.models import Recording
from tests.consoles.conftest import SERVER_INIT
from tests.lab.waiting import wait_until
from tests.recordings.making import rectangle

from .screens import HEIGHT, WIDTH, Painter, painted, played, update

RED, BLUE, GREEN = b"\xff\0\0\0", b"\0\0\xff\0", b"\0\xff\0\0"
WHOLE = update(painted(0, 0, WIDTH, HEIGHT, BLUE))
MUCH = 64 * 1024 * 1024


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def display(painter: Any, init: bytes = SERVER_INIT) -> socket.socket:
    """Return our end of a display that `painter` plays."""
    ours, theirs = socket.socketpair()

    def serve() -> None:
        try:
            theirs.sendall(init)
            painter(theirs)
        except OSError:
            pass
        finally:
            theirs.close()

    threading.Thread(target=serve, daemon=True).start()
    return ours


def take_of(*displays: socket.socket, most: int = MUCH) -> ScreenTake:
    """Start a recording of these displays, one after the other."""
    waiting = list(displays)

    def connect() -> socket.socket:
        if not waiting:
            raise ConsoleClosed("machine-stopped")
        return waiting.pop(0)

    take = ScreenTake(Recording(vm_name="web01", kind="vnc"), most, connect)
    take.start()
    return take


def test_a_part_is_drawn_where_it_belongs() -> None:
    picture = Picture(4, 3)
    picture.draw(Patch(1, 1, 2, 2, RED * 4))
    rows = [picture.pixels[at : at + 16] for at in range(0, 48, 16)]
    assert rows == [bytes(16), bytes(4) + RED * 2 + bytes(4), bytes(4) + RED * 2 + bytes(4)]
    assert picture.cut(1, 1, 2, 1) == RED * 2


def test_what_is_played_is_what_was_shown_and_then_changed() -> None:
    copy = rectangle(100, 0, 10, 10, 1) + struct.pack(">HH", 10, 20)
    painter = Painter(
        WHOLE,
        b"\x02" + struct.pack(">B3xI", 3, 4) + b"text" + update(painted(10, 20, 30, 40, RED)),
        update(copy),
    )
    take = take_of(display(painter))
    take.mark(Mark("drives", "oli"))
    wait_until(lambda: take.is_away)
    take.stop("stopped")
    take.join(5)
    path = storage.file_of(take.recording)
    assert take.kept_size == path.stat().st_size == take.size
    picture = played(path)
    assert (picture.width, picture.height) == (WIDTH, HEIGHT)
    assert picture.cut(0, 0, 1, 1) == BLUE
    assert picture.cut(39, 59, 2, 1) == RED + BLUE
    assert picture.cut(109, 9, 2, 1) == RED + BLUE
    marks = [(mark["mark"], mark.get("name")) for mark in tape.index_of(path).marks]
    assert marks == [("drives", "oli"), ("away", None)]
    assert [message[1] for message in painter.asked] == [0, 1, 1]


def test_a_screen_that_changes_its_size_goes_on() -> None:
    small = update(rectangle(0, 0, 20, 10, -223))
    painter = Painter(WHOLE, small, update(painted(0, 0, 20, 10, GREEN)))
    take = take_of(display(painter))
    wait_until(lambda: take.is_away)
    take.stop("stopped")
    take.join(5)
    picture = played(storage.file_of(take.recording))
    assert (picture.width, picture.height, picture.cut(19, 9, 1, 1)) == (20, 10, GREEN)
    assert [message[1] for message in painter.asked] == [0, 1, 0]


def test_a_guest_that_starts_again_is_on_the_same_tape() -> None:
    first = display(Painter(WHOLE))
    second = display(Painter(update(painted(0, 0, WIDTH, HEIGHT, RED)), update()))
    take = take_of(first, second)
    wait_until(lambda: take.is_away, timeout=10)
    wait_until(lambda: not take.is_away, timeout=10)
    take.stop("left")
    take.join(5)
    path = storage.file_of(take.recording)
    assert [mark["mark"] for mark in tape.index_of(path).marks][:2] == ["away", "back"]
    assert len(tape.index_of(path).keys) == 2
    assert played(path).cut(0, 0, 1, 1) == RED


def test_it_ends_at_its_size_and_says_so() -> None:
    noise = [update(painted(0, 0, 20, 20, bytes([n, n, n, 0]))) for n in range(100)]
    take = take_of(display(Painter(WHOLE, *noise)), most=4000)
    take.join(30)
    assert take.reason == "full-recording"
    assert 4000 <= take.kept_size < 20_000


def test_whole_pictures_come_again_when_much_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filming, "KEY_SECONDS", 0.2)
    monkeypatch.setattr(filming, "SMALL_BYTES", 100)
    monkeypatch.setattr(filming, "PAUSE_SECONDS", 0.01)
    changes = [update(painted(n, n, 9, 9, bytes([n, 9, n, 0]))) for n in range(200)]
    take = take_of(display(Painter(WHOLE, *changes)))
    wait_until(lambda: take.is_away, timeout=30)
    take.stop("stopped")
    take.join(5)
    path = storage.file_of(take.recording)
    index = tape.index_of(path)
    assert len(index.keys) >= 2
    middle, place = index.keys[1]
    data = path.read_bytes()
    path.write_bytes(tape.MAGIC + data[place:])  # what a player reads that begins there
    assert played(path).pixels == played_whole(data, path)
    assert middle > 0.2


def played_whole(data: bytes, path: Path) -> bytearray:
    path.write_bytes(data)
    return played(path).pixels


def test_a_slow_disk_is_told_on_the_tape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consoles.recording.take.SLOW_SECONDS", 0.1)
    quick = tape.TapeFile.add

    def slow(self: Any, kind: bytes, ms: int, *parts: bytes) -> int:
        if kind == tape.UPDATE:
            threading.Event().wait(0.3)
        return quick(self, kind, ms, *parts)

    monkeypatch.setattr(tape.TapeFile, "add", slow)
    change = update(painted(0, 0, 5, 5, RED))
    take = take_of(display(Painter(WHOLE, change, update())))
    wait_until(lambda: take.is_away, timeout=10)
    take.stop("stopped")
    take.join(5)
    assert 0.3 <= take.missing < 3
    marks = tape.index_of(storage.file_of(take.recording)).marks
    assert [mark["seconds"] for mark in marks if mark["mark"] == "missing"] == [0.3]


def test_a_disk_that_fails_ends_it_and_what_was_written_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quick = tape.TapeFile.add

    def full(self: Any, kind: bytes, ms: int, *parts: bytes) -> int:
        if kind == tape.UPDATE:
            self._write(b"half a rec")
            raise OSError(28, "No space left on device")
        return quick(self, kind, ms, *parts)

    monkeypatch.setattr(tape.TapeFile, "add", full)
    take = take_of(display(Painter(WHOLE, update(painted(0, 0, 5, 5, RED)))))
    take.join(10)
    assert take.reason == "disk"
    path = storage.file_of(take.recording)
    assert tape.index_of(path).end == path.stat().st_size
    assert played(path).cut(0, 0, 1, 1) == BLUE


@pytest.mark.parametrize(
    "lie",
    [
        update(rectangle(600, 0, 100, 1, 0) + bytes(400)),  # beside the screen
        update(rectangle(0, 0, 65535, 65535, -223)),  # 16 GB
        update(rectangle(0, 0, 0, 9, -223)),
        update(rectangle(0, 0, 1, 1, 7)),  # not asked for
        update(rectangle(0, 0, 10, 10, 1) + struct.pack(">HH", 640, 0)),
        struct.pack(">B3xI", 3, 2**31),  # a clipboard without end
        b"\xfa",
    ],
    ids=["beside", "huge", "flat", "encoding", "copied from beside", "endless text", "unknown"],
)
def test_a_display_that_lies_ends_its_recording(lie: bytes) -> None:
    take = take_of(display(Painter(WHOLE, lie)))
    take.join(10)
    assert take.reason == "display"
    assert played(storage.file_of(take.recording)).cut(0, 0, 1, 1) == BLUE


def test_nothing_seen_is_nothing_kept() -> None:
    take = take_of(display(Painter(), struct.pack(">HH16sI", 65535, 65535, bytes(16), 0)))
    take.join(10)
    assert (take.reason, take.kept_size) == ("display", 0)


def test_many_parts_of_the_same_place_hold_no_memory() -> None:
    flood = update(*[painted(0, 0, WIDTH, HEIGHT, RED)] * 5)
    ours = display(Painter(WHOLE, flood))
    feed = Feed(ours, lambda: None)
    picture = greet(feed)
    ours.sendall(struct.pack(">BBHHHH", 3, 0, 0, 0, WIDTH, HEIGHT) * 2)
    next_change(feed, picture)
    change = next_change(feed, picture)
    assert change.is_whole
    assert change.patches == []
    ours.close()


def test_a_display_of_no_size_is_none() -> None:
    with pytest.raises(BadScreenError):
        Picture(0, 10)
