"""A live migration by the portal beside `virsh migrate` with the same options, in one run."""

import json
import time
from datetime import datetime

from tests.lab import Guest, Lab, LabHost, wait_until
from tests.portal import Portal

from .figures import Figure, median, spread
from .labhost import portal_with_lab, vm_id

RUNS = 5
MEMORY = 256  # MiB
BANDWIDTH = 60  # MiB/s, so that the network and not two cores decide


def run() -> list[Figure]:
    """Move one idle guest to and fro, in turn by virsh and by the portal."""
    ours: list[tuple[float, float]] = []
    theirs: list[tuple[float, float]] = []
    with portal_with_lab(2) as (portal, lab):
        guest = lab.guest(lab["hv1"], "bench-migrate", memory=MEMORY)
        guest.wait_ticking()
        number = int(wait_until(lambda: vm_id(portal, guest), timeout=20, what="the machine"))
        ids = _addresses(portal, lab)
        _by_portal(portal, guest, number, lab, ids)  # the way between the hosts is tried once
        _by_portal(portal, guest, number, lab, ids)
        for _number in range(RUNS):
            theirs.append(_by_virsh(guest, lab))
            _until_home(portal, number, guest, ids)
            ours.append(_by_portal(portal, guest, number, lab, ids))
    return _figures(ours, theirs)


def _figures(ours: list[tuple[float, float]], theirs: list[tuple[float, float]]) -> list[Figure]:
    found = []
    for who, runs in (("virsh migrate", theirs), ("the portal", ours)):
        found += spread("migrate", f"{who}: total", [run[0] for run in runs], "s", "")
        found += spread("migrate", f"{who}: pause", [run[1] for run in runs], "ms", "")
    share = median([run[0] for run in ours]) / median([run[0] for run in theirs])
    found.append(
        Figure("migrate", "portal / virsh, total", round(share, 3), "", "at most 1.05", RUNS)
    )
    return found


def _addresses(portal: Portal, lab: Lab) -> dict[str, int]:
    """Return the portal's ids of the hosts."""
    _status, page = portal.ask("GET", "/api/v1/hosts")
    return {host["name"]: int(host["id"]) for host in page["items"]}


def _other(guest: Guest, lab: Lab) -> LabHost:
    return next(host for host in lab.hosts if host.name != guest.host.name)


def _by_virsh(guest: Guest, lab: Lab) -> tuple[float, float]:
    to = _other(guest, lab)
    begun = time.perf_counter()
    guest.host.virsh(
        "migrate", "--live", "--p2p", "--persistent", "--undefinesource", "--auto-converge",
        "--abort-on-error", "--bandwidth", str(BANDWIDTH), guest.name,
        f"qemu+tcp://{to.ip}/system", timeout=300,
    )  # fmt: skip
    seconds = time.perf_counter() - begun
    guest.host = to
    return seconds, _pause(guest)


def _by_portal(
    portal: Portal, guest: Guest, number: int, lab: Lab, ids: dict[str, int]
) -> tuple[float, float]:
    """Migrate by the API; timed from the request to the end of the job."""
    to = _other(guest, lab)
    wish = {"host": ids[to.name], "bandwidth": BANDWIDTH}
    status, accepted = portal.ask("POST", f"/api/v1/vms/{number}/migrations", wish)
    if status != 202:
        raise RuntimeError(json.dumps(accepted))
    job = _ended(portal, int(accepted["job"]["id"]))
    if job["state"] != "succeeded":
        raise RuntimeError(json.dumps(job))
    asked, done = (datetime.fromisoformat(str(job[key])) for key in ("created_at", "finished_at"))
    seconds = (done - asked).total_seconds()
    guest.host = to
    _until_home(portal, number, guest, ids)
    return seconds, _pause(guest)


def _ended(portal: Portal, job: int) -> dict[str, object]:
    def over() -> dict[str, object] | None:
        _status, answer = portal.ask("GET", f"/api/v1/jobs/{job}")
        return None if answer["state"] in {"queued", "running"} else answer

    return wait_until(over, timeout=300, every=0.05, what="the job's end") or {}


def _until_home(portal: Portal, number: int, guest: Guest, ids: dict[str, int]) -> None:
    """Wait until the portal knows where the guest is."""

    def is_known() -> bool:
        _status, vm = portal.ask("GET", f"/api/v1/vms/{number}")
        return guest.host.name in json.dumps(vm) and vm["state"] == "running"

    wait_until(is_known, timeout=30, what=f"the row is on {guest.host.name}")


def _pause(guest: Guest) -> float:
    """Return how long the guest stood still, as its host measured it. Milliseconds."""
    for line in guest.host.virsh("domjobinfo", "--completed", guest.name).splitlines():
        if line.startswith("Total downtime:"):
            return float(line.split()[2])
    return 0.0
