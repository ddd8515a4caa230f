"""Which lines of the record somebody asked for: the query string, checked."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date

from jobs.models import AuditEntry, AuditQuerySet

LONGEST = 80


@dataclass(frozen=True, slots=True)
class Search:
    """What was asked for; empty means any. `since` and `until` are days, both included."""

    q: str = ""
    who: str = ""
    action: str = ""
    target: str = ""
    outcome: str = ""
    ip: str = ""
    since: str = ""
    until: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the text was asked for."""
        return any(getattr(self, one.name) for one in fields(self) if one.name != "q")


def wanted(query: Mapping[str, str]) -> Search:
    """Read the query string; what makes no sense finds nothing or is left out."""
    given = {one.name: query.get(one.name, "").strip()[:LONGEST] for one in fields(Search)}
    for name in ("since", "until"):
        given[name] = given[name] if _day(given[name]) else ""
    return Search(**given)


def find(search: Search) -> AuditQuerySet:
    """Return the lines, newest first."""
    lines = AuditEntry.objects.order_by("-seq")
    if search.q:
        lines = lines.filter(_text(search.q))
    if search.who:
        lines = lines.filter(actor_name__icontains=search.who)
    if search.action:
        lines = lines.filter(action__icontains=search.action)
    if search.target:
        lines = lines.filter(_target(search.target))
    if search.outcome:
        lines = lines.filter(outcome=search.outcome)
    if search.ip:
        lines = lines.filter(ip__icontains=search.ip)
    if since := _day(search.since):
        lines = lines.filter(at__gte=_midnight(since))
    if until := _day(search.until):
        lines = lines.filter(at__lt=_midnight(until + timedelta(days=1)))
    return lines


def _text(text: str) -> Q:
    who = Q(actor_name__icontains=text) | Q(ip__icontains=text)
    return who | Q(target_name__icontains=text) | Q(action__icontains=text)


def _target(text: str) -> Q:
    """Return the filter for a name, or for "vm:7"."""
    kind, colon, number = text.partition(":")
    if colon and number.isdecimal() and len(number) < 19:
        return Q(target_kind=kind, target_id=int(number))
    return Q(target_name__icontains=text)


def _day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day is not None and 2000 <= day.year <= 9000 else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
