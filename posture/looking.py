"""Look at everything, and make the rows of findings equal to what came of it.

Only what differs is written. Safe to run twice, and by two workers: rows are unique.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from hosts.models import Host, Transport
from vms.models import VM

from .checks import CHECKS
from .judging import accounts, doors, machines, secrets
from .judging import hosts as judging_hosts
from .judging.verdicts import BAD, OK, Verdict
from .models import Acceptance, Finding, Look
from .severity import Part

AT_ONCE = 300
SITE = "site"
AWAY = timedelta(days=1)  # one that comes back sooner is not told again
KEPT = timedelta(days=30)  # that a finding is remembered after it is gone


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that was looked at, and what came of it."""

    part: str
    name: str  # site, host-3, vm-7
    verdicts: tuple[Verdict, ...] = field(default=())
    host_id: int | None = None
    vm_id: int | None = None

    @property
    def passed(self) -> int:
        """The weight of the checks that hold."""
        return sum(CHECKS[one.key].weight for one in self.verdicts if one.state == OK)


def look() -> None:
    """Look at portal, hosts and machines, and write what differs from the last look."""
    now = timezone.now()
    everything = chain([site_subject()], _hosts(), _machines())
    while some := list(islice(everything, AT_ONCE)):
        write(some, now)
    _tidy(now)


def look_at(subjects: Iterable[Subject]) -> None:
    """Write what came of a few things that were just judged."""
    write(list(subjects), timezone.now())


def site_subject() -> Subject:
    """Judge the portal."""
    found = chain(accounts.verdicts(), doors.verdicts(), secrets.verdicts())
    return Subject(Part.SITE, SITE, tuple(found))


def host_subject(host: Host) -> Subject:
    """Judge a host."""
    return Subject(
        Part.HOST, f"host-{host.pk}", tuple(judging_hosts.verdicts(host)), host_id=host.pk
    )


def machine_subjects(vms: Sequence[VM]) -> Iterator[Subject]:
    """Judge machines whose hosts are loaded."""
    beside = machines.around(vms)
    for vm in vms:
        found = tuple(machines.verdicts(vm, beside))
        yield Subject(Part.VM, f"vm-{vm.pk}", found, vm_id=vm.pk)


def _hosts() -> Iterator[Subject]:
    for host in Host.objects.exclude(transport=Transport.TEST):
        yield host_subject(host)


def _machines() -> Iterator[Subject]:
    rows = VM.objects.kept().filter(is_made=True).order_by("pk").select_related("host")
    last = 0
    while some := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        last = some[-1].pk
        yield from machine_subjects(some)


def write(subjects: Sequence[Subject], now: datetime) -> None:
    """Make the rows of these things equal to their verdicts, in one short transaction."""
    with transaction.atomic():
        subjects = _still_there(subjects)
        names = [one.name for one in subjects]
        rows = Finding.objects.select_for_update().filter(subject__in=names).order_by("pk")
        have = {(row.subject, row.check_key): row for row in rows}
        accepted = {
            (row.subject, row.check_key): row
            for row in Acceptance.objects.filter(subject__in=names)
        }
        _write_looks(subjects, now)
        new = []
        for subject in subjects:
            for verdict in (one for one in subject.verdicts if one.state != OK):
                key = (subject.name, verdict.key)
                columns = _columns(verdict, accepted.get(key), now)
                if row := have.pop(key, None):
                    _update(row, columns, now)
                else:
                    about = _about(subject)
                    new.append(Finding(check_key=verdict.key, since=now, **about, **columns))
        Finding.objects.bulk_create(new, batch_size=AT_ONCE, ignore_conflicts=True)
        gone = [row.pk for row in have.values() if row.gone_at is None]
        Finding.objects.filter(pk__in=gone).update(gone_at=now, acceptance=None)


def _still_there(subjects: Sequence[Subject]) -> list[Subject]:
    """Return what was not deleted while it was looked at."""
    hosts = set(Host.objects.filter(pk__in=_ids(subjects, "host_id")).values_list("pk", flat=True))
    vms = set(VM.objects.filter(pk__in=_ids(subjects, "vm_id")).values_list("pk", flat=True))
    return [
        one
        for one in subjects
        if (one.host_id is None or one.host_id in hosts) and (one.vm_id is None or one.vm_id in vms)
    ]


def _ids(subjects: Sequence[Subject], name: str) -> list[int]:
    return [pk for one in subjects if (pk := getattr(one, name)) is not None]


def _columns(verdict: Verdict, acceptance: Acceptance | None, now: datetime) -> dict[str, Any]:
    """Return the columns of a finding; an acceptance counts while it covers the evidence."""
    evidence = list(verdict.evidence)
    holds = acceptance is not None and acceptance.covers(evidence, timezone.localdate(now))
    return {
        "state": verdict.state,
        "severity": str(CHECKS[verdict.key].severity),
        "evidence": evidence,
        "acceptance_id": acceptance.pk if acceptance is not None and holds else None,
    }


def _update(row: Finding, columns: dict[str, Any], now: datetime) -> None:
    changed = {name: value for name, value in columns.items() if getattr(row, name) != value}
    changed |= _come_back(row, columns, now)
    if changed:
        Finding.objects.filter(pk=row.pk).update(**changed)


def _come_back(row: Finding, columns: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return what changes where it was gone, was not known before, or is no longer accepted."""
    changed: dict[str, Any] = {}
    if row.gone_at is not None:
        changed["gone_at"] = None
        if now - row.gone_at > AWAY:
            changed |= {"since": now, "told_at": None}
    has_ended = row.acceptance_id is not None and columns["acceptance_id"] is None
    if has_ended or (row.state != BAD and columns["state"] == BAD):
        changed["told_at"] = None
    return changed


def _about(subject: Subject) -> dict[str, Any]:
    return {
        "part": subject.part,
        "subject": subject.name,
        "host_id": subject.host_id,
        "vm_id": subject.vm_id,
    }


def _write_looks(subjects: Sequence[Subject], now: datetime) -> None:
    names = {one.name: one for one in subjects}
    seen = {row.subject: row for row in Look.objects.filter(subject__in=names)}
    Look.objects.bulk_create(
        [
            Look(**_about(one), passed=one.passed, checks=len(one.verdicts), looked_at=now)
            for one in subjects
            if one.name not in seen
        ],
        ignore_conflicts=True,
    )
    for name, row in seen.items():
        one = names[name]
        if (row.passed, row.checks) != (one.passed, len(one.verdicts)):
            Look.objects.filter(pk=row.pk).update(passed=one.passed, checks=len(one.verdicts))
    Look.objects.filter(subject__in=list(seen)).update(looked_at=now)


def _tidy(now: datetime) -> None:
    """Forget what is long gone, what is about checks that are no more, and old acceptances."""
    Finding.objects.filter(Q(gone_at__lt=now - KEPT) | ~Q(check_key__in=list(CHECKS))).delete()
    Acceptance.objects.filter(until__lt=timezone.localdate(now) - KEPT).delete()
    away = VM.objects.in_bin().values("pk")
    Look.objects.filter(vm__in=away).delete()
