"""Which machines a list shows: read from the query string, and turned into a queryset.

Names, not ids, stand in the query string, so that a link can be read and kept. A value that starts
with "!" means "not". Several states, hosts or owners are alternatives; several tags must all match.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode

from django.db.models import Case, Expression, F, IntegerField, OrderBy, Q, Value, When
from django.http import QueryDict

from accounts.access import Capability, Person, grants_of, is_admin
from accounts.models import User
from hosts.models import Host, HostState

from .idle.rules import idle_condition
from .models import VM, Tag, VMQuerySet
from .old_snapshots import old_condition
from .states import VMState

FIELDS: Final = ("state", "host", "tag", "owner", "team", "use", "snapshots")
SORTS: Final = ("name", "state", "cpu", "memory", "host", "owner", "up", "created")
ATTENTION: Final = (VMState.BLOCKED, VMState.CRASHED, VMState.UNKNOWN, VMState.PAUSED)
STATE_ORDER: Final = (
    VMState.BLOCKED,
    VMState.CRASHED,
    VMState.UNKNOWN,
    VMState.PAUSED,
    VMState.SHUTTING_DOWN,
    VMState.RUNNING,
    VMState.ASLEEP,
    VMState.SAVED,
    VMState.OFF,
)
LONGEST_VALUE: Final = 80
MOST_VALUES: Final = 12
MOST_WORDS: Final = 6
Reader = Callable[[str], Q]


@dataclass(frozen=True, slots=True)
class MachineFilter:
    """What a person asked the list for."""

    q: str = ""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "name"

    @classmethod
    def read(cls, params: QueryDict) -> "MachineFilter":
        """Read a query string; what is not known is left out."""
        values = {
            name: tuple(dict.fromkeys(v[:LONGEST_VALUE] for v in params.getlist(name) if v))
            for name in FIELDS
        }
        sort = params.get("sort", "name")
        return cls(
            q=params.get("q", "").strip()[: LONGEST_VALUE * 2],
            values={name: found[:MOST_VALUES] for name, found in values.items() if found},
            sort=sort if sort.removeprefix("-") in SORTS else "name",
        )

    @classmethod
    def of(cls, query: str) -> "MachineFilter":
        """Read the query string of a saved view."""
        return cls.read(QueryDict(query))

    @property
    def is_narrow(self) -> bool:
        """Whether anything is filtered out."""
        return bool(self.q or self.values)

    def encode(self, *, with_sort: bool = True) -> str:
        """Return the query string in one canonical order."""
        pairs = [("q", self.q)] if self.q else []
        pairs += [(name, value) for name in FIELDS for value in sorted(self.values.get(name, ()))]
        if with_sort and self.sort != "name":
            pairs.append(("sort", self.sort))
        return urlencode(pairs)

    def without(self, name: str, value: str) -> "MachineFilter":
        """Return the same filter with one value removed."""
        kept = tuple(v for v in self.values.get(name, ()) if v != value)
        values = {**self.values, name: kept}
        return replace(self, values={key: found for key, found in values.items() if found})


def matching(user: Person, wanted: MachineFilter) -> VMQuerySet:
    """Return the machines that `user` may see and that match, not yet ordered."""
    machines = VM.objects.allowing(user, Capability.VM_VIEW).in_scope(user).kept()
    for word in wanted.q.split()[:MOST_WORDS]:
        machines = machines.filter(_contains(user, word))
    readers: dict[str, Reader] = {
        "state": state_condition,
        "owner": lambda value: _owner(user, value),
        "team": _team,
        "use": _use,
        "snapshots": _snapshots,
    }
    if is_admin(user):
        readers["host"] = _host
    for name, reader in readers.items():
        if values := wanted.values.get(name):
            machines = machines.filter(_any_of(values, reader))
    for value in wanted.values.get("tag", ()):
        tagged = VM.tags.through.objects.filter(tag__name=value.removeprefix("!"))
        hit = Q(pk__in=tagged.values("vm"))
        machines = machines.filter(~hit if value.startswith("!") else hit)
    return machines


def ordered(machines: VMQuerySet, sort: str) -> VMQuerySet:
    """Return `machines` in the order asked for, with the name to settle ties."""
    down = sort.startswith("-")
    name = sort.removeprefix("-")
    if name == "name":
        return machines.order_by("-name" if down else "name", "pk")
    return machines.order_by(_order(name, down), "name", "pk")


def _order(name: str, down: bool) -> OrderBy:
    by: dict[str, Expression | F] = {
        "cpu": F("cpu_percent"),
        "memory": F("memory"),
        "host": F("host__name"),
        "owner": F("owner__username"),
        "up": F("started_at"),
        "created": F("created_at"),
        "state": Case(
            *(When(state=state, then=Value(n)) for n, state in enumerate(STATE_ORDER)),
            default=Value(len(STATE_ORDER)),
            output_field=IntegerField(),
        ),
    }
    # The longest up started first.
    if name == "up":
        down = not down
    return OrderBy(by[name], descending=down, nulls_last=True)


def _contains(user: Person, word: str) -> Q:
    """Return the condition that one word of a search meets; hosts are known to admins only."""
    tagged = VM.tags.through.objects.filter(
        tag__in=Tag.objects.filter(name__icontains=word).values("pk")
    )
    named = Q(username__icontains=word) | Q(first_name__icontains=word)
    people = User.objects.filter(named | Q(last_name__icontains=word))
    found = (
        Q(name__icontains=word)
        | Q(address__icontains=word)
        | Q(pk__in=tagged.values("vm"))
        | Q(owner__in=people.values("pk"))
    )
    if is_admin(user):
        found |= Q(host__in=Host.objects.filter(name__icontains=word).values("pk"))
    return found


def _any_of(values: tuple[str, ...], reader: Reader) -> Q:
    """Join alternatives: any of the plain values, and none of the negated ones."""
    wanted = Q()
    unwanted = Q()
    for value in values:
        if value.startswith("!"):
            unwanted |= reader(value[1:])
        else:
            wanted |= reader(value)
    return wanted & ~unwanted if unwanted else wanted


def state_condition(value: str) -> Q:
    """Match the state that is shown: unknown while the host does not answer."""
    away = Q(host__in=Host.objects.filter(state=HostState.UNREACHABLE).values("pk"))
    if value == "attention":
        return Q(state__in=ATTENTION) | away
    if value == VMState.UNKNOWN:
        return Q(state=value) | away
    return Q(state=value) & ~away


def _team(value: str) -> Q:
    """Return the machines of the team with this slug; "none" has no team."""
    return Q(team=None) if value == "none" else Q(team__slug=value)


def _use(value: str) -> Q:
    """Match machines without a sign of use; any other word matches the rest."""
    return idle_condition() if value == "idle" else ~idle_condition()


def _snapshots(value: str) -> Q:
    """Match machines with snapshots that need a look, or with any; any other word, without."""
    if value == "old":
        return old_condition()
    return Q(snapshot_count__gt=0) if value == "any" else Q(snapshot_count=0)


def _host(value: str) -> Q:
    return Q(host__in=Host.objects.filter(name=value).values("pk"))


def shared_condition(user: Person) -> Q:
    """Match what others share with `user` alone."""
    return Q(pk__in=grants_of(user).values("object_id"))


def _owner(user: Person, value: str) -> Q:
    if value == "me":
        return Q(owner=user.pk)
    if value == "nobody":
        return Q(owner=None)
    if value == "shared":
        return shared_condition(user)
    return Q(owner__username=value)
