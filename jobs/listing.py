"""Which jobs the history shows: what was asked for in the query string, checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access import Person

from .kinds import Kind, all_kinds
from .models import ACTIVE, Job, JobQuerySet, JobState

SPANS: dict[str, tuple[timedelta | None, str | Promise]] = {
    "1h": (timedelta(hours=1), _("1 h")),
    "24h": (timedelta(hours=24), _("24 h")),
    "7d": (timedelta(days=7), _("7 d")),
    "30d": (timedelta(days=30), _("30 d")),
    "all": (None, _("All")),
}
STATES: dict[str, tuple[str | Promise, str]] = {
    JobState.SUCCEEDED: (_("Done"), "circle-check"),
    JobState.FAILED: (_("Failed"), "alert-circle"),
    JobState.CANCELLED: (_("Cancelled"), "circle-minus"),
    JobState.UNDETERMINED: (_("Undetermined"), "alert-triangle"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asked to see. `target` is "vm:7"."""

    text: str = ""
    states: frozenset[str] = frozenset()
    kind: str = ""
    target: str = ""
    span: str = "7d"

    @property
    def is_filtered(self) -> bool:
        """Whether anything is left out but by age."""
        return bool(self.text or self.states or self.kind or self.target)


def wanted(query: Mapping[str, str], states: list[str]) -> Wanted:
    """Read the query string; what makes no sense is left out."""
    known = {kind.name for kind in all_kinds()}
    kind = query.get("kind", "")
    span = query.get("since", "7d")
    return Wanted(
        text=query.get("q", "").strip()[:80],
        states=frozenset(state for state in states if state in STATES),
        kind=kind if kind in known else "",
        target=query.get("target", "")[:40],
        span=span if span in SPANS else "7d",
    )


def jobs_wanted(user: Person, wish: Wanted) -> JobQuerySet:
    """Return the jobs `user` may see and asked for, newest first."""
    jobs = Job.objects.visible_to(user).in_scope(user).select_related("actor")
    if wish.text:
        who = Q(actor__username__icontains=wish.text) | Q(actor__last_name__icontains=wish.text)
        jobs = jobs.filter(Q(target_name__icontains=wish.text) | who)
    if wish.kind:
        jobs = jobs.filter(kind=wish.kind)
    target_kind, colon, number = wish.target.partition(":")
    if colon and number.isdecimal():
        jobs = jobs.filter(target_kind=target_kind, target_id=int(number))
    return jobs


def over(jobs: JobQuerySet, wish: Wanted) -> JobQuerySet:
    """Return those that ended, in the wanted states and span."""
    ended = jobs.exclude(state__in=ACTIVE)
    if wish.states:
        ended = ended.filter(state__in=wish.states)
    span, _name = SPANS[wish.span]
    return ended if span is None else ended.filter(created_at__gte=timezone.now() - span)


def kinds_to_choose() -> list[Kind]:
    """Return every kind of job by its title."""
    return sorted(all_kinds(), key=lambda kind: str(kind.title))
