"""A text console's recorder: what was written, marks, and a disk that does not keep up."""

import gzip
import json
import socket
import threading
from typing import Any

import pytest

from consoles.closing import ConsoleClosed
from consoles.gateway.serial import Bookmark, Lines
from consoles.recording import casting
from consoles.recording.take import Mark
from consoles.recording.text import TextTake
from recordings import storage
from recordings.formats.cast import CastFile
from recordings.models import Recording
from tests.consoles.test_serial import Stream
from tests.lab.waiting import wait_until


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def take_of(*lines: socket.socket, most: int = 10**9) -> TextTake:
    waiting = list(lines)

    def connect() -> socket.socket:
        if not waiting:
            raise ConsoleClosed("machine-stopped")
        return waiting.pop(0)

    take = TextTake(Recording(vm_name="web01", kind="serial"), most, connect)
    take.start()
    wait_until(take.began.is_set)
    return take


def events(take: TextTake) -> list[Any]:
    take.stop("stopped")
    take.join(10)
    text = gzip.decompress(storage.file_of(take.recording).read_bytes()).decode()
    head, *lines = [json.loads(line) for line in text.splitlines()]
    assert head["version"] == 2
    return lines


def written(lines: list[Any]) -> str:
    return "".join(words for _at, kind, words in lines if kind == "o")


def test_what_the_guest_writes_is_kept_with_who_drives():
    guest, line = socket.socketpair()
    take = take_of(line)
    take.mark(Mark("drives", "oli"))
    guest.sendall(b"login: ")
    wait_until(lambda: take.length > 0 and take.size > 80)
    guest.sendall("grü".encode())
    wait_until(lambda: not take._heard)
    lines = events(take)
    assert written(lines) == "login: grü"
    assert [words for _at, kind, words in lines if kind == "m"] == ["drives: oli"]


def test_a_guest_that_starts_again_is_on_the_same_cast():
    (guest, line), (again, second) = socket.socketpair(), socket.socketpair()
    take = take_of(line, second)
    guest.sendall(b"one")
    guest.close()
    wait_until(lambda: take.is_away, timeout=10)
    again.sendall(b"two")
    wait_until(lambda: not take.is_away, timeout=10)
    wait_until(lambda: not again.close() and take.is_away, timeout=10)
    lines = events(take)
    assert written(lines) == "onetwo"
    assert [words for _at, kind, words in lines if kind == "m"] == ["away", "back", "away"]


def test_a_disk_that_stands_still_loses_seconds_and_holds_little_memory(monkeypatch):
    monkeypatch.setattr(casting, "MOST_WAITING", 100_000)
    disk = threading.Event()
    quick = CastFile.add

    def slow(self: CastFile, seconds: float, data: bytes) -> None:
        disk.wait()
        quick(self, seconds, data)

    monkeypatch.setattr(CastFile, "add", slow)
    guest, line = socket.socketpair()
    guest.settimeout(5)
    take = take_of(line)
    for _block in range(200):  # the line is read however slow the disk is
        guest.sendall(b"x" * 10_000)
        assert take._waiting <= 100_000
    wait_until(lambda: take._lost_at is not None)
    disk.set()
    wait_until(lambda: take._waiting == 0)
    guest.sendall(b"the end")
    wait_until(lambda: take.missing > 0)
    wait_until(lambda: take._waiting == 0)
    lines = events(take)
    assert written(lines).endswith("the end")
    assert len(written(lines)) < 200_000
    assert any(words.startswith("missing: ") for _at, kind, words in lines if kind == "m")


def test_it_ends_where_a_player_could_hold_no_more(monkeypatch):
    monkeypatch.setattr(casting, "MOST_TEXT", 50_000)
    guest, line = socket.socketpair()
    take = take_of(line)
    guest.sendall(b"x" * 60_000)
    take.join(10)
    assert take.reason == "full-recording"


def test_a_recorder_of_a_shared_line_begins_now_and_holds_up_nobody():
    streams: list[Stream] = []

    def open_console() -> Stream:
        streams.append(Stream())
        return streams[-1]

    lines = Lines()
    viewer = lines.join("vm", open_console)
    viewer.settimeout(5)
    streams[0].written.put(b"a secret of before")
    assert viewer.recv(100) == b"a secret of before"
    take = take_of(lines.join("vm", open_console, bookmark=Bookmark(from_now=True)))
    streams[0].written.put(b"now")
    assert viewer.recv(100) == b"now"
    wait_until(lambda: take.length > 0 and not take._waiting)
    assert written(events(take)) == "now"
    viewer.close()
    wait_until(lambda: streams[0].is_closed)
