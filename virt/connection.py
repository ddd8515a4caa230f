"""How is a libvirt host opened, asked and watched."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from types import TracebackType
from typing import Any, Self
from weakref import WeakSet

import libvirt

from virt.calls.bounded import run_within
from virt.calls.gate import CallGate
from virt.calls.loop import start_event_loop
from virt.calls.sidelines import SideLines
from virt.calls.streams import Console
from virt.domain import Domain
from virt.errors import (
    HostUnreachable,
    NotFound,
    OperationTimeout,
    Unreachable,
    Unsupported,
    translate,
)
from virt.events import Event, EventCallback, EventKind, Subscription
from virt.facts.domain import DomainInfo
from virt.facts.figures import CellMemory, DomainSample, NodeUsage, ThreadUsage
from virt.facts.host import DeviceInfo, HostInfo, Offer
from virt.facts.network import NetworkInfo
from virt.facts.storage import PoolInfo, VolumeInfo
from virt.hosts import inventory, listing, processes, simulation
from virt.hosts.listing import skipping
from virt.reaching import certificates
from virt.reaching.reach import check_reachable
from virt.uri import HostAddress, Transport, build_uri

__all__ = ["Event", "EventKind", "Hypervisor", "connect", "start_event_loop"]

KEEPALIVE_SECONDS = 5
KEEPALIVE_COUNT = 3
CLOSE_LOOK_SECONDS = 0.5
SAMPLE_SECONDS = 4.0
_CLOSE_REASONS = ("error", "end of file", "keepalive", "closed by us")
CloseCallback = Callable[[str], None]


class Hypervisor:
    """Wrap one open libvirt connection.

    Thread-safe; at most four calls run at once, more wait for their turn.

    Every method raises VirtError kinds only. After a transport error the connection is spent: open
    a new one.
    """

    def __init__(self, raw: Any, addr: HostAddress, *, readonly: bool = False) -> None:
        self.raw = raw
        self.addr = addr
        self.readonly = readonly
        self.gate = CallGate()
        self.sidelines = SideLines(lambda: _open(build_uri(addr), readonly))
        self.opened_at = time.monotonic()
        self._subscriptions: list[Subscription] = []
        self._close_callbacks: list[CloseCallback] = []
        self._consoles: WeakSet[Console] = WeakSet()
        self._closed = False
        self._has_close_callback = self._watch_closing()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _watch_closing(self) -> bool:
        try:
            self.raw.registerCloseCallback(self._on_raw_close, None)
        except libvirt.libvirtError:
            return False
        return True

    def _on_raw_close(self, _connection: object, reason: int, _opaque: object) -> None:
        """Note that the connection went away; runs in the event loop's thread."""
        word = _CLOSE_REASONS[reason] if 0 <= reason < len(_CLOSE_REASONS) else str(reason)
        self.gate.mark_lost(
            HostUnreachable(cause=Unreachable.LOST, detail=f"connection closed: {word}")
        )
        for console in list(self._consoles):
            console.hang_up()
        for callback in list(self._close_callbacks):
            callback(word)

    def keep_console(self, console: Console) -> None:
        """End a console when the connection goes away: its stream does not hear of that."""
        self._consoles.add(console)
        if self.gate.lost is not None:
            console.hang_up()

    def calling(self, message: str = "") -> AbstractContextManager[None]:
        """Hold a call slot around raw libvirt calls (inside ``virt`` only)."""
        return self.gate.calling(message)

    def close(self) -> None:
        """Close the connection; closing twice, or one that is gone, is no error.

        May take 20 s on a frozen host. Under a call that goes on libvirt's client would crash
        [measured], so then it is closed later, when the last call came back.
        """
        if self._closed:
            return
        self._closed = True
        self._close_callbacks.clear()
        self.sidelines.close()
        self.gate.mark_lost(HostUnreachable(cause=Unreachable.LOST, detail="closed by us"))
        if self.gate.in_flight:
            threading.Thread(target=self._close_later, name="libvirt-close", daemon=True).start()
        else:
            self._close_raw()

    def _close_later(self) -> None:
        while self.gate.in_flight:
            time.sleep(CLOSE_LOOK_SECONDS)
        self._close_raw()

    def _close_raw(self) -> None:
        for subscription in self._subscriptions:
            subscription.cancel()
        self._subscriptions.clear()
        try:
            if self._has_close_callback:
                self.raw.unregisterCloseCallback()
            self.raw.close()
        except libvirt.libvirtError:
            pass

    def is_alive(self) -> bool:
        """Tell whether the connection still stands, without asking the host."""
        if self._closed or self.gate.lost is not None:
            return False
        try:
            return bool(self.raw.isAlive())
        except libvirt.libvirtError:
            return False

    def ping(self) -> None:
        """Ask the host for its version, or raise HostUnreachable."""
        with self.calling():
            self.raw.getLibVersion()

    def version(self) -> str:
        """Return the host's libvirt version, such as "9.0.0"."""
        with self.calling():
            return listing.dotted(self.raw.getLibVersion())

    def offer(self) -> Offer:
        """Read in short what runs on the host, without what makes ``info`` slow."""
        with self.calling():
            return listing.offer(self.raw)

    def info(self) -> HostInfo:
        """Read what the host is and offers; slow (10 s and more) where the host cannot resolve its
        own name.
        """
        with self.calling():
            return listing.host_info(self.raw)

    def list_domains(self) -> list[DomainInfo]:
        """Read all domains, active or not; never waits for a frozen QEMU.

        On this machine each running one comes with the start of its process.
        """
        with self.calling():
            infos = listing.domains(self.raw)
        is_here = self.addr.transport in {Transport.LOCAL, Transport.SESSION}
        return processes.with_starts(infos) if is_here else infos

    def get_domain(self, uuid: str) -> Domain:
        """Return the handle of a domain, or raise NotFound."""
        domain = Domain(self, uuid)
        domain.check_exists()
        return domain

    def find_domain(self, name: str) -> Domain | None:
        """Return the handle of the domain of this name, if there is one."""
        with self.calling():
            for raw in self.raw.listAllDomains(0):
                if raw.name() == name:
                    return Domain(self, raw.UUIDString())
        return None

    def domain_info(self, uuid: str, *, sizes: bool = True) -> DomainInfo:
        """Read one domain, or raise NotFound.

        Without ``sizes`` of disks a frozen QEMU cannot delay it.
        """
        return Domain(self, uuid).info(sizes=sizes)

    def domain_states(self) -> dict[str, str]:
        """Return every domain's state by UUID in one call; cheap enough for each tick."""
        return {sample.uuid: sample.state for sample in self.samples()}

    def pools(self) -> list[PoolInfo]:
        """Read the storage pools; empty when the host has no storage driver."""
        with self.calling(), skipping(Unsupported, NotFound):
            return inventory.pools(self.raw)
        return []

    def volumes(self, pool: str) -> list[VolumeInfo]:
        """Read the volumes of a pool by its name; empty when it is not active.

        Raises NotFound for no such pool.
        """
        with self.calling():
            return inventory.volumes(self.raw, pool)

    def networks(self, *, with_leases: bool = False) -> list[NetworkInfo]:
        """Read the virtual networks; empty when the host has no network driver."""
        with self.calling(), skipping(Unsupported, NotFound):
            return inventory.networks(self.raw, with_leases=with_leases)
        return []

    def devices(self) -> list[DeviceInfo]:
        """Read the host's devices; empty when the host has no device driver."""
        with self.calling(), skipping(Unsupported, NotFound):
            return inventory.devices(self.raw)
        return []

    def define(self, xml: str) -> Domain:
        """Make a persistent domain of this XML or change the one with its UUID."""
        with self.calling():
            return Domain(self, self.raw.defineXML(xml).UUIDString())

    def create_transient(self, xml: str, *, vanish: bool = False) -> Domain:
        """Start a domain that is forgotten when it stops; with ``vanish`` it ends with this
        connection.
        """
        flags = libvirt.VIR_DOMAIN_START_AUTODESTROY if vanish else 0
        with self.calling():
            return Domain(self, self.raw.createXML(xml, flags).UUIDString())

    def samples(self) -> list[DomainSample]:
        """Read all domains' counters in one call.

        The first call that meets a frozen QEMU is left behind, holding it; the next passes over it.
        While more than three are frozen at once only the states are read. The test driver has no
        figures: None, not invented.
        """
        while self.addr.transport is not Transport.TEST and not self.sidelines.is_full:
            try:
                samples = self.sidelines.run(SAMPLE_SECONDS, listing.samples)
            except OperationTimeout:
                continue
            return self._mark_stuck(samples)
        with self.calling():
            return simulation.samples(listing.bare_samples(self.raw), self._size_of)

    def _mark_stuck(self, samples: list[DomainSample]) -> list[DomainSample]:
        """Say which QEMUs do not answer; asked only while calls are hanging."""
        if not self.sidelines.hanging:
            return samples
        with self.calling():
            stuck = listing.stuck(self.raw)
        return [replace(item, is_stuck=True) if item.uuid in stuck else item for item in samples]

    def node_usage(self) -> NodeUsage:
        """Read the host's own processor and memory counters; None where it does not say."""
        is_test = self.addr.transport is Transport.TEST
        with self.calling():
            usage = listing.node_usage(self.raw, is_test=is_test)
            if not is_test:
                return usage
            memory_mib = self.raw.getInfo()[1]
            return simulation.node_usage(self.addr.test_path, usage, memory_mib * 2**20)

    def thread_usage(
        self, threads: Sequence[int], cells: Sequence[int], seconds: float
    ) -> ThreadUsage:
        """Read the counters of these threads of the host and of these nodes' memory, one call each.

        After ``seconds`` no further call is begun. What the host does not say is left out.
        """
        if self.addr.transport is Transport.TEST:
            return simulation.thread_usage(self.addr.test_path, threads)
        until = time.monotonic() + seconds
        memory: dict[int, CellMemory] = {}
        for cell in cells:
            with self.calling():
                said = listing.cell_memory(self.raw, cell)
            if said is not None:
                memory[cell] = said
        found: dict[int, NodeUsage] = {}
        for number in threads:
            if time.monotonic() > until:
                break
            with self.calling():
                usage = listing.thread_usage(self.raw, number)
            if usage is not None:
                found[number] = usage
            elif not found:
                break  # the driver has none at all
        return ThreadUsage(found, memory)

    def _size_of(self, uuid: str) -> tuple[int, int]:
        """Return a domain's processors and memory in bytes, for the simulation."""
        _state, maximum_kib, _memory, vcpus, _time = self.raw.lookupByUUIDString(uuid).info()
        return vcpus, maximum_kib * 1024

    def on_event(self, callback: EventCallback) -> None:
        """Call back for every event, in the event loop's thread: the callback may only enqueue.

        What happens while the connection is away is never replayed: after each new connection read
        everything.
        """
        with self.calling():
            self._subscriptions.append(Subscription(self.raw, callback))

    def on_close(self, callback: CloseCallback) -> None:
        """Call back with a word when the connection goes away, in the event loop's thread: only
        enqueue.
        """
        self._close_callbacks.append(callback)


def _open(uri: str, readonly: bool) -> Any:
    raw = libvirt.openReadOnly(uri) if readonly else libvirt.open(uri)
    _keep_alive(raw)
    return raw


def _keep_alive(raw: Any) -> None:
    """Ask for keepalive messages; drivers without a daemon do not have them."""
    try:
        raw.setKeepAlive(KEEPALIVE_SECONDS, KEEPALIVE_COUNT)
    except libvirt.libvirtError as error:
        if error.get_error_code() != libvirt.VIR_ERR_NO_SUPPORT:
            raise


def connect(addr: HostAddress, *, timeout: float = 10.0, readonly: bool = False) -> Hypervisor:
    """Open a connection within ``timeout`` seconds, or raise HostUnreachable or AccessDenied
    (ValueError: bad address).

    Call it after any fork. The session transport as root reaches the system daemon, which is
    libvirt's own doing.
    """
    start_event_loop()
    uri = build_uri(addr)
    check_reachable(addr, min(3.0, timeout))
    try:
        raw = run_within(timeout, lambda: _open(uri, readonly), late=lambda raw: raw.close())
    except OperationTimeout:
        raise HostUnreachable("The host does not answer.", cause=Unreachable.TIMEOUT) from None
    except libvirt.libvirtError as error:
        raise _opening_error(addr, error) from error
    return Hypervisor(raw, addr, readonly=readonly)


def _opening_error(addr: HostAddress, error: libvirt.libvirtError) -> Exception:
    """Return AccessDenied as it is, everything else as HostUnreachable, for TLS with its cause."""
    ours = translate(error)
    if addr.transport is Transport.TLS and (cause := certificates.misfit(addr)):
        cause.detail = ours.detail
        return cause
    if type(ours).slug == "access-denied":
        return ours
    return HostUnreachable(
        "libvirt on the host does not answer.",
        detail=ours.detail,
        code=ours.code,
        domain=ours.domain,
    )
