"""What is the score of the site, a host, a team or a machine now? Read from the rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from accounts.models import Team
from hosts.models import Host

from .judging.verdicts import BAD
from .models import Finding, FindingQuerySet, Look, ScoreDay
from .scoring import Score, Tally, score_of, site_score
from .severity import WEIGHTS, Part, Severity

TREND_DAYS = 90


@dataclass(frozen=True, slots=True)
class Report:
    """A score with what it is made of."""

    score: Score
    parts: Mapping[str, Tally]
    counts: Mapping[str, int]  # findings that stand, by severity
    unknown: int
    accepted: int


def site_report() -> Report:
    """Report on everything."""
    return _report({part: _tally(Q(part=part)) for part in Part.values}, Q())


def critical_findings() -> int:
    """Return how many critical findings stand and count."""
    found = Finding.objects.standing().filter(severity=Severity.CRITICAL, state=BAD)
    return found.filter(acceptance=None).count()


def team_report(team: Team) -> Report:
    """Report on a team: its machines together."""
    about = Q(vm__team=team)
    return _report({Part.VM: _tally(about)}, about)


def host_report(host: Host) -> Report:
    """Report on a host alone, without its machines."""
    about = Q(host=host)
    return _report({Part.HOST: _tally(about)}, about)


def machine_tallies(host: Host) -> Tally:
    """Return the tally of the machines on a host."""
    return _tally(Q(vm__host=host))


def _report(parts: dict[str, Tally], about: Q) -> Report:
    found = Finding.objects.standing().filter(about)
    open_ones = found.filter(acceptance=None)
    numbers = open_ones.filter(state=BAD).order_by().values_list("severity").annotate(Count("pk"))
    counts = dict.fromkeys(Severity.values, 0) | dict(numbers)
    only = next(iter(parts.values()))
    score = site_score(parts) if len(parts) > 1 else score_of(only)
    unknown = open_ones.exclude(state=BAD).count()
    return Report(score, parts, counts, unknown, found.exclude(acceptance=None).count())


def _tally(about: Q) -> Tally:
    """Add up the looks and the findings about some things; two queries."""
    looks = Look.objects.filter(about).filter(Q(vm=None) | Q(vm__recycled_at=None))
    passed = looks.aggregate(sum=Sum("passed"))["sum"] or 0
    return tally_of(Finding.objects.standing().filter(about), passed)


def tally_of(findings: FindingQuerySet, passed: int) -> Tally:
    """Return the tally of findings beside the weight of what holds."""
    marked = findings.order_by().annotate(is_open=Q(acceptance=None))
    lines = marked.values_list("severity", "state", "is_open")
    lost = unknown = accepted = number = 0
    worst = set()
    for severity, state, is_open, count in lines.annotate(Count("pk")):
        weight = WEIGHTS[severity] * count
        if not is_open:
            accepted += weight
        elif state != BAD:
            unknown += weight
        else:
            lost += weight
            number += count
            worst.add(severity)
    return Tally(passed, lost, unknown, accepted, number, frozenset(worst))


def keep_scores(today: date | None = None) -> None:
    """Keep the scores of site, hosts and teams for today, over what was kept before."""
    day = today or timezone.localdate()
    rows = [_day(day, "site", site_report())]
    for host in Host.objects.all():
        rows.append(_day(day, f"host-{host.pk}", host_report(host), host_id=host.pk))
    for team in Team.objects.all():
        rows.append(_day(day, f"team-{team.pk}", team_report(team), team_id=team.pk))
    ScoreDay.objects.bulk_create(
        [row for row in rows if row is not None],
        update_conflicts=True,
        unique_fields=["day", "scope"],
        update_fields=["score", "findings", "severe"],
    )


def _day(day: date, scope: str, report: Report, **about: int) -> ScoreDay | None:
    if report.score.value is None:
        return None
    severe = report.counts[Severity.CRITICAL] + report.counts[Severity.HIGH]
    found = sum(report.counts.values())
    return ScoreDay(
        day=day, scope=scope, score=report.score.value, findings=found, severe=severe, **about
    )


def trend(scope: str, days: int = TREND_DAYS) -> list[ScoreDay]:
    """Return the scores of the last days that were kept, oldest first."""
    first = timezone.localdate() - timedelta(days=days - 1)
    rows: QuerySet[ScoreDay] = ScoreDay.objects.filter(scope=scope, day__gte=first)
    return list(rows)


def filled(rows: Iterable[ScoreDay]) -> list[int | None]:
    """Return the scores day by day from the first to the last; a day without one is a gap."""
    by_day = {row.day: row.score for row in rows}
    if not by_day:
        return []
    first, last = min(by_day), max(by_day)
    return [by_day.get(first + timedelta(days=number)) for number in range((last - first).days + 1)]
