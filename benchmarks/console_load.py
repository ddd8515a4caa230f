"""Fill a gateway with consoles, some of which stop reading, empty it, and print what was seen."""

import json
import time

import django

django.setup()

from consoles.models import ConsoleSession  # noqa: E402
from tests.lab.waiting import wait_until  # noqa: E402

from . import console_crowd as crowd  # noqa: E402
from .bench_idle import pss  # noqa: E402
from .console_display import FLOOD  # noqa: E402
from .console_ways import Way, running  # noqa: E402

COUNT, STUCK = 200, 20
STUCK_SECONDS = 3.0
SECONDS = 2.0
TIDY_SECONDS = 2.5  # the gateway looks around every two


def still_open() -> int:
    """Return how many consoles are open by the rows."""
    return ConsoleSession.objects.filter(closed_at=None).count()


def fill(gateway: Way) -> dict[str, float]:
    """Open 200 at once, let 20 of them ask for a flood and read nothing, and hang up on all."""
    crowd.close(crowd.open_many(gateway.open, crowd.AT_ONCE))  # what is loaded once is loaded
    wait_until(lambda: not still_open())
    time.sleep(TIDY_SECONDS)
    threads, descriptors = crowd.holdings(gateway.pid)
    empty = pss(gateway.pid)
    ends = crowd.open_many(gateway.open, COUNT)
    first = [crowd.echo(end) for end in ends]
    quiet = crowd.measure(ends, gateway.pid, SECONDS)
    stuck, others = ends[:STUCK], ends[STUCK:]
    for end in stuck:
        end.say(FLOOD)
    time.sleep(STUCK_SECONDS)
    flooded = crowd.measure(others, gateway.pid, SECONDS)
    seen = {
        "opened": still_open(),
        "answered": len(first),
        "memory_each": (quiet.memory - empty) / COUNT,
        "median_us": quiet.median_us,
        "memory_stuck": flooded.memory - quiet.memory,
        "median_us_beside_stuck": flooded.median_us,
        "others_answered": flooded.echoes,
    }
    crowd.close(ends)
    wait_until(lambda: not still_open(), timeout=30)
    wait_until(lambda: crowd.holdings(gateway.pid)[0] <= threads, timeout=15)
    time.sleep(TIDY_SECONDS)
    after = crowd.holdings(gateway.pid)
    return seen | {"threads_left": after[0] - threads, "descriptors_left": after[1] - descriptors}


def main() -> None:
    """Print what was seen as JSON."""
    with running(only_gateway=True) as (gateway,):
        print(json.dumps(fill(gateway)))


if __name__ == "__main__":
    main()
