"""What does the page of a plan show? Its steps, how many are over, and what can be done."""

from collections import Counter

from django.utils.functional import cached_property

from accounts.access import Capability, Person, allows

from .models import Plan, PlanState, Step, StepState

TONES = {
    StepState.WAITING: ("slate", "clock"),
    StepState.RUNNING: ("iris", "loader-2"),
    StepState.DONE: ("leaf", "circle-check"),
    StepState.FAILED: ("brick", "alert-circle"),
    StepState.CANCELLED: ("slate", "circle-minus"),
}


class PlanPage:
    """One plan with everything around it."""

    def __init__(self, plan: Plan, user: Person | None = None) -> None:
        self.plan = plan
        self.may_manage = user is not None and allows(user, Capability.HOST_MANAGE)

    @cached_property
    def steps(self) -> list[Step]:
        """The steps in their order, each with how it is drawn."""
        rows = self.plan.steps.select_related("vm", "source", "target", "job")
        return list(rows)

    @property
    def lines(self) -> list[tuple[Step, str, str]]:
        """Each step with its tone and its glyph."""
        return [(step, *TONES[StepState(step.state)]) for step in self.steps]

    @cached_property
    def counts(self) -> Counter[str]:
        """How many steps are in each state."""
        return Counter(step.state for step in self.steps)

    @property
    def over(self) -> int:
        """How many steps are over."""
        return sum(not step.is_open for step in self.steps)

    @property
    def percent(self) -> float:
        """How much of the plan is over."""
        return 100.0 * self.over / len(self.steps) if self.steps else 100.0

    @property
    def is_stuck(self) -> bool:
        """Whether no worker carries it though it is not over."""
        job = self.plan.job
        return self.plan.state == PlanState.RUNNING and (job is None or not job.is_active)

    @property
    def can_cancel(self) -> bool:
        """Whether its job can be stopped."""
        return self.may_manage and self.plan.job is not None and self.plan.job.is_cancellable
