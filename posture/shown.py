"""What do pages and API show of findings? Groups by check, worst first, with what each costs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q, Window
from django.db.models.functions import RowNumber

from accounts.access import Person

from . import links
from .access import may_accept
from .checks import CHECKS, Check
from .judging.verdicts import BAD, UNKNOWN, Verdict
from .models import Acceptance, Finding, FindingQuerySet
from .scoring import Tally, cost_of, share_of
from .severity import Severity

ACCEPTED = "accepted"
ORDER = {severity: number for number, severity in enumerate(Severity.values)}
SHORT, SHORTER = 12, 3  # things that a group shows until it is opened: bad ones, others


@dataclass(frozen=True, slots=True)
class Row:
    """One finding for one reader."""

    finding: Finding
    name: str
    url: str
    page: str
    may_accept: bool

    @property
    def evidence(self) -> list[str]:
        """What exactly; nothing where that is the thing's own name."""
        return [word for word in self.finding.evidence if word != self.name]


@dataclass(slots=True)
class Group:
    """All findings of one check that stand alike. `cost` is points of the score."""

    check: Check
    rows: list[Row] = field(default_factory=list)
    total: int = 0
    cost: float = 0.0

    @property
    def command(self) -> str:
        """What is typed, for the one thing or with a place for its name."""
        return links.command_of(self.check, self.rows[0].name if self.total == 1 else "")

    @property
    def page(self) -> str:
        """Where it is mended: for what is of the portal, or of one thing alone."""
        first = self.rows[0]
        return first.page if self.total == 1 or not first.url else ""

    @property
    def page_word(self) -> str:
        """What the link to that page says."""
        return links.word_of(self.check)

    @property
    def first_rows(self) -> list[Row]:
        """What is shown at once."""
        return self.rows[: self._short]

    @property
    def other_rows(self) -> list[Row]:
        """What is shown on demand."""
        return self.rows[self._short :]

    @property
    def _short(self) -> int:
        return SHORTER if self.check.severity in {Severity.LOW, Severity.ADVICE} else SHORT


def row_of(finding: Finding, user: Person) -> Row:
    """Return a finding as `user` sees it."""
    page = links.page_of(finding.spec, host_id=finding.host_id, vm_id=finding.vm_id)
    name = links.name_of(finding)
    return Row(finding, name, links.link_of(finding), page, may_accept(user, finding))


def _grouped(
    found: Iterable[Finding], user: Person, totals: Mapping[str, int], parts: Mapping[str, Tally]
) -> list[Group]:
    """Return findings by check, worst first, then what most things have."""
    groups: dict[str, Group] = {}
    for finding in found:
        total = totals[finding.check_key]
        group = groups.setdefault(finding.check_key, Group(finding.spec, total=total))
        group.rows.append(row_of(finding, user))
    for group in groups.values():
        group.rows.sort(key=lambda row: row.name)
        group.cost = _cost(group, parts)
    return sorted(
        groups.values(),
        key=lambda one: (ORDER[one.check.severity], -one.total, str(one.check.title)),
    )


def _cost(group: Group, parts: Mapping[str, Tally]) -> float:
    part = group.check.part
    if part not in parts:
        return 0.0
    share = share_of(part, parts) if len(parts) > 1 else 1.0
    return cost_of(group.check.weight * group.total, parts[part], share)


@dataclass(frozen=True, slots=True)
class Sections:
    """The findings of a page: that count, of which nothing is known, that are accepted."""

    open: list[Group]
    unknown: list[Group]
    accepted: list[Group]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.open or self.unknown or self.accepted)


def sections(
    found: FindingQuerySet, user: Person, parts: Mapping[str, Tally], most: int
) -> Sections:
    """Sort findings into the sections of a page; of each group `most` things are read."""
    marked = found.annotate(is_open=Q(acceptance=None))
    alike = ["check_key", "state", "is_open"]
    number = Window(RowNumber(), partition_by=alike, order_by="pk")
    rows = marked.annotate(number=number).filter(number__lte=most)
    totals: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for key, state, is_open, total in marked.order_by().values_list(*alike).annotate(Count("pk")):
        totals[_section(state, is_open=is_open)][key] += total
    sorted_in: dict[str, list[Finding]] = defaultdict(list)
    for finding in rows:
        name = _section(finding.state, is_open=finding.acceptance_id is None)
        sorted_in[name].append(finding)
    counting = {BAD: parts, UNKNOWN: parts, ACCEPTED: {}}
    return Sections(
        *(_grouped(sorted_in[name], user, totals[name], counting[name]) for name in counting)
    )


def _section(state: str, *, is_open: bool) -> str:
    return state if is_open else ACCEPTED


@dataclass(frozen=True, slots=True)
class Line:
    """One check of one thing, judged now. `finding` is its row, once it was written."""

    check: Check
    verdict: Verdict
    page: str
    command: str
    finding: Finding | None = None
    may_accept: bool = False
    evidence: tuple[str, ...] = ()

    @property
    def page_word(self) -> str:
        """What the link to the page says."""
        return links.word_of(self.check)

    @property
    def acceptance(self) -> Acceptance | None:
        """Who lets it stand, if anybody."""
        return self.finding.acceptance if self.finding else None

    @property
    def since(self) -> datetime | None:
        """Since when it is known."""
        return self.finding.since if self.finding else None

    @property
    def mark(self) -> str:
        """How a check's line is drawn: ok, warn, fail or skip."""
        if self.verdict.state != BAD or self.acceptance:
            return "ok" if self.verdict.state == "ok" else "skip"
        if self.check.severity in {Severity.CRITICAL, Severity.HIGH}:
            return "fail"
        return "skip" if self.check.severity == Severity.ADVICE else "warn"


def lines_of(
    verdicts: Iterable[Verdict], kept: Mapping[str, Finding], user: Person, *, name: str
) -> list[Line]:
    """Return checks of one thing that were judged now, worst first, beside their rows."""
    found = []
    for verdict in verdicts:
        check, row = CHECKS[verdict.key], kept.get(verdict.key)
        about = {"host_id": row.host_id, "vm_id": row.vm_id} if row else {}
        found.append(
            Line(
                check,
                verdict,
                links.page_of(check, **about),
                links.command_of(check, name),
                row,
                row is not None and may_accept(user, row),
                tuple(word for word in verdict.evidence if word != name),
            )
        )
    return sorted(found, key=lambda line: (ORDER[line.check.severity], str(line.check.title)))
