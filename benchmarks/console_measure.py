"""Measure consoles in a data folder of this process's own, and print the figures as JSON.

Rounds take turns, so that a busy moment of the machine hits all ways alike.
"""

import time

import django

django.setup()

from . import console_crowd as crowd  # noqa: E402
from .bench_idle import descendants, pss  # noqa: E402
from .console_display import FLOOD  # noqa: E402
from .console_ends import End  # noqa: E402
from .console_ways import COPY, GATEWAY, Way, running  # noqa: E402
from .figures import Figure, as_json, median, percentile  # noqa: E402

ROUNDS = 7
FLOOD_SECONDS = 0.7
ECHOES = 300
COUNTS = (1, 50, 200)


def throughput(end: End) -> float:
    """Return how many MB a second arrive, frames included and not looked into."""
    end.say(FLOOD)
    room = bytearray(1 << 18)
    begun, size = time.perf_counter(), 0
    while time.perf_counter() < begun + FLOOD_SECONDS:
        size += end.sock.recv_into(room)
    return size / (time.perf_counter() - begun) / 1e6


def rounds(ways: list[Way]) -> None:
    """Measure one console of each way, in turn."""
    for _round in range(ROUNDS):
        for way in ways:
            end = way.open()
            way.echoes += [crowd.echo(end) for _echo in range(ECHOES)]
            way.speeds.append(throughput(end))
            end.sock.close()


def figures_of(way: Way, ways: list[Way]) -> list[Figure]:
    """Return what one console of a way does."""
    speed = median(way.speeds)
    found = [
        Figure("console", f"{way.name}, throughput", round(speed), "MB/s", "", ROUNDS),
        Figure("console", f"{way.name}, echo median", round(median(way.echoes)), "µs", "",
               len(way.echoes)),
        Figure("console", f"{way.name}, echo p99", round(percentile(way.echoes, 0.99)), "µs", "",
               len(way.echoes)),
    ]  # fmt: skip
    if way.name == GATEWAY:
        (copy,) = (other for other in ways if other.name == COPY)
        share = median(
            [ours / theirs for ours, theirs in zip(way.speeds, copy.speeds, strict=True)]
        )
        found.append(
            Figure("console", "gateway, share of the websocket copy's throughput",
                   round(share, 2), "", "at least 0.9", ROUNDS)
        )  # fmt: skip
    return found


def crowds(way: Way) -> list[Figure]:
    """Measure more and more consoles of a way."""
    found: list[Figure] = []
    empty = sum(map(pss, descendants(way.pid)))
    ends: list[End] = []
    for count in COUNTS:
        ends += crowd.open_many(way.open, count - len(ends))
        seen = crowd.measure(ends, way.pid)
        each = max(0, seen.memory - empty) / count / 2**20
        what, runs = f"{way.name}, {count} consoles", seen.echoes
        goal = "under 0.5 MB" if way.name == GATEWAY and count == COUNTS[-1] else ""
        found += [
            Figure("console", f"{what}: echo median", round(seen.median_us), "µs", "", runs),
            Figure("console", f"{what}: echo p99", round(seen.p99_us), "µs", "", runs),
            Figure("console", f"{what}: memory of each", round(each, 2), "MB", goal),
            Figure("console", f"{what}: processor for each", round(seen.cpu / count, 3),
                   "% of a core"),
        ]  # fmt: skip
    crowd.close(ends)
    return found


def main() -> None:
    """Measure everything."""
    with running() as ways:
        rounds(ways)
        found = [figure for way in ways for figure in figures_of(way, ways)]
        found += [figure for way in ways for figure in crowds(way)]
    print(as_json(found))


if __name__ == "__main__":
    main()
