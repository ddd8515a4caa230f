"""How busy are guests and hosts: counters from libvirt, and rates between two of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from virt.facts.domain import DomainState
from virt.facts.figures import DomainSample, NodeUsage
from virt.states import state_of

KIB = 1024
Record = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Rates:
    """Hold what a guest did per second between two samples; None is "not known".

    ``cpu_percent`` is of all its processors together, 0 to 100; ``memory_percent`` of the memory it
    has now.
    """

    seconds: float
    cpu_percent: float | None = None
    memory_percent: float | None = None
    disk_read_bytes: float | None = None
    disk_write_bytes: float | None = None
    disk_read_ops: float | None = None
    disk_write_ops: float | None = None
    net_in_bytes: float | None = None
    net_out_bytes: float | None = None


def _int(record: Record, key: str) -> int | None:
    value = record.get(key)
    return value if isinstance(value, int) else None


def _total(record: Record, group: str, key: str) -> int | None:
    """Sum ``group.N.key`` over all devices; None when the group was not reported."""
    count = _int(record, f"{group}.count")
    if count is None:
        return None
    values = [_int(record, f"{group}.{index}.{key}") for index in range(min(count, 1024))]
    known = [value for value in values if value is not None]
    return sum(known) if known or not values else None


def state_in(record: Record) -> DomainState:
    """Return the state in one domain's record of the bulk statistics."""
    return state_of(_int(record, "state.state"))


def memory_used(record: Record) -> int | None:
    """Return the memory in use inside the guest, in bytes: only its balloon driver knows; QEMU's
    own size does not.
    """
    available = _int(record, "balloon.available")
    free = _int(record, "balloon.usable")
    if free is None:
        free = _int(record, "balloon.unused")
    if available is not None and free is not None and available >= free:
        return (available - free) * KIB
    return None


def sample(uuid: str, record: Record, taken_at: float) -> DomainSample:
    """Return the counters of one domain out of libvirt's bulk statistics."""
    maximum = _int(record, "balloon.current") or _int(record, "balloon.maximum")
    used = memory_used(record)
    limit = None if maximum is None else maximum * KIB
    resident = _int(record, "balloon.rss")
    return DomainSample(
        uuid=uuid,
        taken_at=taken_at,
        state=state_in(record),
        cpu_time_ns=_int(record, "cpu.time"),
        memory_used=used if used is None or limit is None else min(used, limit),
        memory_max=limit,
        memory_resident=None if resident is None else resident * KIB,
        disk_read_bytes=_total(record, "block", "rd.bytes"),
        disk_write_bytes=_total(record, "block", "wr.bytes"),
        disk_read_ops=_total(record, "block", "rd.reqs"),
        disk_write_ops=_total(record, "block", "wr.reqs"),
        net_in_bytes=_total(record, "net", "rx.bytes"),
        net_out_bytes=_total(record, "net", "tx.bytes"),
        vcpus=_int(record, "vcpu.current"),
    )


def _rate(before: int | None, after: int | None, seconds: float) -> float | None:
    """Return the growth per second; None when unknown, or when the counter began anew."""
    if before is None or after is None or after < before:
        return None
    return (after - before) / seconds


def _percent(part: float | None, whole: float | None) -> float | None:
    return None if part is None or not whole else max(0.0, min(100.0, 100.0 * part / whole))


def rates(previous: DomainSample | None, current: DomainSample) -> Rates | None:
    """Return the rates between two samples of one domain; None without a usable earlier one."""
    if previous is None or previous.uuid != current.uuid or current.taken_at <= previous.taken_at:
        return None
    seconds = current.taken_at - previous.taken_at

    def per_second(name: str) -> float | None:
        return _rate(getattr(previous, name), getattr(current, name), seconds)

    cores = per_second("cpu_time_ns")
    return Rates(
        seconds=seconds,
        cpu_percent=_percent(cores, (current.vcpus or 0) * 1e9),
        memory_percent=_percent(current.memory_used, current.memory_max),
        disk_read_bytes=per_second("disk_read_bytes"),
        disk_write_bytes=per_second("disk_write_bytes"),
        disk_read_ops=per_second("disk_read_ops"),
        disk_write_ops=per_second("disk_write_ops"),
        net_in_bytes=per_second("net_in_bytes"),
        net_out_bytes=per_second("net_out_bytes"),
    )


def network_rate(rates: Iterable[Rates]) -> float | None:
    """Return the bytes that guests send and receive together; None where none of them says."""
    known = [
        rate for one in rates for rate in (one.net_in_bytes, one.net_out_bytes) if rate is not None
    ]
    return sum(known) if known else None


def node_cpu_percent(previous: NodeUsage | None, current: NodeUsage) -> float | None:
    """Return how busy the host's processors were between two looks, 0 to 100."""
    if previous is None or None in (
        previous.busy_ns,
        previous.idle_ns,
        current.busy_ns,
        current.idle_ns,
    ):
        return None
    busy = (current.busy_ns or 0) - (previous.busy_ns or 0)
    idle = (current.idle_ns or 0) - (previous.idle_ns or 0)
    return None if busy < 0 or idle < 0 else _percent(busy, busy + idle)
