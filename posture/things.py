"""One machine or host, judged now from its row: what its card and its page show."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from accounts.access import Capability, Person, allows
from hosts.models import Host
from vms.models import VM

from .judging import hosts, machines
from .judging.verdicts import BAD, OK, UNKNOWN, Verdict
from .models import Finding
from .scoring import Score, Tally, score_of
from .severity import Severity
from .shown import Line, lines_of

FEW = 3


@dataclass(frozen=True)
class Thing:
    """A machine or a host with its checks, for one reader."""

    thing: VM | Host
    user: Person
    verdicts: tuple[Verdict, ...]

    @cached_property
    def kept(self) -> dict[str, Finding]:
        """The rows of the last look, by check."""
        about = {"vm": self.thing} if isinstance(self.thing, VM) else {"host": self.thing}
        rows = Finding.objects.standing().filter(**about)
        rows = rows.select_related("acceptance__made_by", "vm__team", "host")
        return {row.check_key: row for row in rows}

    @cached_property
    def lines(self) -> list[Line]:
        """All checks, worst first."""
        return lines_of(self.verdicts, self.kept, self.user, name=self.thing.name)

    @cached_property
    def bad(self) -> list[Line]:
        """What does not hold and counts, advice at the end."""
        return [one for one in self.lines if one.verdict.state == BAD and not one.acceptance]

    @property
    def worth(self) -> list[Line]:
        """What does not hold, without advice."""
        return [one for one in self.bad if one.check.severity != Severity.ADVICE]

    @property
    def few(self) -> list[Line]:
        """The worst, for a card."""
        return self.worth[:FEW]

    @property
    def more(self) -> int:
        """How many a card leaves out."""
        return len(self.worth) - len(self.few)

    @property
    def unknown(self) -> list[Line]:
        """What could not be said."""
        return [one for one in self.lines if one.verdict.state == UNKNOWN and not one.acceptance]

    @property
    def accepted(self) -> list[Line]:
        """What somebody lets stand."""
        return [one for one in self.lines if one.acceptance]

    @property
    def passed(self) -> list[Line]:
        """What holds."""
        return [one for one in self.lines if one.verdict.state == OK]

    @property
    def url(self) -> str:
        """Where the reader finds all of it."""
        if isinstance(self.thing, Host):
            return f"{reverse('posture:site')}?host={self.thing.pk}"
        if allows(self.user, Capability.VM_EDIT, self.thing):
            return reverse("posture:machine", args=[self.thing.pk])
        return f"{reverse('posture:site')}?machine={self.thing.pk}"

    @cached_property
    def tally(self) -> Tally:
        """The weights."""
        return Tally(
            _weight(self.passed),
            _weight(self.bad),
            _weight(self.unknown),
            _weight(self.accepted),
            len(self.bad),
            frozenset(line.check.severity.value for line in self.bad),
        )

    @cached_property
    def score(self) -> Score:
        """The score now."""
        return score_of(self.tally)


def machine(vm: VM, user: Person) -> Thing:
    """Judge a machine whose host is loaded."""
    return Thing(vm, user, tuple(machines.verdicts(vm, machines.around([vm]))))


def host(found: Host, user: Person) -> Thing:
    """Judge a host."""
    return Thing(found, user, tuple(hosts.verdicts(found)))


def _weight(lines: Iterable[Line]) -> int:
    return sum(line.check.weight for line in lines)


__all__ = ["Thing", "host", "machine"]
