"""What is used, what would be, and may it be? Asked inside the transaction that makes the rows."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from accounts.models import Team, User

from .amounts import shown
from .counters import count, counted
from .models import Limit, Resource

ADVISORY_LOCK = 0x47_48_51  # PostgreSQL; with the team's or the person's id beside it
TEAM, PERSON = "team", "person"
MOST_SENTENCES = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One resource: used now, used after what is asked for, and the limit (None: no limit).

    `whose` names the person of a limit where it is not the reader's own.
    """

    resource: Resource
    scope: str
    used: int
    after: int
    limit: int | None
    whose: str = ""

    @property
    def left(self) -> int | None:
        """How much is left afterwards; negative where the limit is passed."""
        return None if self.limit is None else self.limit - self.after

    @property
    def is_over(self) -> bool:
        """Whether what is asked for passes the limit."""
        return self.limit is not None and self.after > self.limit and self.after > self.used

    @property
    def used_percent(self) -> float:
        """How full the meter is now, 0 to 100."""
        return _percent(self.used, self.limit)

    @property
    def more_percent(self) -> float:
        """How much of the meter what is asked for adds."""
        return max(0.0, _percent(self.after, self.limit) - self.used_percent)

    def as_json(self) -> dict[str, Any]:
        """Return the line as the API and refusals tell it."""
        return {
            "resource": str(self.resource),
            "scope": self.scope,
            "used": self.used,
            "wanted": self.after - self.used,
            "limit": self.limit,
            "left": None if self.limit is None else max(0, self.limit - self.used),
        } | ({"person": self.whose} if self.whose else {})


class QuotaExceeded(ActionRefused):
    """What was asked for is more than what is left."""

    def __init__(self, lines: list[Line]) -> None:
        super().__init__(
            " ".join(_sentence(line) for line in lines[:MOST_SENTENCES]),
            code="quota",
            status=422,
            resources=[line.as_json() for line in lines],
        )
        self.lines = lines


def reserve(
    team: Team | None,
    person: User | None,
    wanted: Mapping[Resource, int],
    *,
    past_person_limit: bool = False,
) -> None:
    """Make sure that `wanted` may be had; call it before the rows are made, in one transaction.

    Whoever reserves for the same team or person waits for this transaction, so that two never
    take the last piece. `past_person_limit` is for what somebody who decides has agreed to; the
    team's own limit still holds. Raises QuotaExceeded.
    """
    _wait_for_turn(team, person)
    lines = [line for line in preview(team, person, wanted) if line.is_over]
    if past_person_limit:
        lines = [line for line in lines if line.scope == TEAM]
    if lines:
        raise QuotaExceeded(lines)


@contextmanager
def taking_over(
    team: Team | None, person: User | None, *, past_person_limit: bool = False
) -> Iterator[None]:
    """Make sure that what there is may be theirs: rows change inside, then everything is counted.

    What they had before never counts against it. `past_person_limit` is that of `reserve`. Raises
    QuotaExceeded, which undoes the change.
    """
    _wait_for_turn(team, person)
    before = preview(team, person, {})
    yield
    after = preview(team, person, {})
    lines = [replace(old, after=new.after) for old, new in zip(before, after, strict=True)]
    if past_person_limit:
        lines = [line for line in lines if line.scope == TEAM]
    if over := [line for line in lines if line.is_over]:
        raise QuotaExceeded(over)


def preview(team: Team | None, person: User | None, wanted: Mapping[Resource, int]) -> list[Line]:
    """Return what is limited as it would be with `wanted`: the team's, then the person's."""
    limits = _limits(team, person)
    lines = []
    for scope, of_scope in limits.items():
        user_id = person.pk if scope == PERSON and person is not None else None
        for resource in Resource:
            if resource not in of_scope:
                continue
            used = count(resource, team.pk if team else None, user_id)
            lines.append(
                Line(resource, scope, used, used + wanted.get(resource, 0), of_scope[resource])
            )
    return lines


def reserve_each(team: Team, people: Sequence[User], one: Mapping[Resource, int]) -> None:
    """Make sure that each of `people` may have `one` more in the team, and the team all of it.

    One reservation, as `reserve` makes it. Raises QuotaExceeded.
    """
    _wait_for_turn(team, None)
    if lines := [line for line in preview_each(team, people, one) if line.is_over]:
        raise QuotaExceeded(lines)


def preview_each(team: Team, people: Sequence[User], one: Mapping[Resource, int]) -> list[Line]:
    """Return what is limited as it would be with `one` more for each: the team's, then theirs."""
    lines = preview(team, None, {part: amount * len(people) for part, amount in one.items()})
    own = Limit.objects.filter(team=team).filter(Q(each=True) | Q(user__in=people))
    for person in people if own.exists() else ():
        of_person = (line for line in preview(team, person, one) if line.scope == PERSON)
        lines += [replace(line, whose=person.display_name) for line in of_person]
    return lines


def usage(team: Team | None, person: User | None = None) -> list[Line]:
    """Return what is used of everything that can be counted, limited or not."""
    scope = PERSON if person is not None else TEAM
    limits = _limits(team, person).get(scope, {})
    lines = []
    for resource in counted():
        used = count(resource, team.pk if team else None, person.pk if person else None)
        lines.append(Line(resource, scope, used, used, limits.get(resource)))
    return lines


def set_limit(
    resource: Resource, amount: int | None, *, team: Team | None, user: User | None, each: bool
) -> int | None:
    """Set or (None) lift one limit; return what it was."""
    chosen = Limit.objects.filter(team=team, user=user, each=each, resource=resource)
    with transaction.atomic():
        before = chosen.values_list("amount", flat=True).first()
        if amount is None:
            chosen.delete()
        elif before is None:
            Limit.objects.create(team=team, user=user, each=each, resource=resource, amount=amount)
        else:
            chosen.update(amount=amount)
    return before


def _limits(team: Team | None, person: User | None) -> dict[str, dict[str, int]]:
    """Return {scope: {resource: amount}}; a person's own line wins over the one for each."""
    found: dict[str, dict[str, int]] = {TEAM: {}, PERSON: {}}
    rows = Limit.objects.filter(team=team)
    rows = rows.filter(Q(user=None) | Q(user=person)) if person else rows.filter(user=None)
    for row in rows.order_by("-each"):
        if team is not None and row.user_id is None and not row.each:
            found[TEAM][row.resource] = row.amount
        elif person is not None:
            found[PERSON][row.resource] = row.amount
    return found


def _wait_for_turn(team: Team | None, person: User | None) -> None:
    """Let one reservation in at a time; SQLite does so by itself (IMMEDIATE)."""
    if not connection.in_atomic_block:
        raise RuntimeError("reserve() belongs into the transaction that makes the rows")
    if connection.vendor == "postgresql":
        number = (team.pk * 2) if team else ((person.pk if person else 0) * 2 + 1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [ADVISORY_LOCK, number])


def _percent(amount: int, limit: int | None) -> float:
    if limit is None:
        return 0.0
    return 100.0 if limit == 0 else min(100.0, amount * 100 / limit)


def _sentence(line: Line) -> str:
    words = {
        "what": line.resource.label,
        "wanted": shown(line.resource, line.after - line.used),
        "left": shown(line.resource, max(0, (line.limit or 0) - line.used)),
        "limit": shown(line.resource, line.limit or 0),
    }
    if line.whose:
        words["person"] = line.whose
        return (
            _("%(what)s: %(wanted)s more, but %(person)s has %(left)s of %(limit)s left.") % words
        )
    if line.scope == TEAM:
        return _("%(what)s: %(wanted)s more, but the team has %(left)s of %(limit)s left.") % words
    return _("%(what)s: %(wanted)s more, but you have %(left)s of %(limit)s left.") % words
