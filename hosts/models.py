"""A host and what it offers, mirrored from libvirt. Sizes are bytes, times aware UTC."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Team


class Transport(models.TextChoices):
    """How libvirt is reached; the values are those of `virt.uri.Transport`."""

    LOCAL = "local", _("This machine")
    SESSION = "session", _("This machine, own session")
    SSH = "ssh", _("SSH")
    TLS = "tls", _("TLS")
    TCP = "tcp", _("TCP, unprotected")
    TEST = "test", _("Simulated")


class HostState(models.TextChoices):
    """Whether the watcher reads the host."""

    CONNECTING = "connecting", _("Connecting")
    ONLINE = "online", _("Online")
    NOT_READY = "not_ready", _("Not ready")
    UNREACHABLE = "unreachable", _("Unreachable")


class Duty(models.TextChoices):
    """Whether new machines may come to a host that works."""

    OPEN = "", _("Open for machines")
    DRAINING = "draining", _("Draining")
    MAINTENANCE = "maintenance", _("Maintenance")


class Host(models.Model):
    """A machine with libvirt, how to reach it, and what was last read from it."""

    name = models.CharField(max_length=63, unique=True)
    transport = models.CharField(max_length=8, choices=Transport.choices)
    hostname = models.CharField(max_length=253, blank=True)
    port = models.PositiveIntegerField(null=True, blank=True)
    username = models.CharField(max_length=32, blank=True)
    socket = models.CharField(max_length=200, blank=True)
    test_path = models.CharField(max_length=200, blank=True)
    # How other hosts reach it when machines move; empty is as Guesthouse does. The address is also
    # where the memory and the disks of machines go.
    migration_transport = models.CharField(max_length=8, choices=Transport.choices, blank=True)
    migration_address = models.CharField(max_length=253, blank=True)
    migration_port = models.PositiveIntegerField(null=True, blank=True)
    host_key = models.TextField(blank=True)  # pinned at first use, "ssh-ed25519 AAAA…"

    state = models.CharField(max_length=12, choices=HostState.choices, default=HostState.CONNECTING)
    state_since = models.DateTimeField(default=timezone.now)
    last_seen = models.DateTimeField(null=True)
    next_try = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=40, blank=True)
    error_message = models.TextField(blank=True)
    error_detail = models.TextField(blank=True)
    rev = models.PositiveIntegerField(default=0)
    watcher = models.CharField(max_length=80, blank=True)
    watcher_until = models.DateTimeField(null=True)
    rescan_requested = models.BooleanField(default=False)
    scanned_at = models.DateTimeField(null=True)  # the last complete reading

    # Inventory
    uuid = models.UUIDField(null=True)
    system_name = models.CharField(max_length=255, blank=True)
    arch = models.CharField(max_length=20, blank=True)
    libvirt_version = models.CharField(max_length=20, blank=True)
    hypervisor = models.CharField(max_length=20, blank=True)
    hypervisor_version = models.CharField(max_length=20, blank=True)
    cpu_model = models.CharField(max_length=120, blank=True)
    cpu_vendor = models.CharField(max_length=40, blank=True)
    sockets = models.PositiveIntegerField(default=0)
    cores = models.PositiveIntegerField(default=0)
    threads = models.PositiveIntegerField(default=0)
    cpus = models.PositiveIntegerField(default=0)
    memory = models.BigIntegerField(default=0)
    numa: Any = models.JSONField(default=list)  # [{"id", "memory", "cpus", "cores": [[int]]}]
    capabilities: Any = models.JSONField(default=dict)  # what guests may use

    # Acceleration, found out by booting a guest of a few MB
    kvm_works = models.BooleanField(null=True)
    kvm_cpu_mode = models.CharField(max_length=40, blank=True)
    kvm_cpu_model = models.CharField(max_length=40, blank=True)  # with the mode "custom"
    kvm_disabled_features: Any = models.JSONField(default=list)
    kvm_reason = models.CharField(max_length=255, blank=True)
    probed_at = models.DateTimeField(null=True)

    # What a worker found out last about its readiness; see `hosts.readiness.findings`
    findings: Any = models.JSONField(default=dict)
    checked_at = models.DateTimeField(null=True)

    # Nothing new lands here while it is on duty elsewhere, or while it is kept for other teams
    duty = models.CharField(max_length=12, choices=Duty.choices, blank=True, default=Duty.OPEN)
    kept_for: Any = models.ManyToManyField(Team, blank=True, related_name="own_hosts")

    # Use, at the last sample
    cpu_percent = models.FloatField(null=True)
    memory_used = models.BigIntegerField(null=True)

    # What its guests send and receive, bytes per second; known to the watcher that measures it.
    network_rate: float | None = None

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_online(self) -> bool:
        """Whether what the page shows is read now."""
        return self.state in (HostState.ONLINE, HostState.NOT_READY)

    @property
    def shown_state(self) -> str:
        """The state to draw: what it is kept from, while it is reached, else its own."""
        return self.duty if self.duty and self.is_online else self.state

    @property
    def takes_machines(self) -> bool:
        """Whether something new may land here."""
        return self.state == HostState.ONLINE and not self.duty


class Watcher(models.Model):
    """A watcher process that is alive until `until`, in the database's time."""

    name = models.CharField(max_length=80, unique=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class StoragePool(models.Model):
    """A storage pool of one host."""

    host = models.ForeignKey(Host, on_delete=models.CASCADE, related_name="pools")
    uuid = models.UUIDField()
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=20)
    path = models.CharField(max_length=4096, blank=True)
    active = models.BooleanField(default=False)
    autostart = models.BooleanField(default=False)
    # Somebody said that other hosts see the same files at the same path; libvirt cannot tell.
    is_shared = models.BooleanField(default=False)
    capacity = models.BigIntegerField(default=0)
    allocation = models.BigIntegerField(default=0)
    available = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["host", "uuid"], name="one_pool_per_host")]

    def __str__(self) -> str:
        return self.name


class Volume(models.Model):
    """A volume in a pool."""

    pool = models.ForeignKey(StoragePool, on_delete=models.CASCADE, related_name="volumes")
    name = models.CharField(max_length=255)
    key = models.CharField(max_length=4096)
    path = models.CharField(max_length=4096, blank=True)
    format = models.CharField(max_length=20, blank=True)
    capacity = models.BigIntegerField(default=0)
    allocation = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["pool", "name"], name="one_volume_per_pool")]

    def __str__(self) -> str:
        return self.name


class Network(models.Model):
    """A virtual network of one host; a team's own where people made it."""

    host = models.ForeignKey(Host, on_delete=models.CASCADE, related_name="networks")
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="networks"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="networks",
    )
    uuid = models.UUIDField()
    name = models.CharField(max_length=255)
    mode = models.CharField(max_length=20)
    bridge = models.CharField(max_length=40, blank=True)
    active = models.BooleanField(default=False)
    autostart = models.BooleanField(default=False)
    cidrs: Any = models.JSONField(default=list)
    dhcp = models.BooleanField(default=False)
    gateways: Any = models.JSONField(default=list)  # the host's own addresses on it
    fixed: Any = models.JSONField(default=list)  # [{"mac", "address"}], kept for cards
    leases: Any = models.JSONField(default=list)  # [{"mac", "address", "hostname", "expires_at"}]

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["host", "uuid"], name="one_network_per_host")
        ]

    def __str__(self) -> str:
        return self.name


class HostDevice(models.Model):
    """A device of one host: PCI, USB, network card, disk."""

    host = models.ForeignKey(Host, on_delete=models.CASCADE, related_name="devices")
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=20)
    label = models.CharField(max_length=255, blank=True)
    vendor = models.CharField(max_length=255, blank=True)
    product = models.CharField(max_length=255, blank=True)
    driver = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=80, blank=True)
    iommu_group = models.IntegerField(null=True)

    class Meta:
        ordering = ["kind", "name"]
        constraints = [models.UniqueConstraint(fields=["host", "name"], name="one_device_per_host")]

    def __str__(self) -> str:
        return self.label or self.name
