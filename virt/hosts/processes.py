"""Since when do the QEMU processes of this machine run? Read from /proc, where it can be seen.

libvirt itself does not tell when a domain was started. Looking at processes changes nothing and
asks nobody; where they are hidden, nothing is known.
"""

import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from virt.facts.domain import DomainInfo

PROC = Path("/proc")
START_TIME = 19  # the field of /proc/PID/stat, counted from the state behind the name


def with_starts(infos: Iterable[DomainInfo], proc: Path = PROC) -> list[DomainInfo]:
    """Return `infos` with the start of each running one whose process is found."""
    found = list(infos)
    running = {info.uuid for info in found if info.state.is_active}
    starts = _starts(running, proc) if running else {}
    return [
        replace(info, started_at=starts[info.uuid]) if info.uuid in starts else info
        for info in found
    ]


def _starts(wanted: set[str], proc: Path) -> dict[str, datetime]:
    """Return by UUID when its QEMU was started; a UUID that two processes carry is left out."""
    booted = _booted_at(proc)
    found: dict[str, datetime] = {}
    twice: set[str] = set()
    for folder in proc.iterdir() if booted is not None else ():
        uuid = _uuid_of(folder) if folder.name.isdecimal() else ""
        if uuid not in wanted or booted is None:
            continue
        if uuid in found:
            twice.add(uuid)
        seconds = _start_seconds(folder)
        if seconds is not None:
            found[uuid] = datetime.fromtimestamp(booted + seconds, UTC).replace(microsecond=0)
    return {uuid: start for uuid, start in found.items() if uuid not in twice}


def _uuid_of(folder: Path) -> str:
    """Return what libvirt gave a QEMU behind `-uuid`, or ""."""
    try:
        words = (folder / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return ""
    if b"-uuid" not in words[:-1] or b"qemu" not in words[0]:
        return ""
    return words[words.index(b"-uuid") + 1].decode(errors="replace").lower()


def _start_seconds(folder: Path) -> float | None:
    """Return when a process began, in seconds after the machine booted."""
    try:
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        return int(fields[START_TIME]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return None


def _booted_at(proc: Path) -> int | None:
    try:
        lines = (proc / "stat").read_text().splitlines()
    except OSError:
        return None
    words = [line.split() for line in lines if line.startswith("btime ")]
    return int(words[0][1]) if words else None
