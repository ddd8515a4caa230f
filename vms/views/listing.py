"""What stands on the list of machines: tabs with counts, filters, and one page of rows.

The number of SQL queries is the same for ten machines and ten thousand.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.access import Capability, is_admin
from accounts.models import User
from hosts.models import Host
from vms.filters import (
    STATE_ORDER,
    MachineFilter,
    matching,
    ordered,
    shared_condition,
    state_condition,
)
from vms.idle.rules import idle_condition
from vms.models import VM, SavedView, VMQuerySet, saved_views_of
from vms.services.extras import EXTRAS, Extra
from vms.states import VMState

from .filtering import FILTER_NAMES, label_of
from .rows import Row, by_cpu, rows_of

PAGE_SIZE = 50
ATTENTION_TAB = MachineFilter(values={"state": ("attention",)})
MINE_TAB = MachineFilter(values={"owner": ("me",)})
SHARED_TAB = MachineFilter(values={"owner": ("shared",)})
OFF_TAB = MachineFilter(values={"state": (VMState.OFF, VMState.SAVED)})
IDLE_TAB = MachineFilter(values={"use": ("idle",)})
SORT_NAMES = {
    "name": _("Name"),
    "state": _("State"),
    "-cpu": _("CPU, busiest first"),
    "-memory": _("Memory, largest first"),
    "host": _("Host"),
    "owner": _("Owner"),
    "-up": _("Longest up"),
    "-created": _("Newest"),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """A view of the list under a name; `view_id` is that of a saved one."""

    name: object
    query: str
    is_current: bool
    count: int | None = None
    is_hot: bool = False
    view_id: int | None = None


@dataclass(frozen=True, slots=True)
class Chip:
    """One value of one filter, with the query string that drops it."""

    name: object
    value: object
    query: str


COLUMNS = {
    "cpu": _("CPU"),
    "memory": _("Memory"),
    "address": _("Address"),
    "host": _("Host"),
    "owner": _("Owner"),
    "tags": _("Tags"),
    "up": _("Up"),
}


class KnownCountPaginator(Paginator[VM]):
    """A paginator that was told how many rows there are."""

    def __init__(self, machines: VMQuerySet, count: int) -> None:
        super().__init__(machines, PAGE_SIZE)
        self.__dict__["count"] = count


class Listing:
    """The list of machines that `user` asked for."""

    def __init__(self, user: User, wanted: MachineFilter, page: str = "1") -> None:
        self.user = user
        self.wanted = wanted
        self.page_number = page
        self.is_admin = is_admin(user)

    @cached_property
    def counts(self) -> dict[str, int]:
        """The counts beside the tabs, in one query."""
        kept = Q(recycled_at=None)
        seen = VM.objects.allowing(self.user, Capability.VM_VIEW).in_scope(self.user)
        return seen.aggregate(
            all=Count("pk", filter=kept),
            mine=Count("pk", filter=kept & Q(owner=self.user.pk)),
            shared=Count("pk", filter=kept & shared_condition(self.user)),
            attention=Count("pk", filter=kept & state_condition("attention")),
            off=Count("pk", filter=kept & Q(state__in=OFF_TAB.values["state"])),
            idle=Count("pk", filter=kept & idle_condition()),
            bin=Count("pk", filter=~kept),
        )

    @cached_property
    def page(self) -> Page[VM]:
        """The machines of this page: found by key first, then loaded."""
        found = matching(self.user, self.wanted)
        count = found.count() if self.wanted.is_narrow else self.counts["all"]
        keys = ordered(found, self.wanted.sort).values_list("pk", flat=True)
        return KnownCountPaginator(keys, count).get_page(self.page_number)  # type: ignore[arg-type]

    @cached_property
    def rows(self) -> list[Row]:
        """The rows of this page, in their order."""
        rows = rows_of(self.user, list(self.page.object_list))  # type: ignore[arg-type]
        # The database knows use as it was within the last half minute, the rows as it is now.
        return by_cpu(rows, self.wanted.sort) if self.wanted.sort.endswith("cpu") else rows

    @property
    def tabs(self) -> Iterator[Tab]:
        """The views that always exist, then the saved ones."""
        counts = self.counts
        yield self._tab(_("All"), MachineFilter(), counts["all"])
        if self.is_admin or counts["mine"] != counts["all"]:
            yield self._tab(_("My machines"), MINE_TAB, counts["mine"])
        if counts["shared"] or self._is_current(SHARED_TAB):
            yield self._tab(_("Shared with me"), SHARED_TAB, counts["shared"])
        yield self._tab(_("Needs attention"), ATTENTION_TAB, counts["attention"], is_hot=True)
        yield self._tab(_("Off"), OFF_TAB, counts["off"])
        if counts["idle"] or self._is_current(IDLE_TAB):
            yield self._tab(_("Idle"), IDLE_TAB, counts["idle"])
        for view in self.saved_views:
            wanted = MachineFilter.of(view.query)
            yield Tab(view.name, wanted.encode(), self._is_current(wanted), view_id=view.pk)

    @cached_property
    def saved_views(self) -> list[SavedView]:
        """The views that the person kept."""
        return saved_views_of(self.user)

    @cached_property
    def extras(self) -> list[Extra]:
        """What rooms above offer to do with many machines."""
        return [extra for extra in EXTRAS.values() if extra.is_offered(self.user)]

    @cached_property
    def has_hosts(self) -> bool:
        """Whether machines have anywhere to live; asked only on an empty list."""
        return Host.objects.exists()

    @property
    def can_save(self) -> bool:
        """Whether this is a view that has no tab yet."""
        return self.wanted.encode() != "" and not any(tab.is_current for tab in self.tabs)

    @property
    def chips(self) -> Iterator[Chip]:
        """The filters in force."""
        for name, values in self.wanted.values.items():
            for value in values:
                query = self.wanted.without(name, value).encode()
                yield Chip(FILTER_NAMES[name], label_of(name, value), query)

    @property
    def sort_name(self) -> object:
        """The words for the order in force."""
        sort = self.wanted.sort
        return SORT_NAMES.get(sort) or SORT_NAMES.get(sort.removeprefix("-"), _("Sorted"))

    @property
    def state_order(self) -> str:
        """The states as the list sorts them."""
        return " ".join(STATE_ORDER)

    @property
    def columns(self) -> list[tuple[str, object]]:
        """The columns that can be hidden; hosts are known to administrators only."""
        return [(key, name) for key, name in COLUMNS.items() if self.is_admin or key != "host"]

    @property
    def sorts(self) -> list[tuple[str, object]]:
        """The orders on offer; hosts are known to administrators only."""
        return [(key, name) for key, name in SORT_NAMES.items() if self.is_admin or key != "host"]

    def _tab(self, name: object, tab: MachineFilter, count: int, *, is_hot: bool = False) -> Tab:
        is_hot = is_hot and count > 0
        return Tab(name, tab.encode(), self._is_current(tab), count=count, is_hot=is_hot)

    def _is_current(self, tab: MachineFilter) -> bool:
        same_sort = tab.sort in ("name", self.wanted.sort)
        return same_sort and tab.encode(with_sort=False) == self.wanted.encode(with_sort=False)
