"""From POST to libvirt's own event that the guest obeyed."""

import threading
import time
from typing import Any

import libvirt

from tests.lab import Guest, wait_until
from tests.portal import Portal

from .figures import Figure, spread
from .labhost import portal_with_lab, vm_id

RUNS = 20


def run() -> list[Figure]:
    """Pause and resume a guest through the API."""
    with portal_with_lab() as (portal, lab):
        guest = lab.guest(lab["hv1"], "bench-action")
        number = int(wait_until(lambda: vm_id(portal, guest), timeout=20, what="the machine"))
        listener = _Listener(guest)
        times = []
        for run_number in range(RUNS):
            action = ("pause", "resume")[run_number % 2]
            times.append(_act(portal, number, action, listener))
            _settle(portal, number, {"pause": "paused", "resume": "running"}[action])
    return spread("action", "POST to the guest's event", times, "ms", "under 100 ms")


class _Listener:
    """Note when the guest's events arrive, on a connection of its own."""

    def __init__(self, guest: Guest) -> None:
        libvirt.virEventRegisterDefaultImpl()
        threading.Thread(target=self._loop, daemon=True).start()
        self.connection: Any = libvirt.open(guest.host.uri)
        self.seen: float | None = None
        self.connection.domainEventRegisterAny(
            None, libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE, self._note, None
        )

    def _loop(self) -> None:
        while True:
            libvirt.virEventRunDefaultImpl()

    def _note(self, *_event: Any) -> None:
        self.seen = self.seen or time.perf_counter()


def _act(portal: Portal, number: int, action: str, listener: _Listener) -> float:
    listener.seen = None
    begun = time.perf_counter()
    status, answer = portal.ask("POST", f"/api/v1/vms/{number}/{action}")
    if status != 202:
        raise RuntimeError(f"{action} answered {status}: {answer}")
    seen = wait_until(lambda: listener.seen, timeout=10, every=0.001, what="the event") or 0.0
    return (seen - begun) * 1000


def _settle(portal: Portal, number: int, state: str) -> None:
    """Wait until the portal knows the guest's new state and the job has ended."""

    def is_settled() -> bool:
        _status, page = portal.ask("GET", f"/api/v1/jobs?target_kind=vm&target_id={number}")
        is_free = all(job["state"] not in {"queued", "running"} for job in page["items"])
        return is_free and portal.ask("GET", f"/api/v1/vms/{number}")[1]["state"] == state

    wait_until(is_settled, timeout=10, what="the job's end")
