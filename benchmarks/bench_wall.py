"""What does a wall of a hundred screens cost the portal?"""

import http.client
import json
import time
from pathlib import Path
from urllib.parse import urlencode

from screens.pictures import open_picture, thumbs_of
from screens.reading import health_of
from tests.portal import Portal, Visitor

from .bench_idle import TICKS, cpu_ticks, descendants
from .figures import Figure, median

MACHINES = 100
SECONDS = 40
ASK_EVERY = 8.0  # as the page does
SETTLE = 25
PICTURES = Path(__file__).resolve().parents[1] / "tests/screens/data"


def run() -> list[Figure]:
    """Look at a hundred simulated machines as a page does, and time single pictures."""
    return [*_whole_portal(), *_one_picture()]


def _whole_portal() -> list[Figure]:
    with Portal("demo") as portal:
        assert portal.process
        family = descendants(portal.process.pid)
        _status, page = portal.ask("GET", f"/api/v1/vms?state=running&page_size={MACHINES}")
        have = {int(vm["id"]): "" for vm in page["items"]}
        time.sleep(SETTLE)
        calm = _used(family, SECONDS, None)
        wall = Wall(portal, have)
        wall.look()
        _used(family, 15, wall)  # the first pictures, which are made once
        looked = _used(family, SECONDS, wall)
        shown = sum(bool(version) for version in have.values())
    return [
        Figure("wall", "screens shown", shown, f"of {MACHINES}"),
        Figure("wall", "CPU, nobody looks", round(calm, 2), "% of a core"),
        Figure("wall", "CPU, a wall is open", round(looked, 2), "% of a core"),
        Figure("wall", "CPU, the wall alone", round(looked - calm, 2), "% of a core", "under 10 %"),
    ]


class Wall:
    """A page with the wall on it."""

    def __init__(self, portal: Portal, have: dict[int, str]) -> None:
        self.have = have
        self._port = portal.port
        self._cookies = Visitor(portal.port).cookies

    def look(self) -> None:
        """Say what is visible and take what is new."""
        words = ",".join(f"{pk}:{version}" for pk, version in self.have.items())
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
            "X-CSRFToken": self._cookies["csrftoken"],
        }
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        body = urlencode({"have": words, "pace": "wall"})
        connection.request("POST", "/wall/look/", body, headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"the wall answered {answer.status}")
        self.have.update({one["id"]: one["v"] for one in json.loads(text)["screens"]})


def _used(family: list[int], seconds: float, wall: Wall | None) -> float:
    """Return the share of a core that the portal uses meanwhile, per cent."""
    before = {pid: cpu_ticks(pid) for pid in family}
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if wall is not None:
            wall.look()
        time.sleep(min(left, ASK_EVERY))
    used = sum(cpu_ticks(pid) - before[pid] for pid in family)
    return 100 * used / TICKS / seconds


def _one_picture() -> list[Figure]:
    """Time what a picture costs that is new, and one that is the same as before."""
    small, read = [], []
    for path in sorted(PICTURES.glob("*.png")) * 3:
        data = path.read_bytes()
        began = time.process_time()
        picture = open_picture(data)
        thumbs_of(picture, with_large=False)
        made = time.process_time()
        health_of(picture)
        small.append(1000 * (made - began))
        read.append(1000 * (time.process_time() - made))
    return [
        Figure("wall", "a changed screen, decoded and made small", round(median(small), 1), "ms"),
        Figure("wall", "a changed screen, read", round(median(read), 1), "ms"),
    ]
