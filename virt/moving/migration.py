"""How does a domain move to another host: peer to peer, so that it goes on without us.

The two hosts' libvirts do it by themselves once it has begun; whoever looks again later finds the
running job and can follow, tune and cancel it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import libvirt

from virt.calls.bounded import run_within
from virt.domain import Domain
from virt.domains.jobs import kind_of, operation_of
from virt.errors import NotFound, Unsupported, WrongState
from virt.uri import HostAddress, build_data_uri, build_peer_uri, listen_address
from virt.xml.moving import moved

LOOK_SECONDS = 10.0
TUNE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Move:
    """Say how a domain is to move.

    ``peer`` is the target as the *source* reaches it; ``data_host`` the address for memory and
    disks, "" for libvirt's choice. ``disks`` are copied: the file there by target name. Bandwidth
    is MiB/s, None without a limit.
    """

    peer: HostAddress
    data_host: str = ""
    disks: Mapping[str, str] = field(default_factory=dict)
    bandwidth: int | None = None
    auto_converge: bool = True
    compress: bool = False
    post_copy: bool = False
    persistent: bool = True
    undefine_source: bool = True
    tunnelled: bool = False
    tls: bool = False
    parallel: int | None = None
    unsafe: bool = False


@dataclass(frozen=True, slots=True)
class MoveProgress:
    """Tell how far a migration is: bytes, bytes per second, milliseconds.

    ``downtime_ms`` is libvirt's expectation while it runs, the measured one at the end. None is
    what it does not say.
    """

    kind: str = "none"
    operation: str = ""
    elapsed_ms: int = 0
    total: int = 0
    processed: int = 0
    remaining: int = 0
    memory_total: int = 0
    memory_processed: int = 0
    memory_remaining: int = 0
    disk_total: int = 0
    disk_processed: int = 0
    disk_remaining: int = 0
    rate: int | None = None
    dirty_rate: int | None = None
    iteration: int | None = None
    downtime_ms: int | None = None
    throttle: int | None = None

    @property
    def is_active(self) -> bool:
        """Tell whether a job runs."""
        return self.kind in {"bounded", "unbounded"}

    @property
    def is_outgoing(self) -> bool:
        """Tell whether the running job moves the domain away from here."""
        return self.is_active and self.operation == "migration-out"

    @property
    def percent(self) -> float | None:
        """Return how much is there already, 0 to 100; memory written anew lowers it."""
        if not self.total:
            return None
        return max(0.0, min(100.0, 100.0 * (self.total - self.remaining) / self.total))


def flags_of(move: Move, *, active: bool) -> int:
    """Return libvirt's flags."""
    wanted = {
        libvirt.VIR_MIGRATE_PEER2PEER: True,
        libvirt.VIR_MIGRATE_PERSIST_DEST: move.persistent or not active,
        libvirt.VIR_MIGRATE_UNDEFINE_SOURCE: move.undefine_source,
        libvirt.VIR_MIGRATE_UNSAFE: move.unsafe,
        libvirt.VIR_MIGRATE_OFFLINE: not active,
        libvirt.VIR_MIGRATE_LIVE: active,
        libvirt.VIR_MIGRATE_ABORT_ON_ERROR: active,
        libvirt.VIR_MIGRATE_AUTO_CONVERGE: active and move.auto_converge,
        libvirt.VIR_MIGRATE_COMPRESSED: active and move.compress,
        libvirt.VIR_MIGRATE_POSTCOPY: active and move.post_copy,
        libvirt.VIR_MIGRATE_TUNNELLED: active and move.tunnelled,
        libvirt.VIR_MIGRATE_TLS: active and move.tls,
        libvirt.VIR_MIGRATE_PARALLEL: active and move.parallel is not None,
        libvirt.VIR_MIGRATE_NON_SHARED_DISK: active and bool(move.disks),
    }
    return sum(flag for flag, is_wanted in wanted.items() if is_wanted)


def perform(domain: Domain, move: Move) -> None:
    """Begin to move the domain and return when it is over: minutes or hours.

    It goes on by itself when the caller dies. MigrationFailed and others say that it did not
    succeed, HostUnreachable that nobody knows: where the domain is has to be read from both hosts.
    """
    with domain.raw() as raw:
        active = bool(raw.isActive())
        parameters = _parameters(raw, move, active=active)
        raw.migrateToURI3(build_peer_uri(move.peer), parameters, flags_of(move, active=active))


def _parameters(raw: Any, move: Move, *, active: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if not active:
        return _off_definitions(raw, move) if move.disks else found
    if move.data_host and not move.tunnelled:
        found[libvirt.VIR_MIGRATE_PARAM_URI] = build_data_uri(move.data_host)
        if listen := listen_address(move.data_host):
            found[libvirt.VIR_MIGRATE_PARAM_LISTEN_ADDRESS] = listen
    if move.bandwidth is not None:
        found[libvirt.VIR_MIGRATE_PARAM_BANDWIDTH] = move.bandwidth
        if move.post_copy:
            found[libvirt.VIR_MIGRATE_PARAM_BANDWIDTH_POSTCOPY] = move.bandwidth
    if move.compress:
        found[libvirt.VIR_MIGRATE_PARAM_COMPRESSION] = ["xbzrle"]
    if move.parallel is not None:
        found[libvirt.VIR_MIGRATE_PARAM_PARALLEL_CONNECTIONS] = move.parallel
    if move.disks:
        found[libvirt.VIR_MIGRATE_PARAM_MIGRATE_DISKS] = sorted(move.disks)
        found |= _definitions(raw, move)
    return found


def _definitions(raw: Any, move: Move) -> dict[str, str]:
    """Return the definitions for the target, in which copied disks are where they will be."""
    secure = libvirt.VIR_DOMAIN_XML_SECURE | libvirt.VIR_DOMAIN_XML_MIGRATABLE
    found = {libvirt.VIR_MIGRATE_PARAM_DEST_XML: moved(raw.XMLDesc(secure), move.disks)}
    if move.persistent:
        kept = raw.XMLDesc(secure | libvirt.VIR_DOMAIN_XML_INACTIVE)
        found[libvirt.VIR_MIGRATE_PARAM_PERSIST_XML] = moved(kept, move.disks)
    return found


def _off_definitions(raw: Any, move: Move) -> dict[str, str]:
    """Return the one definition of a domain that is off, with its disks where they are then."""
    flags = libvirt.VIR_DOMAIN_XML_SECURE | libvirt.VIR_DOMAIN_XML_MIGRATABLE
    text = moved(raw.XMLDesc(flags | libvirt.VIR_DOMAIN_XML_INACTIVE), move.disks)
    names = (libvirt.VIR_MIGRATE_PARAM_DEST_XML, libvirt.VIR_MIGRATE_PARAM_PERSIST_XML)
    return dict.fromkeys(names, text)


def progress(domain: Domain) -> MoveProgress:
    """Tell how far the running job is; of kind "none" when there is none, or no domain."""

    def look() -> MoveProgress:
        try:
            with domain.raw() as raw:
                return _of_stats(raw.jobStats(0))
        except (NotFound, WrongState, Unsupported):
            return MoveProgress()

    return run_within(LOOK_SECONDS, look, given_up=domain.left_behind)


def last_arrival(domain: Domain) -> MoveProgress:
    """Tell the figures of the migration that brought the domain here, at its target."""
    flags = libvirt.VIR_DOMAIN_JOB_STATS_COMPLETED
    flags |= getattr(libvirt, "VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED", 0)

    def look() -> MoveProgress:
        try:
            with domain.raw() as raw:
                found = _of_stats(raw.jobStats(flags))
        except (NotFound, WrongState, Unsupported):
            return MoveProgress()
        return found if found.operation == "migration-in" else MoveProgress()

    return run_within(LOOK_SECONDS, look, given_up=domain.left_behind)


def _of_stats(stats: Mapping[str, Any]) -> MoveProgress:
    pages = stats.get("memory_dirty_rate")
    page = stats.get("memory_page_size", 4096)
    return MoveProgress(
        kind=kind_of(stats),
        operation=operation_of(stats),
        elapsed_ms=stats.get("time_elapsed", 0),
        total=stats.get("data_total", 0),
        processed=stats.get("data_processed", 0),
        remaining=stats.get("data_remaining", 0),
        memory_total=stats.get("memory_total", 0),
        memory_processed=stats.get("memory_processed", 0),
        memory_remaining=stats.get("memory_remaining", 0),
        disk_total=stats.get("disk_total", 0),
        disk_processed=stats.get("disk_processed", 0),
        disk_remaining=stats.get("disk_remaining", 0),
        rate=_rate(stats),
        dirty_rate=None if pages is None else pages * page,
        iteration=stats.get("memory_iteration"),
        downtime_ms=stats.get("downtime"),
        throttle=stats.get("auto_converge_throttle"),
    )


def _rate(stats: Mapping[str, Any]) -> int | None:
    """Return what is sent per second; while disks are copied memory is not."""
    known = [stats[name] for name in ("memory_bps", "disk_bps") if stats.get(name)]
    return max(known) if known else None


def set_bandwidth(domain: Domain, mib_per_second: int) -> None:
    """Limit what is sent per second, now; WrongState when nothing moves."""
    _tune(domain, lambda raw: raw.migrateSetMaxSpeed(mib_per_second, 0))


def set_max_downtime(domain: Domain, milliseconds: int) -> None:
    """Say how long the guest may stand still at the end."""
    _tune(domain, lambda raw: raw.migrateSetMaxDowntime(milliseconds, 0))


def start_post_copy(domain: Domain) -> None:
    """Let the guest go on at the target now; there is no way back. Needs ``Move.post_copy``."""
    _tune(domain, lambda raw: raw.migrateStartPostCopy(0))


def _tune(domain: Domain, act: Any) -> None:
    def work() -> None:
        with domain.raw() as raw:
            act(raw)

    run_within(TUNE_SECONDS, work, given_up=domain.left_behind)
