"""How are machine rows kept equal to what the watcher read? Compare, write what differs, announce.

A row that differs is read again and written in one short transaction; nothing is written, and no
lock is taken, for a guest that did not change. Foreign guests are adopted untouched and belong to
nobody, so that only administrators see them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from hosts.models import Host
from jobs.models import ACTIVE, Job
from live import samples as rings
from live.publish import announce_many
from virt.facts.domain import DomainInfo
from virt.facts.figures import DomainSample
from virt.facts.guest import AddressInfo, GuestFacts
from virt.hosts.stats import Rates
from vms.above.signals import states_changed
from vms.announcing import MAKERS, announce_gone, change_of
from vms.busy import attach_jobs
from vms.models import VM
from vms.states import VMState
from vms.sync import following
from vms.sync.reading import SILENT, columns_of, guest_column, times_of
from vms.sync.sampling import Sampler
from vms.sync.where import address_columns

# A list that was read before a machine was made may arrive after; such a machine is not forgotten.
GRACE = timedelta(seconds=60)
# How many rows one statement names.
AT_ONCE = 500


class Mirror:
    """Takes over what `hosts.watching` tells; see the protocol there."""

    def __init__(self) -> None:
        self._sampler = Sampler()

    def resync(self, host: Host, infos: Sequence[DomainInfo]) -> None:
        """Make the rows of `host` equal to the complete list."""
        found = {info.uuid: info for info in infos if info.uuid}
        rows = {str(row.uuid): row for row in VM.objects.filter(host=host)}
        now = timezone.now()
        if any(
            _differences(info, rows.get(uuid), now, is_watched=False)
            for uuid, info in found.items()
        ):
            _take_over(host, found, is_watched=False)
        missing = [row for uuid, row in rows.items() if uuid not in found]
        _forget(missing)
        following.forget_copies(host, but=list(found))

    def refresh(self, host: Host, info: DomainInfo) -> None:
        """Take over one guest."""
        take_over(host, info)

    def gone(self, host: Host, uuid: str) -> None:
        """Forget a guest that the host does not know."""
        _forget(list(VM.objects.filter(host=host, uuid=uuid)))
        following.forget_copies(host, uuid=uuid)

    def samples(
        self, host: Host, samples: Sequence[DomainSample], rates: Mapping[str, Rates]
    ) -> None:
        """Take over a round of measurements."""
        self._sampler.take(host, samples, rates)

    def addresses(self, host: Host, uuid: str, addresses: Sequence[AddressInfo]) -> None:
        """Take over the addresses of a running guest."""
        columns = address_columns(addresses)
        row = VM.objects.filter(host=host, uuid=uuid).first()
        if row and row.is_on and _changed(row, columns):
            _write(host, {row.pk: columns})

    def guest_facts(self, host: Host, uuid: str, facts: GuestFacts) -> None:
        """Take over what a running guest's agent says of its system."""
        row = VM.objects.filter(host=host, uuid=uuid).first()
        columns = {"guest": guest_column(facts)}
        if row and row.is_on and _changed(row, columns):
            _write(host, {row.pk: columns})

    def unresponsive(self, host: Host, uuids: frozenset[str]) -> None:
        """Mark the guests whose QEMU does not answer, and unmark those that do again."""
        rows = VM.objects.filter(Q(uuid__in=uuids) | Q(is_unresponsive=True), host=host)
        now = timezone.now()
        _write(host, {row.pk: _silence(row, str(row.uuid) in uuids, now) for row in rows})

    def host_changed(self, host: Host) -> None:
        """Tell the pages of all its machines that the host's state changed."""
        with transaction.atomic():
            VM.objects.filter(host=host).update(rev=F("rev") + 1)
            _announce(VM.objects.filter(host=host), host)


def take_over(host: Host, info: DomainInfo) -> None:
    """Make one guest's row equal to what was read; operations call it with what they did."""
    row = VM.objects.filter(host=host, uuid=info.uuid).first()
    if _differences(info, row, timezone.now(), is_watched=True):
        _take_over(host, {info.uuid: info}, is_watched=True)


def drop(vm: VM) -> None:
    """Delete the row of a machine that is known to be no more."""
    with transaction.atomic():
        announce_gone(vm)
        VM.objects.filter(pk=vm.pk).delete()
    rings.forget([vm.pk])


def _silence(row: VM, is_silent: bool, now: datetime) -> dict[str, Any]:
    """Return the columns of a guest that stops answering, or answers again."""
    if row.is_unresponsive == is_silent:
        return {}
    columns: dict[str, Any] = {"is_unresponsive": is_silent}
    if is_silent and row.state == VMState.RUNNING:
        columns |= {"state": VMState.BLOCKED, "state_reason": SILENT, "state_since": now}
    elif not is_silent and row.state_reason == SILENT:
        columns |= {"state": VMState.RUNNING, "state_reason": "", "state_since": now}
    return columns


def _changed(row: VM, columns: dict[str, Any]) -> dict[str, Any]:
    """Return those columns whose value is not the row's."""
    return {name: value for name, value in columns.items() if getattr(row, name) != value}


def _differences(
    info: DomainInfo, row: VM | None, now: datetime, *, is_watched: bool
) -> dict[str, Any]:
    """Return what has to be written for a guest; everything when there is no row."""
    columns = columns_of(info, row)
    if row is None:
        return columns
    return _changed(row, columns | times_of(info, row, columns, now, is_watched=is_watched))


def _take_over(host: Host, found: Mapping[str, DomainInfo], *, is_watched: bool) -> None:
    """Write the rows of those guests that differ, and adopt those without a row.

    `is_watched` says that they were seen to change; a whole list tells nothing of when.
    """
    now = timezone.now()
    with transaction.atomic():
        # One guest is looked up by its UUID, a whole list by its host.
        wanted = VM.objects.filter(host=host)
        if len(found) == 1:
            wanted = wanted.filter(uuid__in=found)
        rows = {str(row.uuid): row for row in wanted.select_for_update()}
        differences = {
            row.pk: different
            for uuid, info in found.items()
            if (row := rows.get(uuid))
            and (different := _differences(info, row, now, is_watched=is_watched))
        }
        changed = _save({row.pk: row for row in rows.values()}, differences)
        strangers = [info for uuid, info in found.items() if uuid not in rows]
        adopted, came = _adopt(host, strangers, now, is_watched=is_watched)
        went = following.left_at_home(changed)
        here = [row for row in [*changed, *adopted] if row not in went]
        _announce(here, host)
        _announce([*came, *went])


def _write(host: Host, columns: Mapping[int, dict[str, Any]]) -> None:
    """Write and announce given columns of some rows of one host."""
    wanted = {pk: values for pk, values in columns.items() if values}
    if not wanted:
        return
    with transaction.atomic():
        rows = VM.objects.select_for_update().in_bulk(list(wanted))
        _announce(_save(rows, wanted), host)


def _save(rows: Mapping[int, VM], columns: Mapping[int, dict[str, Any]]) -> list[VM]:
    """Write columns of rows that are locked, and return these rows as they are now.

    Rows that change alike are written together: many guests that stop do so in the same way, and
    one `bulk_update` of a thousand rows takes a second of processor time.
    """
    alike: dict[str, list[VM]] = {}
    for pk, values in columns.items():
        if row := rows.get(pk):
            for name, value in values.items():
                setattr(row, name, value)
            row.rev += 1
            alike.setdefault(repr(values), []).append(row)
    for group in alike.values():
        same = columns[group[0].pk]
        for start in range(0, len(group), AT_ONCE):
            ids = [row.pk for row in group[start : start + AT_ONCE]]
            VM.objects.filter(pk__in=ids).update(rev=F("rev") + 1, **same)
    if moved := [pk for pk, values in columns.items() if "state" in values]:
        states_changed.send(sender=VM, ids=moved)
    return [row for group in alike.values() for row in group]


def _adopt(
    host: Host, infos: Sequence[DomainInfo], now: datetime, *, is_watched: bool
) -> tuple[list[VM], list[VM]]:
    """Make rows for guests that have none; return them, and the rows that came from elsewhere."""
    twins = _rows_elsewhere(host, [info.uuid for info in infos])
    came = following.see_copies(host, twins, [info for info in infos if info.uuid in twins])
    rows = []
    for info in infos:
        if info.uuid in twins:
            continue
        row = VM(host=host, uuid=info.uuid, rev=1, description=info.description[:4000])
        if info.state.is_active:
            row.started_at = info.started_at or now
            row.started_before = info.started_at is None and not is_watched
        for name, value in columns_of(info).items():
            setattr(row, name, value)
        rows.append(row)
    return VM.objects.bulk_create(rows), came


def _rows_elsewhere(host: Host, uuids: Sequence[str]) -> dict[str, VM]:
    """Return the rows of these guests on other hosts."""
    found: dict[str, VM] = {}
    for start in range(0, len(uuids), AT_ONCE):
        some = VM.objects.filter(uuid__in=uuids[start : start + AT_ONCE]).exclude(host=host)
        found |= {str(row.uuid): row for row in some}
    return found


def _forget(rows: Sequence[VM]) -> None:
    """Delete the rows of guests that are no more, except those that are made right now.

    A row of which another host has a copy goes there.
    """
    if not rows:
        return
    ids = [row.pk for row in rows]
    recently = Q(state__in=ACTIVE) | Q(finished_at__gt=timezone.now() - GRACE)
    making = Job.objects.filter(recently, kind__in=MAKERS, target_kind="vm")
    spared = set(making.values_list("target_id", flat=True))
    with transaction.atomic():
        went = following.follow_vanished([row for row in rows if row.pk not in spared])
        _announce(went)
        spared |= {row.pk for row in went}
        dead = [row for row in rows if row.pk not in spared]
        VM.objects.filter(pk__in=[row.pk for row in dead]).delete()
        for row in dead:
            announce_gone(row)
    rings.forget([pk for pk in ids if pk not in spared])


def _announce(rows: Iterable[VM], host: Host | None = None) -> None:
    """Announce rows whose `rev` is raised, within the transaction that wrote them.

    Those of one host may name it, which spares reading it.
    """
    machines = attach_jobs(rows)
    for row in machines:
        if host is not None:
            row.host = host
    announce_many([change_of(row) for row in machines])
