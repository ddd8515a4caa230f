"""What did the machines of a team, or one's own, cost in a month?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from accounts.access import Capability, allows, on_whole_site
from accounts.models import Team, User

from .models import HOUR, Interval

MONTH = re.compile(r"(\d{4})-(\d{2})")
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month in the site's time zone, as far as it has gone."""

    start: datetime
    end: datetime

    @property
    def name(self) -> str:
        """The month as it is written in addresses: 2026-11."""
        return f"{timezone.localtime(self.start):%Y-%m}"

    @property
    def before(self) -> str:
        """The name of the month before."""
        here = timezone.localtime(self.start)
        return f"{here.year - 1}-12" if here.month == 1 else f"{here.year}-{here.month - 1:02d}"


@dataclass(slots=True)
class Line:
    """One machine of one person at one size and price."""

    person: str
    machine: str
    vm_id: int | None
    size: str
    vcpus: int
    price: Decimal
    seconds: float = 0.0
    cost: Decimal = Decimal(0)

    @property
    def hours(self) -> float:
        """How long it ran."""
        return self.seconds / HOUR


@dataclass(slots=True)
class Report:
    """The lines of a month and what they come to."""

    month: Month
    lines: list[Line] = field(default_factory=list)

    @property
    def hours(self) -> float:
        """Machine hours."""
        return sum(line.hours for line in self.lines)

    @property
    def cost(self) -> Decimal:
        """What it costs together."""
        return sum((line.cost for line in self.lines), Decimal(0)).quantize(CENT)

    def people(self) -> list[tuple[str, float, Decimal]]:
        """Return (person, hours, cost), the dearest first."""
        found: dict[str, tuple[float, Decimal]] = {}
        for line in self.lines:
            hours, cost = found.get(line.person, (0.0, Decimal(0)))
            found[line.person] = hours + line.hours, cost + line.cost
        rows = [(name, hours, cost.quantize(CENT)) for name, (hours, cost) in found.items()]
        return sorted(rows, key=lambda row: (-row[2], row[0]))


def read_month(text: str) -> Month:
    """Return the month that `text` names, this one for anything else."""
    now = timezone.localtime()
    match = MONTH.fullmatch(text)
    year, month = (int(match[1]), int(match[2])) if match else (now.year, now.month)
    if not (1 <= month <= 12 and 2000 <= year <= now.year):
        year, month = now.year, now.month
    start = now.replace(year=year, month=month, day=1, hour=0, minute=0, second=0, microsecond=0)
    after = start.replace(year=year + 1, month=1) if month == 12 else start.replace(month=month + 1)
    return Month(start, min(after, max(start, now)))


def report(user: User, team: Team | None, month: Month) -> Report:
    """Return the month of a team, or of the person's own machines.

    Who manages the team sees all of it, anybody else in it their own part.
    """
    rows = Interval.objects.filter(team=team, start__lt=month.end, end__gt=month.start)
    if team is None or not sees_all(user, team):
        rows = rows.filter(person=user)
    found: dict[tuple[str, int | None, str, str, Decimal, int], Line] = {}
    for row in _rows(rows):
        seconds = (min(row.end, month.end) - max(row.start, month.start)).total_seconds()
        price = row.price_per_hour
        key = (row.person_name, row.vm_id, row.vm_name, row.size, price, row.vcpus)
        line = found.setdefault(
            key, Line(row.person_name, row.vm_name, row.vm_id, row.size, row.vcpus, price)
        )
        line.seconds += seconds
        line.cost += price * Decimal(seconds) / HOUR
    lines = sorted(found.values(), key=lambda line: (line.person, line.machine, line.size))
    return Report(month, lines)


def sees_all(user: User, team: Team) -> bool:
    """Say whether `user` sees what everybody in the team uses."""
    return allows(user, Capability.TEAM_MANAGE, team) or on_whole_site(user, Capability.AUDIT_VIEW)


def table(found: Report) -> Iterator[list[str]]:
    """Return the report as rows for a spreadsheet, with a head and a total."""
    yield ["month", "person", "machine", "size", "vcpus", "price_per_hour", "hours", "cost"]
    for line in found.lines:
        names = [_safe(line.person), _safe(line.machine), _safe(line.size)]
        amounts = [str(line.vcpus), str(line.price), f"{line.hours:.4f}", f"{line.cost:.4f}"]
        yield [found.month.name, *names, *amounts]
    yield [found.month.name, "total", "", "", "", "", f"{found.hours:.4f}", f"{found.cost:.2f}"]


def _safe(text: str) -> str:
    """Keep a spreadsheet from taking a name for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _rows(rows: QuerySet[Interval]) -> Iterator[Interval]:
    return rows.iterator(chunk_size=1000)
