"""What does a guest say of itself?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AddressInfo:
    """Hold one address of a guest; what the agent says is the guest's own claim."""

    mac: str
    address: str
    family: str = "ipv4"
    source: str = "lease"
    prefix: int | None = None


@dataclass(frozen=True, slots=True)
class GuestFileSystem:
    """Describe one mounted file system of a guest; sizes in bytes, None where it does not say."""

    mount: str
    kind: str = ""
    total: int | None = None
    used: int | None = None


@dataclass(frozen=True, slots=True)
class GuestFacts:
    """Hold what a guest's agent says of its system: its own claims, shortened."""

    hostname: str = ""
    system: str = ""
    kernel: str = ""
    users: tuple[str, ...] = ()
    filesystems: tuple[GuestFileSystem, ...] = ()
