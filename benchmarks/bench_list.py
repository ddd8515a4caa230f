"""Server time of the machines' first page, of a search and of the API's list."""

import http.client
import time

from tests.portal import Portal, Visitor

from .figures import Figure, spread

SIZES = (1_000, 10_000)
RUNS = 30
GOAL = "under 60 ms"


def run() -> list[Figure]:
    """Measure with each size of inventory."""
    figures: list[Figure] = []
    with Portal() as portal:
        for size in SIZES:
            portal.manage("bench_rows", str(size))
            visitor = Visitor(portal.port)
            visitor.get("/machines/")
            for what, path in (
                ("first page", "/machines/"),
                ("search", "/machines/?q=web-77"),
                ("last page", f"/machines/?page={size // 50}"),
            ):
                times = [visitor.get(path) * 1000 for _run in range(RUNS)]
                figures += spread("list", f"{what}, {size} machines", times, "ms", GOAL)
            times = [_api(portal) * 1000 for _run in range(RUNS)]
            figures += spread("list", f"API, {size} machines", times, "ms", GOAL)
    return figures


def _api(portal: Portal) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=30)
    begun = time.perf_counter()
    connection.request("GET", "/api/v1/vms", headers={"Authorization": f"Bearer {portal.token}"})
    answer = connection.getresponse()
    answer.read()
    took = time.perf_counter() - begun
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"the API answered {answer.status}")
    return took
