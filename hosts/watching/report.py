"""How do a host's state and use get to its row and to open pages?"""

import time
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from hosts import usage
from hosts.facts import announce_host
from hosts.failures import NOTHING, Failure
from hosts.models import Host, HostState, Transport
from hosts.readiness import failing
from hosts.sync import update_host
from hosts.watching.mirror import get_mirror

ROW_EVERY = 10.0  # seconds between writes of a host's use
CPU_STEP = 1.0  # percent that are worth a write
MEMORY_STEP = 64 * 1024**2


def report_state(
    host: Host, state: str, failure: Failure = NOTHING, *, next_try: datetime | None = None
) -> None:
    """Write a host's state, announce it, and tell the room above when it differs from before."""
    is_new = host.state != state
    fields = {
        "state": state,
        "error_code": failure.code[:40],
        "error_message": failure.message,
        "error_detail": failure.detail[:4000],
        "next_try": next_try,
    }
    if is_new:
        fields["state_since"] = timezone.now()
    with transaction.atomic():
        if update_host(host, **fields):
            update_host(host, rev=host.rev + 1)
            announce_host(host)
        if is_new:
            get_mirror().host_changed(host)


def report_reached(host: Host) -> None:
    """Write that a host is read; one whose readiness checks fail is not ready, and says why."""
    host.refresh_from_db(fields=["findings", "duty"])
    failed = failing(host) if host.scanned_at and host.transport != Transport.TEST else []
    if not failed:
        report_state(host, HostState.ONLINE)
        return
    text = "; ".join(line.title for line in failed)
    report_state(host, HostState.NOT_READY, Failure("not-ready", text, state=HostState.NOT_READY))


def report_failure(host: Host, failure: Failure, seconds: float) -> None:
    """Write that a host cannot be read and when the next try is."""
    next_try = timezone.now() + timedelta(seconds=seconds)
    report_state(host, failure.state, failure, next_try=next_try)


class UseReporter:
    """Announce a host's use after each sample; write it every ten seconds, if it changed."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._written_at = -ROW_EVERY
        self._written: tuple[float, int] = (-100.0, -MEMORY_STEP)
        self._is_first_rate = True

    def report(
        self, cpu_percent: float | None, memory_used: int | None, network: float | None
    ) -> None:
        """Take over one measurement."""
        host = self._host
        if cpu_percent is not None:  # the first measurement of a connection has no rate yet
            host.cpu_percent = round(cpu_percent, 1)
        host.memory_used = memory_used
        host.network_rate = network
        host.last_seen = timezone.now()
        self._write()
        usage.push(host.pk, host.cpu_percent, memory_used, host.memory, network)
        announce_host(host)

    def _write(self) -> None:
        cpu, memory = self._host.cpu_percent or 0.0, self._host.memory_used or 0
        is_worth = (
            abs(cpu - self._written[0]) >= CPU_STEP or abs(memory - self._written[1]) >= MEMORY_STEP
        )
        is_late = time.monotonic() - self._written_at >= ROW_EVERY
        if not is_worth or not (is_late or self._is_first_rate):
            return
        self._is_first_rate = self._host.cpu_percent is None
        self._written, self._written_at = (cpu, memory), time.monotonic()
        Host.objects.filter(pk=self._host.pk).update(
            cpu_percent=self._host.cpu_percent,
            memory_used=self._host.memory_used,
            last_seen=self._host.last_seen,
        )
