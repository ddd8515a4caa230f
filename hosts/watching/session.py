"""What happens on one connection to one host, from the first reading until it is lost."""

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from django.utils import timezone

from hosts.failures import TooOldError, is_too_old
from hosts.models import Host
from hosts.sync import apply_inventory, update_host
from hosts.watching.guests import Guests
from hosts.watching.inbox import Batch, Inbox, Reading
from hosts.watching.looks import Looks
from hosts.watching.measuring import Measuring
from hosts.watching.offers import Offers
from hosts.watching.pace import Pace
from hosts.watching.relay import listen
from hosts.watching.report import report_reached
from hosts.watching.side import Side
from hosts.watching.threads import Threads
from virt.connection import Hypervisor, connect
from virt.errors import HostUnreachable, Unreachable
from virt.pool import pooled
from virt.uri import HostAddress, Transport

LIST_EVERY = 60.0
RETRY_BUSY = 1.0


class Session:
    """One connection: events and lists here, everything that may take long at the side."""

    def __init__(self, host: Host, addr: HostAddress, inbox: Inbox, pace: Pace) -> None:
        self.host = host
        self._addr = addr
        self._inbox = inbox
        self._pace = pace
        self._hypervisor: Hypervisor | None = None
        self._listed_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        hypervisor = self._hypervisor
        if hypervisor is None:
            return
        self._side.close()
        if self._addr.transport is not Transport.TEST:
            threading.Thread(target=hypervisor.close, name="libvirt-close", daemon=True).start()

    def open(self) -> None:
        """Connect, register for events, then read everything: what happened meanwhile is in it."""
        hypervisor = self._hypervisor = self._connect()
        shared = hypervisor if self._addr.transport is Transport.TEST else None
        self._side = Side(self._addr, self._inbox, shared)
        self._guests = Guests(self.host, hypervisor, self._side, has_agents=shared is None)
        self._measuring = Measuring(self.host, self._side, self._guests)
        self._offers = Offers(self.host, self._side)
        self._threads = Threads(self.host, self._side)
        self._looks = Looks(self.host, self._side, self._guests, is_real=shared is None)
        if is_too_old(hypervisor.version()):
            raise TooOldError(hypervisor.version())
        if shared is None:
            hypervisor.on_close(self._inbox.close)
            hypervisor.on_event(self._inbox.put)
        else:
            listen(hypervisor, self._inbox)
        info = hypervisor.info()
        apply_inventory(self.host, info)
        self._read_all(is_asked=True)

    def _connect(self) -> Hypervisor:
        if self._addr.transport is Transport.TEST:
            with pooled(self._addr, "poll") as hypervisor:
                return hypervisor
        return connect(self._addr)

    def _read_all(self, *, is_asked: bool = False) -> None:
        """List every guest; pools, networks and devices follow from the side."""
        assert self._hypervisor is not None
        infos = self._hypervisor.list_domains()
        self._listed_at = time.monotonic()
        if is_asked:
            update_host(self.host, scanned_at=timezone.now(), last_seen=timezone.now())
        report_reached(self.host)
        self._guests.take_all(infos)
        self._offers.touch_all(with_volumes=is_asked)

    def serve(self) -> None:
        """Work until stopped. Raises VirtError when the host is lost."""
        while not self._inbox.is_stopped:
            self._start_what_is_due()
            batch = self._inbox.take(self._next_due() - time.monotonic())
            self._handle(batch)

    def _handle(self, batch: Batch) -> None:
        if batch.closed is not None:
            detail = f"connection closed: {batch.closed}"
            raise HostUnreachable(cause=Unreachable.LOST, detail=detail)
        for uuid, kinds in batch.guests.items():
            self._guests.read_again(uuid, kinds)
        if batch.is_storage_touched:
            self._offers.touch("storage", with_volumes=True)
        if batch.are_networks_touched:
            self._offers.touch("networks")
        for reading in batch.readings:
            if reading.source is self._side:
                self._take_reading(reading)
        if batch.is_rescan_asked or time.monotonic() - self._listed_at >= LIST_EVERY:
            self._read_all(is_asked=batch.is_rescan_asked)

    def _take_reading(self, reading: Reading) -> None:
        takers: dict[str, Callable[[Any], None]] = {
            "samples": self._measuring.take,
            "guest": self._guests.take_details,
            "screens": self._looks.take,
            "threads": self._threads.take,
            **self._offers.takers,
        }
        if reading.error is None:
            takers[reading.name](reading.value)
        elif reading.name in self._offers.takers:
            self._offers.failed(reading.name)
        elif reading.name == "screens":
            self._looks.failed()

    @property
    def _is_near(self) -> bool:
        """Whether somebody looks at the page of this host."""
        return self.host.pk in self._pace.near

    def _start_what_is_due(self) -> None:
        self._measuring.start_if_due(self._pace.interval)
        self._threads.start_if_due(is_near=self._is_near)
        self._offers.start_if_due()
        self._guests.start_if_due()
        self._looks.start_if_due(is_looked_at=self._pace.is_looked_at)

    def _next_due(self) -> float:
        return min(
            self._listed_at + LIST_EVERY,
            self._measuring.next_due(self._pace.interval),
            self._threads.next_due(is_near=self._is_near),
            self._offers.next_due(),
            self._guests.next_due(),
            self._looks.next_due(is_looked_at=self._pace.is_looked_at),
        )
