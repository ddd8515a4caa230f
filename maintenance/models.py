"""A plan: which machines leave which hosts, in which order, how far it is, and how each ended.

The rows are the plan: a worker that dies leaves them, and the next one goes on from them. Sizes
are bytes, times aware UTC.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hosts.models import Host
from jobs.models import Job
from vms.models import VM

MOST_AT_ONCE = 8


class PlanKind(models.TextChoices):
    """What a plan is for."""

    DRAIN = "drain", _("Empty host")
    RETURN = "return", _("Bring machines back")
    BALANCE = "balance", _("Spread machines")


class PlanState(models.TextChoices):
    """How far a plan is."""

    RUNNING = "running", _("Under way")
    DONE = "done", _("Done")
    PARTLY = "partly", _("Done in part")
    CANCELLED = "cancelled", _("Cancelled")


class Deed(models.TextChoices):
    """What a step does with its machine."""

    MIGRATE = "migrate", _("Migrate")
    SHUTDOWN = "shutdown", _("Shut down")
    SAVE = "save", _("Save state")
    LEAVE = "leave", _("Leave running")
    START = "start", _("Start")
    RESTORE = "restore", _("Restore")


class StepState(models.TextChoices):
    """How far a step is."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Under way")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


# What a person may choose for a machine that cannot move.
CHOICES = (Deed.SHUTDOWN, Deed.SAVE, Deed.LEAVE)
OPEN_STEPS = (StepState.WAITING, StepState.RUNNING)


class Plan(models.Model):
    """One plan. `host` is the one that is emptied or filled; a plan that spreads has none."""

    kind = models.CharField(max_length=8, choices=PlanKind.choices)
    host = models.ForeignKey(Host, null=True, on_delete=models.CASCADE, related_name="plans")
    state = models.CharField(
        max_length=10, choices=PlanState.choices, default=PlanState.RUNNING, db_index=True
    )
    at_once = models.PositiveIntegerField(default=2)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        name = self.host.name if self.host else ""
        titles = {
            PlanKind.DRAIN: _("Empty %(host)s"),
            PlanKind.RETURN: _("Bring machines back to %(host)s"),
        }
        return str(titles.get(PlanKind(self.kind), PlanKind.BALANCE.label)) % {"host": name}

    @property
    def is_over(self) -> bool:
        """Whether nothing more is done."""
        return self.state != PlanState.RUNNING


class Step(models.Model):
    """What becomes of one machine. `tries` tells repeats of the same step apart."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="steps")
    vm = models.ForeignKey(VM, null=True, on_delete=models.SET_NULL, related_name="+")
    vm_name = models.CharField(max_length=255)
    place = models.PositiveIntegerField(default=0)  # in the order of the plan
    deed = models.CharField(max_length=10, choices=Deed.choices)
    source = models.ForeignKey(Host, null=True, on_delete=models.SET_NULL, related_name="+")
    target = models.ForeignKey(Host, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=StepState.choices, default=StepState.WAITING)
    reason = models.TextField(blank=True)  # why it failed, or why it is not migrated
    tries = models.PositiveIntegerField(default=0)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return f"{self.vm_name}: {self.deed}"

    @property
    def key(self) -> str:
        """What makes a repeated request the same one."""
        return f"plan-{self.plan_id}-{self.pk}-{self.tries}"

    @property
    def is_open(self) -> bool:
        """Whether it is not over yet."""
        return self.state in OPEN_STEPS


def planned_with(vm: VM) -> dict[int, int | None]:
    """Return where the plan that is under way with a machine takes its other machines, by id."""
    under_way = Step.objects.filter(plan__state=PlanState.RUNNING, state__in=OPEN_STEPS)
    plans = under_way.filter(vm=vm, deed=Deed.MIGRATE).values("plan")
    steps = under_way.filter(plan__in=plans, deed=Deed.MIGRATE, target__isnull=False)
    return dict(steps.exclude(vm=vm).filter(vm__isnull=False).values_list("vm", "target"))


class Balancing(models.Model):
    """Whether machines are spread by themselves; one row, off until an administrator says so."""

    is_automatic = models.BooleanField(default=False)
    threshold = models.PositiveIntegerField(default=20)  # per cent between the busiest and the rest
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    looked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return "on" if self.is_automatic else "off"

    @classmethod
    def get(cls) -> "Balancing":
        """Return the row, or what holds while nobody has set anything."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
