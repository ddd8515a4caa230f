"""Memory and processor time of the whole portal at rest."""

import os
import time
from pathlib import Path

from tests.portal import Portal

from .figures import Figure

SECONDS = 60  # with one round of each list that is read once a minute
SETTLE = 75  # the first look at everything, half a minute after the start, is over by then
TICKS = os.sysconf("SC_CLK_TCK")


def run() -> list[Figure]:
    """Measure with no machine and with the simulated thousand."""
    figures: list[Figure] = []
    for command, what in (("up", "1 host or none"), ("demo", "about 1,000 machines")):
        with Portal(command) as portal:
            assert portal.process
            time.sleep(SETTLE)
            family = descendants(portal.process.pid)
            before = {pid: cpu_ticks(pid) for pid in family}
            time.sleep(SECONDS)
            after = {pid: cpu_ticks(pid) for pid in family}
            used = sum(after[pid] - before[pid] for pid in family) / TICKS
            memory = sum(pss(pid) for pid in family) / 2**20
            figures += [
                Figure("idle", f"memory, {what}", round(memory), "MB", "under 450 MB"),
                Figure(
                    "idle",
                    f"CPU, {what}",
                    round(100 * used / SECONDS, 2),
                    "% of a core",
                    "under 3 %",
                ),
                Figure("idle", f"processes, {what}", len(family), ""),
            ]
    return figures


def descendants(pid: int) -> list[int]:
    """Return `pid` and every process below it."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (parent := _parent(entry)) is not None:
            parents.setdefault(parent, []).append(int(entry.name))
    found, queue = [], [pid]
    while queue:
        current = queue.pop()
        found.append(current)
        queue += parents.get(current, [])
    return found


def _parent(entry: Path) -> int | None:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def cpu_ticks(pid: int) -> int:
    """Return the processor time of a process in clock ticks; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def pss(pid: int) -> int:
    """Return the proportional memory of a process in bytes; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
