"""A machine as people see it: mirrored facts of a libvirt guest, its owner, tags and views.

Sizes are bytes, times aware UTC. The JSON columns mirror the dataclasses of `virt.facts`.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Capability, Person, audiences_of, reach
from accounts.models import Team, User
from hosts.models import Host, HostState
from jobs.audit import About
from jobs.models import Job

from .affinity.models import Affinity, PlacementGroup
from .states import ARRIVING, ON, REASONS, UNKNOWING, VMState, busy_state, passing_state

__all__ = ["VM", "Affinity", "PlacementGroup", "SavedView", "Tag", "VMQuerySet", "saved_views_of"]


class Tag(models.Model):
    """A word on machines."""

    name = models.CharField(max_length=40, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class VMQuerySet(models.QuerySet["VM"]):
    """Machines by right."""

    def allowing(self, user: Person, capability: Capability) -> "VMQuerySet":
        """Return the machines on which `user` has `capability`."""
        return self.filter(reach(user, capability, "vm"))

    def in_scope(self, user: Person) -> "VMQuerySet":
        """Return those of the team to which `user` has narrowed their pages; all where none."""
        team: int | None = getattr(user, "scope_id", None)
        return self if team is None else self.filter(team=team)

    def kept(self) -> "VMQuerySet":
        """Return the machines that are not in the recycle bin."""
        return self.filter(recycled_at=None)

    def in_bin(self) -> "VMQuerySet":
        """Return the machines in the recycle bin."""
        return self.filter(recycled_at__isnull=False)


class VM(models.Model):
    """A machine. Rows are written by the watcher; people change them by jobs."""

    host = models.ForeignKey(Host, on_delete=models.CASCADE, related_name="vms")
    uuid = models.UUIDField(unique=True)  # on whichever host it is; `Copy` tells of others
    name = models.CharField(max_length=255, db_index=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="vms",
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="vms"
    )
    tags: Any = models.ManyToManyField(Tag, blank=True, related_name="vms")
    description = models.TextField(blank=True)
    is_protected = models.BooleanField(default=False)  # against deletion
    stays_on = models.BooleanField(default=False)  # protected against being stopped
    rev = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    # Whether the host has, or had, the guest: false while its job still makes it.
    is_made = models.BooleanField(default=True)

    # How long it may live: stopped at `ends_at`, in the bin from `recycled_at`, gone after the
    # team's days there. `reminded_at` is the last word about either.
    size = models.CharField(max_length=40, blank=True)  # the slug of a size of the catalogue
    ends_at = models.DateTimeField(null=True, blank=True, db_index=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    recycled_at = models.DateTimeField(null=True, blank=True)

    # When it was last seen in use, and by what (one of `idle.signs.SIGNS`); null is never, as far
    # as was looked. Since `quiet_since` no use was seen: the last use, or the first look.
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_used_by = models.CharField(max_length=10, blank=True)
    quiet_since = models.DateTimeField(default=timezone.now)
    idle_told_at = models.DateTimeField(null=True, blank=True)

    # Why nothing may be done with it now, whatever its state: one of `states.HOLDS`, "" for none.
    hold = models.CharField(max_length=16, blank=True)

    # Its snapshots, as they were last read: how many, since when the oldest, and how many layers
    # of files are behind the disk that has most.
    snapshot_count = models.PositiveIntegerField(default=0)
    oldest_snapshot_at = models.DateTimeField(null=True, blank=True)
    disk_layers = models.PositiveIntegerField(default=0)

    # Mirrored facts. A guest whose QEMU does not answer is shown as blocked, "not-responding".
    is_unresponsive = models.BooleanField(default=False)
    domain_id = models.IntegerField(null=True)
    state = models.CharField(
        max_length=16, choices=VMState.choices, default=VMState.UNKNOWN, db_index=True
    )
    state_reason = models.CharField(max_length=40, blank=True)
    state_since = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    started_before = models.BooleanField(default=False)  # it ran at `started_at`, maybe for long
    is_persistent = models.BooleanField(default=True)
    autostart = models.BooleanField(default=False)
    has_managed_save = models.BooleanField(default=False)
    vcpus = models.PositiveIntegerField(default=1)
    memory = models.BigIntegerField(default=0)
    disk_bytes = models.BigIntegerField(default=0)  # what its disks may grow to, all together

    # How far processors and memory can grow while it runs, and what the next start gives where that
    # differs; 0 is not known, or no difference. `fixed` says why they cannot be changed alone, a
    # word of `resizing.rules.FIXED`.
    max_vcpus = models.PositiveIntegerField(default=0)
    max_memory = models.BigIntegerField(default=0)
    next_vcpus = models.PositiveIntegerField(default=0)
    next_max_vcpus = models.PositiveIntegerField(default=0)
    next_memory = models.BigIntegerField(default=0)
    next_max_memory = models.BigIntegerField(default=0)
    fixed = models.CharField(max_length=8, blank=True)
    differences: Any = models.JSONField(default=list)  # `virt.domains.later.Difference`

    # What a job that makes it bigger has reserved, 0 without one; the slug of the size that it has
    # once nothing waits for the next start any more.
    held_vcpus = models.PositiveIntegerField(default=0)
    held_memory = models.BigIntegerField(default=0)
    held_disk = models.BigIntegerField(default=0)
    next_size = models.CharField(max_length=40, blank=True)

    arch = models.CharField(max_length=20, blank=True)
    machine_type = models.CharField(max_length=60, blank=True)
    firmware = models.CharField(max_length=16, blank=True)
    virt_type = models.CharField(max_length=12, blank=True)
    cpu_mode = models.CharField(max_length=60, blank=True)
    has_tpm = models.BooleanField(default=False)
    has_agent_channel = models.BooleanField(default=False)
    agent_connected = models.BooleanField(default=False)
    has_serial = models.BooleanField(default=False)
    # By which display the guest's clipboard goes (vnc, spice), and whether its program runs there
    clipboard = models.CharField(max_length=8, blank=True)
    clipboard_connected = models.BooleanField(default=False)
    os_id = models.CharField(max_length=120, blank=True)
    disks: Any = models.JSONField(default=list)
    nics: Any = models.JSONField(default=list)
    graphics: Any = models.JSONField(default=list)
    video: Any = models.JSONField(default=list)  # [{"model", "heads"}], the first is the primary
    pinned_cpus: Any = models.JSONField(default=list)  # the host's threads; empty is all of them
    fences: Any = models.JSONField(default=dict)  # `virt.domains.fences`; empty: not read yet

    # Addresses: the agent's, else a lease, else ARP
    address = models.CharField(max_length=45, blank=True, db_index=True)
    addresses: Any = models.JSONField(default=list)  # [{"mac", "address", "family", "source"}]

    # What the guest's agent said last of its system: {"hostname", "system", "kernel", "users",
    # "filesystems": [{"mount", "kind", "total", "used"}]}; its own claims
    guest: Any = models.JSONField(default=dict)

    # Use, at the last sample that was kept
    cpu_percent = models.FloatField(null=True)
    memory_used = models.BigIntegerField(null=True)

    objects = VMQuerySet.as_manager()

    # The job that is changing this machine now; filled in by `vms.busy.attach_jobs`.
    active_job: Job | None = None

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("machine")
        verbose_name_plural = _("machines")
        indexes = [
            models.Index(
                fields=["recycled_at", "name"], name="vm_kept_by_name"
            ),  # the list's pages
            models.Index(fields=["owner", "name"]),
            models.Index(fields=["team", "name"]),
            # Covers the counts beside the tabs, so that wide rows are not read for them.
            models.Index(
                fields=["recycled_at", "state", "host", "owner", "quiet_since"], name="vm_counts"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_state(self) -> str:
        """The state to draw: what the job does, unknown while the host is away, else libvirt's."""
        if self.active_job is not None:
            return busy_state(self.active_job.kind)
        if self.host.state == HostState.UNREACHABLE or self.hold in UNKNOWING:
            return VMState.UNKNOWN
        return passing_state(self.state, self.state_reason) or self.state

    @property
    def shown_reason(self) -> str:
        """The key of the reason beside the state, "" where it says nothing new; see `REASONS`."""
        if self.active_job is not None or self.host.state == HostState.UNREACHABLE:
            return ""
        if self.hold:
            return self.hold
        return self.state_reason if self.state_reason in REASONS else ""

    @property
    def is_on(self) -> bool:
        """Whether libvirt has a running, paused or sleeping process for the guest."""
        return self.state in ON or self.domain_id is not None

    @property
    def is_in_bin(self) -> bool:
        """Whether it is in the recycle bin."""
        return self.recycled_at is not None

    @property
    def about(self) -> About:
        """Say to the record, or to a job, that it is about this machine."""
        return About(target_kind="vm", target_id=self.pk, target_name=self.name)

    @property
    def audiences(self) -> list[str]:
        """Who hears about this machine."""
        return audiences_of(self)


class Copy(models.Model):
    """A guest with a machine's UUID on another host than the machine's.

    It is on its way there, was left behind, or runs beside the machine, which must not be. A
    machine has one row, which follows the guest that runs; see `following`.
    """

    vm = models.ForeignKey(VM, on_delete=models.CASCADE, related_name="copies")
    host = models.ForeignKey(Host, on_delete=models.CASCADE, related_name="+")
    columns: Any = models.JSONField(default=dict)  # the mirrored facts, as the machine's row has
    since = models.DateTimeField(default=timezone.now)  # in this state

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vm", "host"], name="one_copy_per_host")]

    def __str__(self) -> str:
        return f"{self.vm} ({self.host})"

    @property
    def state(self) -> str:
        """What libvirt says there."""
        return str(self.columns.get("state", VMState.UNKNOWN))

    @property
    def reason(self) -> str:
        """Libvirt's reason."""
        return str(self.columns.get("state_reason", ""))

    @property
    def is_on(self) -> bool:
        """Whether it has a process there."""
        return self.state in ON

    @property
    def is_arriving(self) -> bool:
        """Whether it waits for its memory, or has just sent it away: it does not run."""
        return self.state == VMState.PAUSED and self.reason in ARRIVING

    @property
    def is_running(self) -> bool:
        """Whether it may run beside the machine."""
        return self.is_on and not self.is_arriving


class SavedView(models.Model):
    """A list of machines kept under a name: the query string of the list page."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=500)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="one_view_per_name")]

    def __str__(self) -> str:
        return self.name


def saved_views_of(user: User) -> list[SavedView]:
    """Return the views that a person kept, read once: the list and its sidebar both show them."""
    models.prefetch_related_objects([user], "saved_views")
    return list(user.saved_views.all())
