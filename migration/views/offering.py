"""What stands on the page before a migration: hosts, checks, what to expect. Read from rows."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.models import User
from hosts.facts import percent
from hosts.models import Host
from jobs.models import Job
from migration.checks import known
from migration.checks.asking import FIXES, running_check, targets_for, why_no_fix
from migration.checks.findings import Finding, Level, of_level
from migration.checks.keeping import findings_of
from migration.checks.models import CheckReport
from migration.checks.words import size, text_of, title_of
from migration.options import Options
from migration.past import Past, past_between
from vms.models import VM
from vms.rules import can


@dataclass(frozen=True, slots=True)
class Line:
    """A finding as people read it, with its fix where the reader may have one done."""

    finding: Finding
    title: str
    text: str
    fix_word: str
    fix_says: str
    why_no_fix: str
    detail: str


@dataclass(frozen=True, slots=True)
class Effect:
    """A figure of a host before and after, per cent; None is not known."""

    before: float | None
    after: float | None

    @property
    def add(self) -> float:
        """How much the bar grows."""
        if self.before is None or self.after is None:
            return 0
        return max(0.0, min(self.after, 100.0) - self.before)

    @property
    def kept(self) -> float | None:
        """The part of the bar that is there in any case."""
        if self.before is None or self.after is None:
            return self.before
        return min(self.before, self.after)

    @property
    def gone(self) -> float:
        """How much of the bar goes."""
        if self.before is None or self.after is None:
            return 0
        return max(0.0, self.before - self.after)


@dataclass(frozen=True, slots=True)
class Choice:
    """A host to which it might go, with the verdict in a line."""

    host: Host
    report: CheckReport | None
    blockers: list[Finding]
    is_checked: bool
    memory: Effect
    is_selected: bool = False

    @property
    def rank(self) -> tuple[bool, bool, float, str]:
        """The order: what fits first, then what has room."""
        full = self.memory.after if self.memory.after is not None else 100.0
        return (bool(self.blockers), not self.host.is_online, full, self.host.name)


FIX_WORDS = {
    "cpu": lambda: _("Use this model from next start"),
    "eject": lambda: _("Eject now"),
    "make-pool": lambda: _("Make that pool there"),
    "start-pool": lambda: _("Start the pool"),
    "start-network": lambda: _("Start the network"),
}


class Offer:
    """One machine, and where it could go."""

    def __init__(self, vm: VM, user: User, wanted: int | None = None) -> None:
        self.vm = vm
        self.user = user
        self.wanted = wanted
        self.source = vm.host

    @cached_property
    def checking(self) -> Job | None:
        """The check that goes on."""
        return running_check(self.vm)

    @cached_property
    def rev(self) -> int:
        """A number that grows with each finding: the time of the newest, as its worker told it."""
        times = [choice.report.checked_at for choice in self.choices if choice.report]
        return max((int(at.timestamp() * 1000) for at in times if at), default=0)

    @cached_property
    def choices(self) -> list[Choice]:
        """Every other host, the best one first."""
        reports = {
            report.target_id: report
            for report in CheckReport.objects.filter(vm=self.vm).select_related("source")
        }
        found = [self._choice(host, reports.get(host.pk)) for host in targets_for(self.vm)]
        return sorted(found, key=lambda choice: choice.rank)

    def _choice(self, host: Host, report: CheckReport | None) -> Choice:
        fresh = report is not None and report.is_fresh_for(self.vm)
        findings = self._findings(host, report if fresh else None)
        return Choice(
            host=host,
            report=report if fresh else None,
            blockers=of_level(findings, Level.BLOCKER),
            is_checked=fresh,
            memory=self._memory(host, 1),
        )

    def _findings(self, host: Host, report: CheckReport | None) -> list[Finding]:
        if report is not None and not report.error:
            return report.found
        return findings_of(known.case_of(self.vm, host), self.vm, host)

    @cached_property
    def selected(self) -> Choice | None:
        """The host that was chosen, else the best one."""
        chosen = [choice for choice in self.choices if choice.host.pk == self.wanted]
        return next(iter(chosen or self.choices), None)

    @property
    def fitting(self) -> int:
        """How many hosts fit."""
        return sum(not choice.blockers for choice in self.choices)

    # Checks

    @cached_property
    def findings(self) -> list[Finding]:
        """What is known of the chosen host."""
        return [] if self.selected is None else self.findings_for(self.selected)

    def findings_for(self, choice: Choice) -> list[Finding]:
        """Return what is known of one host."""
        return self._findings(choice.host, choice.report)

    @cached_property
    def could_not_ask(self) -> bool:
        """Whether the last check could not reach the chosen host."""
        report = self.selected.report if self.selected else None
        return bool(report and report.error)

    def _lines(self, level: Level) -> list[Line]:
        return [self._line(finding) for finding in of_level(self.findings, level)]

    def _line(self, finding: Finding) -> Line:
        word = FIX_WORDS.get(finding.fix)
        return Line(
            finding=finding,
            title=title_of(finding),
            text=text_of(finding),
            fix_word=word() if word else "",
            fix_says=self._what_happens(finding) if word else "",
            why_no_fix=why_no_fix(self.vm, finding.fix, self.user) if word else "",
            detail=finding.detail if self.user.is_superuser else "",
        )

    def _what_happens(self, finding: Finding) -> str:
        """Say what the fix changes, before it does."""
        host = self.selected.host.name if self.selected else ""
        names = {"about": finding.fix_about, "host": host, "name": self.vm.name}
        path = finding.facts.get("path", "")
        sentences = {
            "cpu": _("%(name)s keeps running as it is; the model is used when it starts anew."),
            "eject": _("The guest sees an empty drive, now and after its next start."),
            "make-pool": _("A pool %(about)s of the folder %(path)s is made on %(host)s."),
            "start-pool": _("The pool %(about)s is started on %(host)s."),
            "start-network": _("The network %(about)s is started on %(host)s."),
        }
        return sentences[finding.fix] % {**names, "path": path}

    @cached_property
    def blockers(self) -> list[Line]:
        """What stands against it."""
        return self._lines(Level.BLOCKER)

    @cached_property
    def warnings(self) -> list[Line]:
        """What to know."""
        return self._lines(Level.WARNING)

    @cached_property
    def passed(self) -> list[Line]:
        """What is as it should be."""
        return self._lines(Level.PASSED)

    @cached_property
    def unknown(self) -> list[Line]:
        """What nobody can tell from here."""
        return self._lines(Level.UNKNOWN)

    # The lane

    @cached_property
    def options(self) -> Options:
        """How it would move: as was found out, else as the rows let expect."""
        if self.selected is None:
            return Options()
        report = self.selected.report
        if report is not None and report.options:
            return Options.of_json(report.options)
        return known.case_of(self.vm, self.selected.host).options

    @property
    def disk_bytes(self) -> int:
        """How much of disks would be copied, at most."""
        copied = set(self.options.copy_disks)
        disks = self.vm.disks
        return sum(disk.get("capacity") or 0 for disk in disks if disk.get("target") in copied)

    @property
    def memory_bytes(self) -> int:
        """How much memory would be copied."""
        return self.vm.memory if self.vm.is_on else 0

    @property
    def to_copy(self) -> str:
        """What is copied, in words."""
        if not self.vm.is_on and self.disk_bytes:
            return _("%(disks)s of disks to copy") % {"disks": size(self.disk_bytes)}
        if not self.vm.is_on:
            return _("Only its definition moves")
        memory = size(self.memory_bytes)
        if self.disk_bytes:
            disks = size(self.disk_bytes)
            return _("%(memory)s memory and %(disks)s of disks to copy") % {
                "memory": memory,
                "disks": disks,
            }
        return _("%(memory)s memory to copy") % {"memory": memory}

    @property
    def how(self) -> str:
        """What happens to the guest, in a line."""
        if not self.vm.is_on:
            if self.options.copy_disks:
                return _("It is off and stays off. Its disks are copied through Guesthouse.")
            return _("It is off and stays off.")
        if self.options.copy_disks:
            return _("Live, without stopping it. Its disks are copied, too.")
        return _("Live, without stopping it. Storage is shared, so only memory is copied.")

    @property
    def source_memory(self) -> Effect:
        """Memory in use on the host that it leaves."""
        return self._memory(self.source, -1)

    @property
    def source_cpu(self) -> Effect:
        """Processor in use on the host that it leaves."""
        return self._cpu(self.source, -1)

    @property
    def target_cpu(self) -> Effect:
        """Processor in use on the chosen host."""
        return self._cpu(self.selected.host, 1) if self.selected else Effect(None, None)

    def _memory(self, host: Host, sign: int) -> Effect:
        before = percent(host.memory_used, host.memory)
        if before is None or not self.vm.is_on:
            return Effect(before, before)
        moves = self.vm.memory_used or self.vm.memory
        return Effect(before, percent((host.memory_used or 0) + sign * moves, host.memory))

    def _cpu(self, host: Host, sign: int) -> Effect:
        """Count the guest's own use by the processors of both hosts."""
        before, used = host.cpu_percent, self.vm.cpu_percent
        if before is None or used is None or not host.cpus or not self.vm.is_on:
            return Effect(before, before)
        share = used * self.vm.vcpus / host.cpus
        return Effect(before, max(0.0, min(100.0, before + sign * share)))

    # What to expect

    @cached_property
    def past(self) -> Past:
        """What earlier migrations between the two hosts reached."""
        return past_between(self.source, self.selected.host) if self.selected else Past()

    @property
    def dirty_rate(self) -> int | None:
        """How much memory the guest changes, as measured by the last check."""
        report = self.selected.report if self.selected else None
        return report.dirty_rate if report else None

    @property
    def converges(self) -> bool | None:
        """Whether the way carries more than the guest changes; None where one is not known."""
        if self.dirty_rate is None or self.past.rate is None:
            return None
        return self.past.rate > self.dirty_rate

    @property
    def seconds(self) -> float | None:
        """How long it takes at that rate; None where it is not known."""
        if not self.converges or self.past.rate is None:
            return None
        return (self.memory_bytes + self.disk_bytes) / (self.past.rate - (self.dirty_rate or 0))

    @property
    def downtime_ms(self) -> int | None:
        """The longest pause of the last ones between the two hosts."""
        return self.past.downtime_ms

    # The button

    @cached_property
    def blocked(self) -> str:
        """Why it cannot be started now; "" where it can."""
        if self.selected is None:
            return _("There is no other host.")
        if refusal := can(self.vm, "migrate"):
            return str(refusal)
        if self.blockers:
            return _("%(blocker)s. Once that is solved, this button works.") % {
                "blocker": self.blockers[0].title
            }
        if self.checking is not None:
            return _("The hosts are being asked.")
        if not self.selected.is_checked:
            return _("Check first: the hosts have not been asked yet.")
        return ""

    def as_context(self) -> dict[str, Any]:
        """Return what the templates need."""
        return {"offer": self, "vm": self.vm, "fixes": FIXES}
