"""What do many consoles at once cost? Each types five keys a second and reads what comes back."""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .bench_idle import TICKS, cpu_ticks, descendants, pss
from .console_ends import End
from .figures import median, percentile

KEY = b"\x04\x01\0\0\0\0\0\x61"
SECONDS = 4.0
KEYS_EACH = 5  # a second
AT_ONCE = 32  # consoles that are opened at the same time


@dataclass(frozen=True, slots=True)
class Crowd:
    """What so many consoles needed: bytes, microseconds, per cent of a core."""

    count: int
    memory: int
    median_us: float
    p99_us: float
    cpu: float
    echoes: int


def open_many(opener: Callable[[], End], count: int) -> list[End]:
    """Open so many consoles, many at the same time; all have heard the display when it returns."""
    found: list[End] = []
    wanted = iter(range(count))
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                if next(wanted, None) is None:
                    return
            end = opener()
            with lock:
                found.append(end)

    workers = [threading.Thread(target=work) for _worker in range(min(AT_ONCE, count))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return found


def measure(ends: list[End], pid: int, seconds: float = SECONDS) -> Crowd:
    """Type into all consoles in turn and look at the process and its children meanwhile."""
    family = descendants(pid)
    before = sum(map(cpu_ticks, family))
    times: list[float] = []
    step = 1 / (KEYS_EACH * len(ends))
    begun = due = time.perf_counter()
    while (now := time.perf_counter()) < begun + seconds:
        if now < due:
            time.sleep(due - now)
        due += step
        times.append(echo(ends[len(times) % len(ends)]))
    spent = time.perf_counter() - begun
    used = (sum(map(cpu_ticks, family)) - before) / TICKS
    memory = sum(map(pss, family))
    cpu = 100 * used / spent
    return Crowd(len(ends), memory, median(times), percentile(times, 0.99), cpu, len(times))


def echo(end: End) -> float:
    """Return the microseconds until a key comes back."""
    begun = time.perf_counter()
    end.say(KEY)
    end.hear(len(KEY))
    return (time.perf_counter() - begun) * 1e6


def close(ends: list[End]) -> None:
    """Hang up on all, as closed tabs do."""
    for end in ends:
        end.sock.shutdown(socket.SHUT_RDWR)
        end.sock.close()


def holdings(pid: int) -> tuple[int, int]:
    """Return how many threads and open descriptors a process has."""
    folder = Path(f"/proc/{pid}")
    return len(list((folder / "task").iterdir())), len(list((folder / "fd").iterdir()))
