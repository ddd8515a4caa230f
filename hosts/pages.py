"""What does a host's page show? Read once for each request, from rows alone."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from hosts import usage
from hosts.facts import percent
from hosts.failures import command_for, next_steps
from hosts.models import Host, HostState, StoragePool
from hosts.processors import ProcessorMap
from hosts.readiness import Readiness, readiness_of
from hosts.ssh import fingerprint_of
from hosts.tries import Tried, tried_steps
from jobs.models import Job
from jobs.services import active_job_of
from live import samples

TABS: dict[str, str | Promise] = {
    "overview": _("Overview"),
    "machines": _("Machines"),
    "storage": _("Storage"),
    "networks": _("Networks"),
    "devices": _("Devices"),
}
BUSIEST = 6
SPARK_POINTS = 24
DEVICE_KINDS: dict[str, str | Promise] = {
    "pci": _("PCI devices"),
    "usb": _("USB devices"),
    "net": _("Network cards"),
    "storage": _("Disks"),
}


@dataclass(frozen=True, slots=True)
class PoolRow:
    """A pool with the number of its volumes."""

    pool: StoragePool
    number: int

    @property
    def percent(self) -> float | None:
        """How full it is, while it is active."""
        return percent(self.pool.allocation, self.pool.capacity) if self.pool.active else None


class HostPage:
    """One host with everything around it; each part is read when a template asks for it."""

    def __init__(self, host: Host, tab: str = "overview", *, may_manage: bool = False) -> None:
        self.host = host
        self.tab = tab
        self.may_manage = may_manage

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many of each there are, for the tabs."""
        found = Host.objects.filter(pk=self.host.pk).aggregate(
            machines=Count("vms", distinct=True),
            storage=Count("pools", distinct=True),
            networks=Count("networks", distinct=True),
            devices=Count("devices", distinct=True),
        )
        return {name: int(number) for name, number in found.items()}

    @property
    def tabs(self) -> list[tuple[str, str | Promise, int | None]]:
        """Key, word and number of each tab."""
        return [(key, word, self.counts.get(key)) for key, word in TABS.items()]

    @property
    def is_stale(self) -> bool:
        """Whether nobody reads the host now."""
        return not self.host.is_online

    @property
    def is_first_try(self) -> bool:
        """Whether the host was never read."""
        return self.host.last_seen is None

    @property
    def memory_percent(self) -> float | None:
        """How much memory is in use."""
        return percent(self.host.memory_used, self.host.memory)

    @cached_property
    def pools(self) -> list[PoolRow]:
        """The pools with the number of their volumes, and how full they are."""
        pools = self.host.pools.annotate(number=Count("volumes"))
        return [PoolRow(pool, pool.number) for pool in pools]

    @cached_property
    def storage(self) -> dict[str, int]:
        """The bytes of all active pools together."""
        active = [row.pool for row in self.pools if row.pool.active]
        return {
            "used": sum(pool.allocation for pool in active),
            "all": sum(pool.capacity for pool in active),
        }

    @property
    def storage_percent(self) -> float | None:
        """How full the active pools are together."""
        return percent(self.storage["used"], self.storage["all"])

    @cached_property
    def networks(self) -> list[Any]:
        """The virtual networks."""
        found: list[Any] = list(self.host.networks.all())
        plugged = Counter(
            name
            for nics in self._machines().order_by().values_list("nics", flat=True)
            for name in {nic.get("source") for nic in nics if nic.get("kind") == "network"}
        )
        for network in found:
            network.machines = plugged[network.name]
        return found

    @cached_property
    def device_groups(self) -> list[tuple[str | Promise, list[Any]]]:
        """The devices by kind; kinds that nobody looks for are left out."""
        devices = list(self.host.devices.filter(kind__in=DEVICE_KINDS))
        groups = [
            (word, [device for device in devices if device.kind == kind])
            for kind, word in DEVICE_KINDS.items()
        ]
        return [(word, found) for word, found in groups if found]

    def _machines(self) -> QuerySet[Any]:
        """Return the machines of this host, whose room is above, by relation."""
        return self.host.vms.select_related("owner", "team")

    @cached_property
    def machines(self) -> list[Any]:
        """All machines by name, with the state to show."""
        return self._shown(self._machines().order_by("name"))

    @cached_property
    def busiest(self) -> list[Any]:
        """The machines that use the processors most."""
        rows = self._machines().filter(state="running", cpu_percent__isnull=False)
        return self._shown(rows.order_by("-cpu_percent", "name")[:BUSIEST])

    def _shown(self, rows: QuerySet[Any]) -> list[Any]:
        found = list(rows)
        lines = samples.rings([machine.pk for machine in found], SPARK_POINTS)
        for machine in found:
            machine.cpu_ring = [one.cpu for one in lines[machine.pk]]
            machine.host = self.host
            machine.memory_percent = percent(machine.memory_used, machine.memory)
            machine.card_state = "unknown" if self.is_lost else machine.state
        return found

    @property
    def is_lost(self) -> bool:
        """Whether the states of machines are not known."""
        return bool(self.host.state == HostState.UNREACHABLE)

    @cached_property
    def memory_promised(self) -> int:
        """The memory of the machines that run."""
        rows = self._machines().order_by().filter(state__in=("running", "paused", "blocked"))
        return int(rows.aggregate(total=Sum("memory"))["total"] or 0)

    @cached_property
    def rings(self) -> usage.Rings:
        """The last values of processor, memory and network."""
        return usage.rings_of(self.host.pk)

    @property
    def network(self) -> float | None:
        """The bytes per second of the machines now."""
        return self.rings.network[-1] if self.rings.network and not self.is_stale else None

    @property
    def network_top(self) -> float:
        """The most of them lately, which the line under the figure reaches."""
        return max((rate for rate in self.rings.network if rate), default=1.0)

    @cached_property
    def processors(self) -> ProcessorMap:
        """The threads of the processors and how busy each is."""
        return ProcessorMap(self.host)

    @cached_property
    def readiness(self) -> list[Readiness]:
        """The checks that were made."""
        return readiness_of(self.host)

    @property
    def ready_count(self) -> int:
        """How many checks passed."""
        return sum(one.state == "ok" for one in self.readiness)

    @property
    def looked_at(self) -> int:
        """How many checks came to something."""
        return sum(one.state != "skip" for one in self.readiness)

    @cached_property
    def kept_for(self) -> list[str]:
        """The teams for whose machines it is kept; none where it is open to everybody."""
        return list(self.host.kept_for.order_by("name").values_list("name", flat=True))

    @cached_property
    def active_job(self) -> Job | None:
        """The job that holds the host, if any."""
        return active_job_of("host", self.host.pk)

    @property
    def next_steps(self) -> list[str]:
        """What a person can do while the host is away."""
        return [str(line) for line in next_steps(self.host.error_code)]

    @property
    def command(self) -> str:
        """The command on the host that probably helps."""
        return command_for(self.host.error_code, self.host.transport)

    @property
    def tried(self) -> list[Tried]:
        """What the last try found, step by step, as far as its end tells."""
        return tried_steps(self.host)

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the pinned key."""
        return fingerprint_of(self.host.host_key) if self.host.host_key else ""

    @property
    def place(self) -> str:
        """Where the host is reached."""
        host = self.host
        user = f"{host.username}@" if host.username else ""
        port = f":{host.port}" if host.port else ""
        return f"{user}{host.hostname}{port}" if host.hostname else host.socket or host.test_path

    @property
    def versions(self) -> list[str]:
        """The words of the line below the name."""
        host = self.host
        words = [host.system_name if host.system_name != host.name else "", host.cpu_model]
        return [word for word in words if word]
