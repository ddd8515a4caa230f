"""Emptying a host of eight small guests, two at a time, beside a shell loop of `virsh migrate`."""

import time
from concurrent.futures import ThreadPoolExecutor

from tests.lab import Guest, Lab, LabHost, wait_until
from tests.portal import Portal

from .figures import Figure, median
from .labhost import portal_with_lab

GUESTS = 8
AT_ONCE = 2
MEMORY = 96  # MiB
ROUNDS = 2


def run() -> list[Figure]:
    """Move all guests there by the portal and back by virsh, twice."""
    ours: list[float] = []
    theirs: list[float] = []
    with portal_with_lab(2) as (portal, lab):
        guests = [lab.guest(lab["hv1"], f"bench{n}", memory=MEMORY) for n in range(GUESTS)]
        for guest in guests:
            guest.wait_ticking(timeout=180)
        ids = _ids(portal)
        for _round in range(ROUNDS):
            _until_seen(portal, ids["hv1"])
            ours.append(_by_plan(portal, ids["hv1"]))
            _follow(guests, lab["hv2"])
            theirs.append(_by_loop(guests, lab))
            _follow(guests, lab["hv1"])
    share = median(ours) / median(theirs)
    return [
        Figure("evacuate", "the portal's plan, 8 guests", round(median(ours), 1), "s", "", ROUNDS),
        Figure("evacuate", "xargs -P2 virsh migrate", round(median(theirs), 1), "s", "", ROUNDS),
        Figure("evacuate", "portal / loop", round(share, 2), "", "", ROUNDS),
    ]


def _ids(portal: Portal) -> dict[str, int]:
    _status, page = portal.ask("GET", "/api/v1/hosts")
    return {host["name"]: int(host["id"]) for host in page["items"]}


def _until_seen(portal: Portal, host: int) -> None:
    """Wait until the portal knows that all guests run there."""

    def are_known() -> bool:
        _status, told = portal.ask("GET", f"/api/v1/hosts/{host}/evacuate")
        return sum(line["target_id"] is not None for line in told["lines"]) == GUESTS

    wait_until(are_known, timeout=120, what="all guests are known")


def _by_plan(portal: Portal, host: int) -> float:
    """Empty the host by the API; the time is from the request until the plan's job has ended."""
    begun = time.perf_counter()
    place = f"/api/v1/hosts/{host}"
    status, answer = portal.ask("POST", f"{place}/evacuate", {"at_once": AT_ONCE})
    if status != 202:
        raise RuntimeError(f"evacuate answered {status}: {answer}")
    number = int(answer["job"]["id"])

    def over() -> str:
        _status, job = portal.ask("GET", f"/api/v1/jobs/{number}")
        return "" if job["state"] in {"queued", "running"} else str(job)

    wait_until(over, timeout=600, every=0.1, what="the plan ends")
    seconds = time.perf_counter() - begun
    _status, plan = portal.ask("GET", f"/api/v1/plans/{answer['job']['target_id']}")
    if plan["state"] != "done":
        raise RuntimeError(str(plan))
    portal.ask("POST", f"{place}/maintenance", {"on": False})
    return seconds


def _by_loop(guests: list[Guest], lab: Lab) -> float:
    """Move them back as an administrator would in a shell, two at a time."""
    target = lab["hv1"]
    begun = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda guest: _virsh(guest, target), guests))
    return time.perf_counter() - begun


def _virsh(guest: Guest, target: LabHost) -> None:
    guest.host.virsh(
        "migrate", "--live", "--p2p", "--persistent", "--undefinesource", "--auto-converge",
        "--abort-on-error", guest.name, f"qemu+tcp://{target.ip}/system", timeout=300,
    )  # fmt: skip


def _follow(guests: list[Guest], host: LabHost) -> None:
    for guest in guests:
        guest.host = host
