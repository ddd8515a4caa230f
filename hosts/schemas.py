"""The shapes of hosts in the API. Sizes are bytes."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema


class HostOut(Schema):
    """A host as the list shows it."""

    id: int
    name: str
    transport: str
    hostname: str
    state: str = Field(description="connecting, online, not_ready or unreachable")
    duty: str = Field(description="draining, maintenance or empty: nothing new lands on it then")
    state_since: datetime
    last_seen: datetime | None
    error_code: str
    error_message: str
    libvirt_version: str
    hypervisor_version: str
    cpu_model: str
    cpus: int
    memory: int
    cpu_percent: float | None
    memory_used: int | None
    kvm_works: bool | None


class HostDetail(HostOut):
    """A host with its inventory."""

    port: int | None
    username: str
    error_detail: str
    system_name: str
    arch: str
    sockets: int
    cores: int
    threads: int
    numa: list[dict[str, Any]]
    capabilities: dict[str, Any]
    kvm_cpu_mode: str
    kvm_reason: str
    kept_for: list[str] = Field(description="slugs of the teams that it is kept for; none is all")
    migration_transport: str
    migration_address: str
    migration_port: int | None

    @staticmethod
    def resolve_kept_for(host: Any) -> list[str]:
        """Return the teams' slugs."""
        return sorted(host.kept_for.values_list("slug", flat=True))


class FixOut(Schema):
    """What Guesthouse can do about a check."""

    action: str
    name: str


class CheckOut(Schema):
    """One readiness check."""

    state: str = Field(description="ok, warn, fail or skip")
    title: str
    value: str
    fix: FixOut | None
    command: str = Field(description="what to run on the host, where that helps")


class ReadinessOut(Schema):
    """What is known of a host's readiness."""

    is_ready: bool
    checked_at: datetime | None
    checks: list[CheckOut]


class FixIn(Schema):
    """Which of the offered fixes."""

    action: Annotated[str, Field(max_length=40)]
    name: Annotated[str, Field(max_length=255)] = ""


class HostIn(Schema):
    """A new host."""

    name: Annotated[str, Field(min_length=1, max_length=63)]
    transport: Literal["local", "session", "ssh", "tls", "tcp"]
    hostname: Annotated[str, Field(max_length=253)] = ""
    port: Annotated[int | None, Field(ge=1, le=65535)] = None
    username: Annotated[str, Field(max_length=32)] = ""
    socket: Annotated[str, Field(max_length=200)] = ""
    host_key: Annotated[str, Field(max_length=2000)] = ""
    migration_transport: Literal["", "ssh", "tls", "tcp"] = ""
    migration_address: Annotated[str, Field(max_length=253)] = ""
    migration_port: Annotated[int | None, Field(ge=1, le=65535)] = None


class HostPatch(Schema):
    """What can be changed of a host; what is left out stays."""

    name: Annotated[str | None, Field(min_length=1, max_length=63)] = None
    hostname: Annotated[str | None, Field(max_length=253)] = None
    port: Annotated[int | None, Field(ge=1, le=65535)] = None
    username: Annotated[str | None, Field(max_length=32)] = None
    kept_for: Annotated[list[str] | None, Field(description="slugs of teams; empty is all")] = None
    migration_transport: Literal["", "ssh", "tls", "tcp"] | None = None
    migration_address: Annotated[str | None, Field(max_length=253)] = None
    migration_port: Annotated[int | None, Field(ge=1, le=65535)] = None


class PoolOut(Schema):
    """A storage pool."""

    id: int
    name: str
    kind: str
    path: str
    active: bool
    autostart: bool
    is_shared: bool
    capacity: int
    allocation: int
    available: int


class PoolPatch(Schema):
    """What is said of a pool."""

    is_shared: bool


class PublicKeyOut(Schema):
    """Our SSH key."""

    public_key: str


class VolumeOut(Schema):
    """A volume."""

    id: int
    name: str
    format: str
    capacity: int
    allocation: int


class NetworkOut(Schema):
    """A virtual network."""

    id: int
    name: str
    mode: str
    bridge: str
    active: bool
    cidrs: list[str]
    dhcp: bool


class DeviceOut(Schema):
    """A device of a host."""

    id: int
    name: str
    kind: str
    label: str
    vendor: str
    product: str
    driver: str
    address: str
    iommu_group: int | None
