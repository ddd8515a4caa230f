"""Which paths in a guest may be named, and what their files are called here."""

import pytest

from transfers.paths import BadPath, check_path, clean_name, into, name_in


@pytest.mark.parametrize("path", ["/tmp/a", "/ä/b c", "C:\\Users\\a.txt", "d:/x", "/srv/dev/a"])
def test_whole_paths_of_files_are_taken(path: str) -> None:
    assert check_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "", "a", "tmp/a", "/tmp/", "/tmp/../etc/x", "/tmp/a\0b", "/tmp/a\nb", "/dev/zero",
        "//dev/zero", "/tmp/./../dev/x", "/dev/./zero", "/./dev/zero", "/proc/kmsg", "/sys/x",
        "C:\\..\\x", "\\\\host\\share\\x", "/" + "ä" * 512,
    ],
)  # fmt: skip
def test_other_paths_are_not(path: str) -> None:
    with pytest.raises(BadPath):
        check_path(path)


def test_a_folder_keeps_the_name_and_a_place_does_not() -> None:
    assert into("/tmp/", "../../a b.txt") == "/tmp/a b.txt"
    assert into("/tmp/x", "a.txt") == "/tmp/x"
    assert into("C:\\t\\", "a.txt") == "C:\\t\\a.txt"


def test_names_on_this_side_have_no_folders_or_odd_signs() -> None:
    assert name_in("/etc/passwd") == "passwd"
    assert name_in("C:\\a\\b.txt") == "b.txt"
    assert clean_name("..") == "file"
    assert clean_name("a\r\nb\x1b") == "ab"
    assert clean_name("x" * 400) == "x" * 200
