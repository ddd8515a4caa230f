"""Tapes and casts are read as they were written, whole or cut off anywhere."""

import gzip
import json
import os
import zlib
from pathlib import Path

import pytest

from recordings.formats import cast, tape
from recordings.ranges import MOST, part_of

from .making import key_frame, write_cast, write_tape


def test_a_tape_is_indexed_by_what_can_be_jumped_to(tmp_path: Path) -> None:
    path = tmp_path / "a.tape"
    size = write_tape(path)
    index = tape.index_of(path)
    assert (index.length, index.end, size) == (12.0, size, path.stat().st_size)
    assert [at for at, _place in index.keys] == [0.0, 9.0]
    assert index.quiet == [(1.0, 9.0), (9.0, 12.0)]
    assert [mark["name"] for mark in index.marks] == ["oli", "vera"]
    data = path.read_bytes()
    kind, ms, length, crc = tape.HEAD.unpack_from(data, index.keys[0][1])
    content = data[index.keys[0][1] + tape.HEAD.size :][:length]
    assert (kind, ms, zlib.crc32(content)) == (b"K", 0, crc)
    assert zlib.decompress(content) == key_frame()


def test_a_tape_cut_off_anywhere_keeps_what_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.tape"
    size = write_tape(path)
    data = path.read_bytes()
    for cut in range(size):
        path.write_bytes(data[:cut])
        length = tape.mend(path)
        if length:
            again = tape.index_of(path)
            assert again.end == path.stat().st_size <= cut
            assert again.keys[0][0] == 0.0
    path.write_bytes(data[:-3] + b"xyz")  # the last record's bytes never reached the disk
    assert tape.mend(path) == 9.0


def test_what_is_no_tape_has_nothing_in_it(tmp_path: Path) -> None:
    path = tmp_path / "a.tape"
    for content in (b"", b"GHT", b"something else entirely"):
        path.write_bytes(content)
        assert tape.mend(path) == 0.0


def test_a_cast_is_an_asciicast(tmp_path: Path) -> None:
    path = tmp_path / "a.cast.gz"
    write_cast(path)
    head, *events = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    assert (head["version"], head["width"], head["title"]) == (2, 80, "web01")
    assert events == [[0, "m", "drives: oli"], [0.5, "o", "login: "], [3, "o", "gr\u00fc\u00df"]]
    assert b"".join(cast.unpacked(path)) == gzip.decompress(path.read_bytes())


def test_a_cast_cut_off_anywhere_is_whole_again(tmp_path: Path) -> None:
    path = tmp_path / "a.cast.gz"
    file = os.open(path, os.O_RDWR | os.O_CREAT)
    writer = cast.CastFile(file, "web01", 0)
    for second in range(5):
        writer.add(second, b"line %d\r\n" % second)
        writer.flush()
    os.close(file)  # killed: never ended
    data = path.read_bytes()
    lengths = []
    for cut in range(0, len(data) + 1, 7):
        path.write_bytes(data[:cut])
        lengths.append(cast.mend(path))
        text = gzip.decompress(path.read_bytes()).decode()
        assert all(json.loads(line) for line in text.splitlines())
    assert lengths == sorted(lengths)
    assert (lengths[0], lengths[-1]) == (0.0, 4.0)


def test_a_sign_cut_in_two_is_one_sign(tmp_path: Path) -> None:
    path = tmp_path / "a.cast.gz"
    writer = cast.CastFile(os.open(path, os.O_RDWR | os.O_CREAT), "", 0)
    writer.add(0, b"\xc3")
    writer.add(1, b"\xbc")
    writer.close()
    assert gzip.decompress(path.read_bytes()).decode().splitlines()[1] == '[1, "o", "\u00fc"]'


@pytest.mark.parametrize(
    ("header", "size", "part"),
    [
        ("", 10, (0, 10)),
        ("bytes=2-5", 10, (2, 4)),
        ("bytes=2-", 10, (2, 8)),
        ("bytes=2-999", 10, (2, 8)),
        ("bytes=10-", 10, None),
        ("bytes=5-2", 10, None),
        ("bytes=-5", 10, None),
        ("bytes=0-1,3-4", 10, None),
        ("", 3 * MOST, (0, MOST)),
        ("", 0, None),
    ],
)
def test_a_part_of_a_file(header: str, size: int, part: tuple[int, int] | None) -> None:
    assert part_of(header, size) == part
