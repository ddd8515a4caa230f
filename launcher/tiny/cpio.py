"""How does a folder become an initramfs archive, the same bytes each time?"""

import gzip
import stat
from pathlib import Path

_HEADER = "070701" + "{:08X}" * 13


def _entry(number: int, name: str, mode: int, data: bytes, rdev: tuple[int, int] = (0, 0)) -> bytes:
    """Return one member in the kernel's newc format, padded to four bytes."""
    path = name.encode() + b"\0"
    head = _HEADER.format(
        number, mode, 0, 0, 1, 0, len(data), 0, 0, rdev[0], rdev[1], len(path), 0
    ).encode()
    out = head + path
    out += b"\0" * (-len(out) % 4)
    return out + data + b"\0" * (-len(data) % 4)


def _member(number: int, path: Path, name: str) -> bytes:
    """Return the archive member of a file, folder or link; everything is root's."""
    info = path.lstat()
    if stat.S_ISLNK(info.st_mode):
        return _entry(number, name, 0o120777, str(path.readlink()).encode())
    if stat.S_ISDIR(info.st_mode):
        return _entry(number, name, 0o40755, b"")
    mode = 0o100755 if info.st_mode & 0o111 else 0o100644
    return _entry(number, name, mode, path.read_bytes())


def archive(tree: Path) -> bytes:
    """Return a gzip-compressed newc archive of a tree, with /dev/console in it.

    Owners and times are fixed and names sorted, so equal trees give equal bytes.
    """
    members = [_entry(1, "dev", 0o40755, b""), _entry(2, "dev/console", 0o20600, b"", (5, 1))]
    for number, path in enumerate(sorted(tree.rglob("*")), start=3):
        name = str(path.relative_to(tree))
        if name != "dev":
            members.append(_member(number, path, name))
    members.append(_entry(0, "TRAILER!!!", 0, b""))
    return gzip.compress(b"".join(members), compresslevel=6, mtime=0)
