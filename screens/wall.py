"""What stands on the wall: the running machines of a person, what needs a look first, by pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Case, CharField, Count, F, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from accounts.access import Capability, allows
from accounts.in_teams import teams_where
from accounts.models import Team, User
from hosts.models import HostState
from screens import store
from screens.health import FAILED, GROUPS, LOOKS, ORDER, Group, Health, Look, find_group
from screens.models import (
    LONGEST_HEARD,
    LONGEST_START,
    SHORTEST_STUCK,
    Screen,
    Source,
    shortest_blank,
)
from vms.above.drivers import Driver, drivers_of
from vms.busy import attach_jobs
from vms.filters import MachineFilter, matching
from vms.models import VM
from vms.screens import why_no_screen
from vms.states import ON

PER_PAGE = 60
SIZES = ("s", "m", "l")
SORTS: dict[str, str | Promise] = {"look": _("Needs a look first"), "name": _("Name")}
UNSURE = len(ORDER)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a page shows of one machine's screen."""

    health: str
    look: Look | None
    source: str
    since: datetime | None
    version: str
    seen_at: float
    is_fresh: bool
    is_serial_only: bool

    @property
    def seen(self) -> datetime | None:
        """When the picture was last seen to be true."""
        if not self.seen_at:
            return None
        return datetime.fromtimestamp(self.seen_at, tz=timezone.get_current_timezone())


@dataclass(frozen=True, slots=True)
class Tile:
    """One machine on the wall. `place` is its host for those who know hosts, else its team."""

    vm: VM
    sight: Sight
    place: str
    driver: Driver | None = None


@dataclass(frozen=True, slots=True)
class Chip:
    """A group of screens that the wall can be narrowed to."""

    key: str
    word: str | Promise
    tone: str
    count: int
    is_current: bool
    query: str


def sights(machines: Sequence[VM]) -> dict[int, Sight]:
    """Return what is known of the screens of machines whose `screen` is loaded."""
    known = store.kept((vm.host_id, str(vm.uuid)) for vm in machines)
    return {vm.pk: _sight(vm, known.get((vm.host_id, str(vm.uuid)))) for vm in machines}


def _sight(vm: VM, kept: store.Kept | None) -> Sight:
    screen: Screen | None = getattr(vm, "screen", None)
    is_seen = vm.is_on and not vm.is_unresponsive and vm.host.state != HostState.UNREACHABLE
    health = screen.shown if screen and is_seen else ""
    return Sight(
        health=health,
        look=LOOKS.get(health),
        source=screen.source if screen else "",
        since=screen.since if screen and health else None,
        version=kept.version if kept else "",
        seen_at=kept.seen_at if kept else 0.0,
        is_fresh=kept is not None and kept.is_fresh,
        is_serial_only=vm.has_serial and why_no_screen(vm) == "no-display",
    )


class Wall:
    """The wall as `user` sees it, by what they asked for."""

    def __init__(self, user: User, params: QueryDict) -> None:
        self.user = user
        wanted = MachineFilter.read(params)
        self.wanted = MachineFilter(q=wanted.q, values=wanted.values)
        self.group: Group | None = find_group(params.get("show", ""))
        self.sort = params.get("sort", "") if params.get("sort", "") in SORTS else "look"
        self._page = params.get("page", "1")

    @cached_property
    def all(self) -> Any:
        """The running machines that match, whatever they show."""
        usable = VM.objects.allowing(self.user, Capability.VM_CONSOLE).values("pk")
        found = matching(self.user, self.wanted).filter(state__in=ON, pk__in=usable)
        return found.annotate(shown=_shown())

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many machines show what; one query."""
        rows = self.all.order_by().values("shown").annotate(count=Count("pk"))
        return {row["shown"]: row["count"] for row in rows}

    @property
    def total(self) -> int:
        """How many screens there are."""
        return sum(self.counts.values())

    @cached_property
    def chips(self) -> list[Chip]:
        """The groups that have members, and the one that is chosen."""
        chips = [Chip("", _("All"), "", self.total, self.group is None, self.encode(show=""))]
        for group in GROUPS:
            count = sum(self.counts.get(health, 0) for health in group.members)
            if count or group is self.group:
                query = self.encode(show=group.key)
                is_current = group is self.group
                chips.append(Chip(group.key, group.word, group.tone, count, is_current, query))
        return chips

    @cached_property
    def page(self) -> Page[VM]:
        """The machines of this page."""
        found = self.all if self.group is None else self.all.filter(shown__in=self.group.members)
        if self.sort == "look":
            found = found.annotate(rank=_rank()).order_by("rank", "name", "pk")
        else:
            found = found.order_by("name", "pk")
        rows = found.select_related("host", "team", "owner", "screen")
        return Paginator(rows, PER_PAGE).get_page(self._page)

    @cached_property
    def tiles(self) -> list[Tile]:
        """What to draw."""
        machines = attach_jobs(list(self.page.object_list))
        seen = sights(machines)
        drivers = drivers_of([vm.pk for vm in machines])
        return [Tile(vm, seen[vm.pk], self._place(vm), drivers.get(vm.pk)) for vm in machines]

    def _place(self, vm: VM) -> str:
        if self.sees_hosts:
            return vm.host.name
        return vm.team.name if vm.team else ""

    @cached_property
    def sees_hosts(self) -> bool:
        """Whether hosts may be named."""
        return allows(self.user, Capability.HOST_VIEW)

    @cached_property
    def teams(self) -> list[Team]:
        """The teams by which the wall can be narrowed."""
        return list(teams_where(self.user, Capability.TEAM_VIEW))

    @property
    def team(self) -> Team | None:
        """The team that is chosen."""
        chosen = self.wanted.values.get("team", ())
        return next((team for team in self.teams if team.slug in chosen), None)

    @property
    def sort_word(self) -> str | Promise:
        """The order in words."""
        return SORTS[self.sort]

    @property
    def sorts(self) -> list[tuple[str, str | Promise]]:
        """The orders there are."""
        return list(SORTS.items())

    @property
    def next_query(self) -> str:
        """The query string of the next page, "" where there is none."""
        if not self.page.has_next():
            return ""
        return self.encode(page=str(self.page.next_page_number()))

    def encode(self, **other: str) -> str:
        """Return the query string with some values changed."""
        asked: dict[str, Any] = {
            "show": self.group.key if self.group else "",
            "sort": "" if self.sort == "look" else self.sort,
            **other,
        }
        pairs = urlencode({name: value for name, value in asked.items() if value})
        return "&".join(part for part in (self.wanted.encode(with_sort=False), pairs) if part)


def _shown() -> Case:
    """Return what may be said of a screen, in SQL; the same as `_sight` says."""
    now = timezone.now()
    return Case(
        When(Q(host__state=HostState.UNREACHABLE) | Q(is_unresponsive=True), then=Value("")),
        When(_is_hearsay(now), then=Value("")),
        When(screen__health=Health.STUCK, agent_connected=True, then=Value("")),
        When(screen__health=Health.STARTING, screen__since__lt=now - LONGEST_START, then=Value("")),
        When(
            screen__health=Health.STUCK,
            screen__since__gt=now - SHORTEST_STUCK,
            then=Value(Health.STARTING),
        ),
        When(screen__health=Health.BLANK, screen__since__gt=now - shortest_blank(), then=Value("")),
        default=Coalesce(F("screen__health"), Value("")),
        output_field=CharField(),
    )


def _is_hearsay(now: datetime) -> Q:
    """Return the same as `Screen.is_hearsay`, in SQL."""
    is_old = Q(screen__heard_at__lt=now - LONGEST_HEARD) & ~Q(screen__health__in=FAILED)
    is_before = Q(started_at__gt=F("screen__heard_at"))
    return Q(screen__source=Source.SERIAL) & (is_old | is_before)


def _rank() -> Case:
    """Return the place of a screen among those that need a look, in SQL."""
    places = [When(Q(shown=health), then=Value(place)) for place, health in enumerate(ORDER)]
    return Case(*places, default=Value(UNSURE), output_field=IntegerField())
