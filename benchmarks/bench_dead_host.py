"""Pages while one host is a black hole."""

import time

from tests.lab import wait_until
from tests.portal import Portal, Visitor

from .figures import Figure, spread
from .labhost import portal_with_lab

RUNS = 20
GOAL = "under 300 ms"


def run() -> list[Figure]:
    """Cut a host's link, then ask for every page, before and after the portal noticed."""
    with portal_with_lab(2) as (portal, lab):
        lab.guest(lab["hv2"], "bench-alive")
        visitor = Visitor(portal.port)
        _status, hosts = portal.ask("GET", "/api/v1/hosts")
        dead = next(host["id"] for host in hosts["items"] if host["name"] == "hv1")
        pages = ("/account/sessions/", "/", "/machines/", "/hosts/", f"/hosts/{dead}/", "/jobs/")
        for page in pages:
            visitor.get(page)
        lab["hv1"].cut_link()
        begun = time.monotonic()
        at_once = [visitor.get(page) * 1000 for _run in range(RUNS) for page in pages]
        visitor.connection.close()  # the server ends idle connections
        wait_until(lambda: _is_away(portal, dead), timeout=40, what="the host to be unreachable")
        noticed = time.monotonic() - begun
        later = [visitor.get(page) * 1000 for _run in range(RUNS) for page in pages]
    return [
        *spread("dead-host", "any page, host just cut off", at_once, "ms", GOAL),
        *spread("dead-host", "any page, host unreachable", later, "ms", GOAL),
        Figure("dead-host", "until the page says so", round(noticed, 1), "s", "under 21 s"),
    ]


def _is_away(portal: Portal, host: int) -> bool:
    return bool(portal.ask("GET", f"/api/v1/hosts/{host}")[1]["state"] == "unreachable")
