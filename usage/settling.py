"""Make the intervals tell what ran until now; safe at any time, as often as one likes.

A machine counts while it is on, paused and asleep too: it holds its memory. What cannot be known
is not counted: a machine that is found off after more than `SLACK` without a look ends where it was
last seen, and one on a host that does not answer waits until the host says what became of it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from catalogue.models import Size
from hosts.models import HostState
from vms.models import VM

from .models import Interval

SLACK = timedelta(minutes=15)
AT_ONCE = 500
ADVISORY_LOCK = 0x47_48_55  # PostgreSQL: one settles at a time; SQLite does so by itself
SAME = ("team_id", "person_id", "size", "price_per_hour", "vcpus", "memory", "disk")


@dataclass(frozen=True, slots=True)
class _Known:
    """What is read once for all machines."""

    now: datetime
    prices: dict[str, Decimal]
    last: dict[int, datetime]
    is_first: bool


def settle(ids: Collection[int] | None = None, now: datetime | None = None) -> None:
    """Bring the intervals of these machines, or of all, up to `now`."""
    now = now or timezone.now()
    with transaction.atomic():
        _wait_for_turn()
        machines = VM.objects.filter(is_made=True).exclude(host__state=HostState.UNREACHABLE)
        opened = Interval.objects.filter(is_open=True).exclude(vm=None)
        if ids is not None:
            machines, opened = machines.filter(pk__in=ids), opened.filter(vm__in=ids)
        running = {interval.vm_id: interval for interval in opened}
        known = _known(now, ids)
        grown: list[int] = []
        fresh: list[Interval] = []
        for vm in _read(machines):
            interval = running.get(vm.pk)
            if interval is None:
                fresh += [_begin(vm, known)] if vm.is_on else []
            elif not vm.is_on:
                _close(interval, _seen_off(vm, interval))
            elif vm.started_at is not None and vm.started_at > interval.end:
                _close(interval, interval.end)
                fresh.append(_begin(vm, known))
            elif _is_same(interval, _row(vm, now, known)):
                grown.append(interval.pk)
            else:
                _close(interval, now)
                fresh.append(_row(vm, now, known))
        _grow(grown, now)
        Interval.objects.bulk_create(fresh)


def close_gone(vm: VM) -> None:
    """End the interval of a machine that is deleted now."""
    interval = Interval.objects.filter(vm=vm, is_open=True).first()
    if interval is None:
        return
    end = _seen_off(vm, interval)
    if vm.is_on and vm.host.state != HostState.UNREACHABLE:
        end = max(interval.end, timezone.now())
    _close(interval, end)


def _known(now: datetime, ids: Collection[int] | None) -> _Known:
    prices = dict(Size.objects.values_list("slug", "price_per_hour"))
    closed = Interval.objects.filter(is_open=False).exclude(vm=None)
    if ids is not None:
        closed = closed.filter(vm__in=ids)
    last = dict(closed.order_by().values_list("vm").annotate(last=Max("end")))
    return _Known(now, prices, last, not Interval.objects.exists())


def _read(machines: QuerySet[VM]) -> Iterable[VM]:
    wanted = machines.select_related("team", "owner").defer("disks", "nics", "graphics")
    return wanted.iterator(chunk_size=AT_ONCE)


def _begin(vm: VM, known: _Known) -> Interval:
    """Return an interval since the machine was started; the first settling counts nothing before.

    A machine that was metered before never counts the same time twice.
    """
    start = known.now
    if vm.started_at is not None and not known.is_first:
        start = max(vm.started_at, vm.created_at)
    if (last := known.last.get(vm.pk)) is not None:
        start = max(start, last)
    return _row(vm, min(start, known.now), known)


def _row(vm: VM, start: datetime, known: _Known) -> Interval:
    return Interval(
        vm_id=vm.pk,
        vm_name=vm.name,
        team_id=vm.team_id,
        team_name=vm.team.name if vm.team else "",
        person_id=vm.owner_id,
        person_name=vm.owner.username if vm.owner else "",
        size=vm.size,
        price_per_hour=known.prices.get(vm.size, Decimal(0)),
        vcpus=vm.vcpus,
        memory=vm.memory,
        disk=vm.disk_bytes,
        start=start,
        end=known.now,
    )


def _is_same(one: Interval, other: Interval) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in SAME)


def _seen_off(vm: VM, interval: Interval) -> datetime:
    """Return when the machine went off, as far as that is known."""
    is_known = interval.end <= vm.state_since <= interval.end + SLACK
    return vm.state_since if is_known else interval.end


def _close(interval: Interval, end: datetime) -> None:
    interval.end = max(interval.end, end)
    interval.is_open = False
    interval.save(update_fields=["end", "is_open"])


def _grow(pks: list[int], now: datetime) -> None:
    for first in range(0, len(pks), AT_ONCE):
        chunk = pks[first : first + AT_ONCE]
        Interval.objects.filter(pk__in=chunk, end__lt=now).update(end=now)


def _wait_for_turn() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])
