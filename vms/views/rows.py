"""One machine as a row of a list: its facts, the last figures, and what may be done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _

from accounts.access import Capability, grants_of, is_admin
from accounts.models import User
from live import samples
from vms.above.drivers import Driver, drivers_of
from vms.busy import attach_jobs
from vms.facts import VMFacts, facts_of
from vms.models import VM
from vms.old_snapshots import why_old
from vms.rules import FITS, VERBS, can
from vms.states import REASONS, VMState

# What a row shows; everything else would be read and parsed for nothing.
FIELDS = (
    "rev",
    "name",
    "state",
    "state_reason",
    "hold",
    "state_since",
    "started_at",
    "started_before",
    "domain_id",
    "memory",
    "memory_used",
    "cpu_percent",
    "address",
    "os_id",
    "is_protected",
    "stays_on",
    "is_persistent",
    "is_unresponsive",
    "team_id",
    "ends_at",
    "recycled_at",
    "snapshot_count",
    "oldest_snapshot_at",
    "disk_layers",
    "host__name",
    "host__state",
    "host__state_since",
    "host__last_seen",
    "host__duty",
    "owner__username",
    "owner__first_name",
    "owner__last_name",
    "owner__service_team",
)
SPARK_POINTS = 24
BUSY_STATES = frozenset({VMState.RUNNING, VMState.SHUTTING_DOWN})


@dataclass(frozen=True, slots=True)
class Power:
    """The power button of a row: what it asks for, or why it cannot."""

    action: str
    verb: str | Promise
    icon: str
    refusal: str


class Words(NamedTuple):
    """The words that every row repeats, looked up once."""

    console: str
    more: str
    protected: str
    ran_before: str


@dataclass(frozen=True)
class Row:
    """A machine on a list."""

    vm: VM
    words: Words
    facts: VMFacts
    cpu: list[float | None]
    power: Power
    tags: tuple[str, ...]
    shared: str = ""  # the words beside one that was shared with the reader
    may_console: bool = False
    driver: Driver | None = None

    @cached_property
    def url(self) -> str:
        """Where the machine's own pages are."""
        return f"/machines/{self.vm.pk}/"

    @property
    def host_url(self) -> str:
        """Where the page of its host is."""
        return f"/hosts/{self.vm.host_id}/"

    @cached_property
    def owner_name(self) -> str:
        """The owner as people know them."""
        return self.vm.owner.display_name if self.vm.owner else ""

    @cached_property
    def shows_cpu(self) -> bool:
        """Whether the guest's processors can be busy."""
        return self.is_on and self.vm.state in BUSY_STATES

    @cached_property
    def snapshot_warning(self) -> str:
        """What is the matter with its snapshots."""
        return why_old(self.vm)

    @property
    def shown_cpu(self) -> int | None:
        """How busy the row says it is."""
        return self.facts["cpu"] if self.shows_cpu else None

    @cached_property
    def reason(self) -> str | Promise:
        """The word beside the state."""
        return REASONS.get(self.facts["reason"], "")

    @cached_property
    def is_on(self) -> bool:
        """Whether figures are worth showing."""
        return self.vm.is_on and not self.is_stale

    @cached_property
    def is_stale(self) -> bool:
        """Whether the row is older than it looks, because its host does not answer."""
        return not self.vm.host.is_online

    @cached_property
    def memory_percent(self) -> float | None:
        """Memory in use, per cent."""
        used = self.facts["mem_used"]
        return None if used is None or not self.vm.memory else used / self.vm.memory * 100


def rows_of(user: User, keys: Sequence[int]) -> list[Row]:
    """Return the rows of the machines `keys`, in that order, with a fixed number of queries."""
    machines = VM.objects.filter(pk__in=keys).select_related("host", "owner").only(*FIELDS)
    found = {vm.pk: vm for vm in attach_jobs(machines)}
    _refresh_use(found.values())
    tags = _tags(keys)
    rings = samples.rings(keys, SPARK_POINTS)
    mine = _allowed(user, Capability.VM_OPERATE, keys)
    usable = _allowed(user, Capability.VM_CONSOLE, keys)
    drivers = drivers_of(usable)
    shared = _shared(user, keys)
    words = Words(_("Console"), _("More"), _("Protected"), _("It ran already when it was found."))
    return [
        Row(
            vm=vm,
            words=words,
            facts=facts_of(vm),
            cpu=[sample.cpu for sample in rings[vm.pk]],
            power=_power(vm, vm.pk in mine),
            tags=tuple(tags.get(vm.pk, ())),
            shared=_("Shared with you") if vm.pk in shared else "",
            may_console=vm.pk in usable,
            driver=drivers.get(vm.pk),
        )
        for vm in (found[key] for key in keys if key in found)
    ]


def by_cpu(rows: Sequence[Row], sort: str) -> list[Row]:
    """Return the rows by the use that they show; those without any stay last."""
    known = [row for row in rows if row.shown_cpu is not None]
    known.sort(key=lambda row: row.shown_cpu or 0, reverse=sort.startswith("-"))
    return known + [row for row in rows if row.shown_cpu is None]


def _refresh_use(machines: Iterable[VM]) -> None:
    """Put in the newest figures: the rows in the database may be half a minute old."""
    on = {vm.pk: vm for vm in machines if vm.is_on}
    for pk, sample in samples.latest(on).items():
        if sample.cpu is not None:
            on[pk].cpu_percent = sample.cpu
        on[pk].memory_used = sample.memory_used


def _tags(keys: Sequence[int]) -> dict[int, list[str]]:
    """Return the names of the tags of each machine that has any; cheaper than whole objects."""
    found: dict[int, list[str]] = {}
    tagged = VM.tags.through.objects.filter(vm__in=keys).order_by("tag__name")
    for key, name in tagged.values_list("vm_id", "tag__name"):
        found.setdefault(key, []).append(name)
    return found


def _allowed(user: User, capability: Capability, keys: Sequence[int]) -> frozenset[int]:
    if is_admin(user):
        return frozenset(keys)
    allowed = VM.objects.allowing(user, capability).filter(pk__in=keys)
    return frozenset(allowed.values_list("pk", flat=True))


def _shared(user: User, keys: Sequence[int]) -> frozenset[int]:
    if is_admin(user):
        return frozenset()
    grants = grants_of(user).filter(object_id__in=keys)
    return frozenset(grants.values_list("object_id", flat=True))


def _power(vm: VM, is_operable: bool) -> Power:
    action, icon = _next_power(vm)
    if is_operable:
        refusal = can(vm, action)
        return Power(action, VERBS[action], icon, str(refusal) if refusal else "")
    return Power(action, VERBS[action], icon, _("You may look at this machine, not operate it."))


def _next_power(vm: VM) -> tuple[str, str]:
    """Return the one action that a person most likely wants next."""
    if vm.state in FITS["resume"]:
        return "resume", "player-play"
    return ("shutdown", "power") if vm.is_on else ("start", "player-play")
