"""What was found, what is accepted of it, how much holds, and the scores of past days."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.access import Capability, Person, on_whole_site, reach
from accounts.models import Team
from hosts.models import Host
from vms.models import VM

from .checks import CHECKS, Check
from .severity import Part


class AboutSomething(models.Model):
    """A row about the portal, a host or a machine. `subject` is "site", "host-3" or "vm-7"."""

    part = models.CharField(max_length=4, choices=Part.choices)
    subject = models.CharField(max_length=24)
    host = models.ForeignKey(Host, null=True, on_delete=models.CASCADE, related_name="+")
    vm = models.ForeignKey(VM, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True


class Acceptance(AboutSomething):
    """Somebody knows of a finding and lets it stand until a day, for a reason.

    It covers the evidence that was there, and less; what comes to it is a new finding. `until` is
    the last day on which it holds.
    """

    check_key = models.CharField(max_length=40)
    evidence: Any = models.JSONField(default=list)
    reason = models.CharField(max_length=300)
    until = models.DateField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["check_key", "subject"], name="one_acceptance_per_finding"
            )
        ]

    def __str__(self) -> str:
        return f"{self.check_key} of {self.subject} until {self.until}"

    def covers(self, evidence: list[str], today: date) -> bool:
        """Say whether it holds today for this evidence."""
        return today <= self.until and set(evidence) <= set(self.evidence)


class FindingQuerySet(models.QuerySet["Finding"]):
    """Findings by whether they stand, and by right."""

    def standing(self) -> "FindingQuerySet":
        """Return those that were found at the last look, of machines that are not in the bin."""
        return self.filter(Q(vm=None) | Q(vm__recycled_at=None), gone_at=None)

    def allowing(self, user: Person) -> "FindingQuerySet":
        """Return what `user` may read: all, or that of machines in teams that they manage."""
        if on_whole_site(user, Capability.AUDIT_VIEW):
            return self
        mine = VM.objects.filter(reach(user, Capability.TEAM_MANAGE, "vm"))
        return self.filter(part=Part.VM, vm__in=mine)


class Finding(AboutSomething):
    """A check that did not hold, or of which nothing could be said, at the last look.

    It stays for a while after it is gone, so that one that comes and goes is told once.
    """

    check_key = models.CharField(max_length=40)
    state = models.CharField(max_length=8)  # bad or unknown
    severity = models.CharField(max_length=8)
    evidence: Any = models.JSONField(default=list)
    since = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
    acceptance = models.ForeignKey(
        Acceptance, null=True, on_delete=models.SET_NULL, related_name="findings"
    )

    objects = FindingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["check_key", "subject"], name="one_finding_per_check")
        ]
        indexes = [models.Index(fields=["gone_at", "part"])]

    def __str__(self) -> str:
        return f"{self.check_key} of {self.subject}"

    @property
    def spec(self) -> Check:
        """What was looked at."""
        return CHECKS[self.check_key]

    @property
    def owner_id(self) -> int | None:
        """The person of the machine."""
        return self.vm.owner_id if self.vm else None

    @property
    def team_id(self) -> int | None:
        """The team of the machine."""
        return self.vm.team_id if self.vm else None


class Look(AboutSomething):
    """The last look at something: how much of what was looked at holds, as weight."""

    passed = models.PositiveIntegerField(default=0)
    checks = models.PositiveIntegerField(default=0)
    looked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject"], name="one_look_per_subject")]

    def __str__(self) -> str:
        return f"{self.subject}: {self.passed}"


class ScoreDay(models.Model):
    """The score of one day: of the site, of a host or of a team. The day's last one stays."""

    day = models.DateField()
    scope = models.CharField(max_length=24)  # site, host-3, team-2
    host = models.ForeignKey(Host, null=True, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField()
    findings = models.PositiveIntegerField(default=0)
    severe = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["day", "scope"], name="one_score_per_day")]

    def __str__(self) -> str:
        return f"{self.scope} {self.day}: {self.score}"


class Reading(models.Model):
    """What was read that takes long, and when: the whole audit record."""

    RECORD = "record"
    name = models.CharField(max_length=20, unique=True)
    at = models.DateTimeField()
    facts: Any = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.name} {self.at}"
