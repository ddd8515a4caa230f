"""The first page: what there is, what needs a look, what goes on. Only what is known to be true."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.access import Capability, is_admin, requires
from accounts.models import User
from accounts.requests import SignedInRequest
from hosts.cards import HostCard, cards
from hosts.models import Host, HostState, StoragePool
from jobs.models import Job
from posture.reports import critical_findings
from vms.idle.rules import Idle, sum_up
from vms.models import VM
from vms.old_snapshots import old_condition, why_old
from vms.rules import can
from vms.states import HOLDS, REASONS, VMState
from vms.views.rows import Row, rows_of

from .calm import calm_for
from .formats import clock, percent

FULL = 0.9  # of a pool
MOST_NEEDS = 8
MOST_JOBS = 6
MOST_ACTIVITY = 8
OWN_MACHINES = 12
SEGMENTS = (
    VMState.RUNNING,
    VMState.OFF,
    VMState.SAVED,
    VMState.ASLEEP,
    VMState.SHUTTING_DOWN,
    VMState.PAUSED,
    VMState.BLOCKED,
    VMState.CRASHED,
    VMState.UNKNOWN,
)


@dataclass(frozen=True, slots=True)
class Segment:
    """One state in the bar of machines: how many, and where it begins, in per cent."""

    state: str
    word: str | Promise
    count: int
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that needs a person."""

    tone: str
    icon: str
    what: str
    why: str
    url: str
    verb: str | Promise


class Overview:
    """What `user` sees first."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.is_admin = is_admin(user)
        self.machines = VM.objects.allowing(user, Capability.VM_VIEW).in_scope(user).kept()

    @property
    def greeting(self) -> str:
        """A greeting that fits the hour."""
        hour = timezone.localtime().hour
        name = self.user.first_name or self.user.username
        if hour < 12:
            return _("Good morning, %(name)s") % {"name": name}
        if hour < 18:
            return _("Good afternoon, %(name)s") % {"name": name}
        return _("Good evening, %(name)s") % {"name": name}

    @cached_property
    def _away(self) -> dict[int, Host]:
        """The hosts that do not answer."""
        return Host.objects.filter(state=HostState.UNREACHABLE).in_bulk()

    @cached_property
    def _groups(self) -> list[tuple[str, int, int]]:
        """State, host and how many machines: from an index, however many there are."""
        grouped = self.machines.order_by().values("state", "host").annotate(number=Count("pk"))
        return list(grouped.values_list("state", "host", "number"))

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many machines are in each state that is shown."""
        counts: dict[str, int] = {}
        for state, host, number in self._groups:
            shown = VMState.UNKNOWN.value if host in self._away else state
            counts[shown] = counts.get(shown, 0) + number
        return counts

    @property
    def total(self) -> int:
        """How many machines there are."""
        return sum(self.counts.values())

    @property
    def segments(self) -> Iterator[Segment]:
        """The bar of machines by state; nothing for a state without any."""
        start = 0.0
        for state in SEGMENTS:
            if number := self.counts.get(state, 0):
                width = number / self.total * 100
                yield Segment(state, VMState(state).label, number, start, width)
                start += width

    @cached_property
    def rows(self) -> list[Row]:
        """Some machines of an ordinary person, by name."""
        if self.is_admin:
            return []
        keys = self.machines.order_by("name", "pk").values_list("pk", flat=True)
        return rows_of(self.user, list(keys[:OWN_MACHINES]))

    @cached_property
    def use(self) -> dict[str, float | None]:
        """Load of all hosts that are read now: processors by their number, memory, storage."""
        hosts = Host.objects.filter(state__in=(HostState.ONLINE, HostState.NOT_READY))
        figures = hosts.aggregate(
            all_cpus=Sum("cpus", filter=Q(cpu_percent__isnull=False)),
            busy=Sum(F("cpu_percent") * F("cpus")),
            all_memory=Sum("memory", filter=Q(memory_used__isnull=False)),
            used=Sum("memory_used"),
        )
        pools = StoragePool.objects.filter(active=True, host__in=hosts)
        space = pools.aggregate(all=Sum("capacity"), free=Sum("available"))
        used = None if space["all"] is None else space["all"] - space["free"]
        return {
            "cpu": _share(figures["busy"], (figures["all_cpus"] or 0) * 100),
            "memory": _share(figures["used"], figures["all_memory"]),
            "storage": _share(used, space["all"]),
        }

    @cached_property
    def cards(self) -> list[HostCard]:
        """The hosts, for administrators."""
        return list(cards()) if self.is_admin else []

    @cached_property
    def needs(self) -> list[Need]:
        """What needs a look: in doubt, unreachable, failed, full, old."""
        found = [
            *self._held(),
            *self._unreachable(),
            *self._exposed(),
            *self._failed(),
            *self._full(),
            *self._old_snapshots(),
        ]
        return found[:MOST_NEEDS]

    def _held(self) -> Iterator[Need]:
        """Machines that run twice, were lost, or of which nobody knows where they are."""
        held = self.machines.exclude(hold="").select_related("host")
        for vm in held.order_by("name", "pk")[:MOST_NEEDS]:
            refusal = can(vm, "start")
            yield Need(
                "brick",
                "alert-triangle",
                _("%(name)s: %(hold)s") % {"name": vm.name, "hold": HOLDS.get(vm.hold, "")},
                str(refusal or ""),
                reverse("vms:detail", args=[vm.pk]),
                gettext_lazy("Open machine"),
            )

    def _unreachable(self) -> Iterator[Need]:
        if not self.is_admin:
            return
        for host in list(self._away.values())[:MOST_NEEDS]:
            number = sum(n for _state, pk, n in self._groups if pk == host.pk)
            seen = clock(host.last_seen) if host.last_seen else "–"
            why = ngettext(
                "Its %(number)d machine shows data as of %(seen)s.",
                "Its %(number)d machines show data as of %(seen)s.",
                number,
            ) % {"number": number, "seen": seen}
            yield Need(
                "brick",
                "plug-connected-x",
                _("Host %(name)s does not answer") % {"name": host.name},
                f"{host.error_message} {why}".strip(),
                reverse("hosts:detail", args=[host.pk]),
                gettext_lazy("Open host"),
            )

    def _exposed(self) -> Iterator[Need]:
        """Critical findings of security, in one line."""
        number = critical_findings() if self.is_admin else 0
        if number:
            yield Need(
                "brick",
                "shield-lock",
                ngettext(
                    "%(number)d critical security finding",
                    "%(number)d critical security findings",
                    number,
                )
                % {"number": number},
                _("They come first: until then the score stays below 50."),
                f"{reverse('posture:site')}?severity=critical&state=open",
                gettext_lazy("Open findings"),
            )

    def _failed(self) -> Iterator[Need]:
        broken = self.machines.filter(state__in=(VMState.BLOCKED, VMState.CRASHED))
        shown = broken.exclude(host__in=self._away).order_by("name", "pk")
        for vm in shown.only("name", "state", "state_reason", "state_since")[:MOST_NEEDS]:
            what = (
                _("%(name)s is blocked") if vm.state == VMState.BLOCKED else _("%(name)s crashed")
            )
            reason = capfirst(str(REASONS.get(vm.state_reason, "")))
            since = _("Since %(time)s.") % {"time": clock(vm.state_since)}
            yield Need(
                "brick",
                "hand-stop" if vm.state == VMState.BLOCKED else "x",
                what % {"name": vm.name},
                f"{reason}. {since}" if reason else since,
                reverse("vms:detail", args=[vm.pk]),
                gettext_lazy("Open machine"),
            )

    def _full(self) -> Iterator[Need]:
        if not self.is_admin:
            return
        pools = StoragePool.objects.filter(active=True, capacity__gt=0)
        full = pools.filter(available__lt=F("capacity") * (1 - FULL)).select_related("host")
        for pool in full[:MOST_NEEDS]:
            used = (pool.capacity - pool.available) / pool.capacity * 100
            names = {"pool": pool.name, "host": pool.host.name, "share": percent(used)}
            yield Need(
                "amber",
                "database",
                _("Pool %(pool)s on %(host)s is %(share)s full") % names,
                _("Machines whose disks cannot grow are stopped."),
                reverse("hosts:detail", args=[pool.host_id]),
                gettext_lazy("Open host"),
            )

    def _old_snapshots(self) -> Iterator[Need]:
        old = self.machines.filter(old_condition())
        fields = ("name", "snapshot_count", "oldest_snapshot_at", "disk_layers")
        for vm in old.order_by("oldest_snapshot_at", "pk").only(*fields)[:MOST_NEEDS]:
            yield Need(
                "amber",
                "camera-exclamation",
                _("Snapshots of %(name)s need a look") % {"name": vm.name},
                f"{why_old(vm)} {_('They grow, and reads pass through every layer.')}",
                reverse("snapshots:machine", args=[vm.pk]),
                gettext_lazy("Open snapshots"),
            )

    @cached_property
    def idle(self) -> Idle:
        """The machines that nobody seems to use."""
        return sum_up(self.machines)

    @cached_property
    def running_jobs(self) -> list[Job]:
        """The jobs that are queued or running."""
        jobs = Job.objects.visible_to(self.user).in_scope(self.user)
        return list(jobs.active()[:MOST_JOBS])

    @cached_property
    def activity(self) -> list[Job]:
        """What was done last."""
        jobs = Job.objects.visible_to(self.user).in_scope(self.user)
        done = jobs.filter(finished_at__isnull=False)
        return list(done.select_related("actor").order_by("-finished_at")[:MOST_ACTIVITY])


def _share(part: float | None, whole: float | None) -> float | None:
    return None if part is None or not whole else part / whole * 100


@requires(Capability.SIGNED_IN)
def overview(request: SignedInRequest) -> HttpResponse:
    """Show the first page: of the house, or of the person's own machines."""
    if calm := calm_for(request.user):
        return render(request, "overview/calm.html", {"calm": calm})
    page = Overview(request.user)
    return render(request, "overview/overview.html", {"page": page})
