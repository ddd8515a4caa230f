"""On which host is a new machine made, when nobody chose one?"""

from dataclasses import dataclass

from django.db.models import Q, Sum

from hosts.models import Host, HostState, Volume

from .models import VM
from .states import ON


@dataclass(frozen=True, slots=True)
class Room:
    """A host that can take machines, and how much memory is left on it, in bytes."""

    host: Host
    free_memory: int


def rooms() -> list[Room]:
    """Return the hosts that are read now, the one with the most free memory first."""
    promised = (
        VM.objects.filter(Q(state__in=ON) | Q(is_made=False))  # what is being made starts soon
        .order_by()
        .values("host")
        .annotate(memory=Sum("memory"))
        .values_list("host", "memory")
    )
    taken = dict(promised)
    found = [
        Room(host, host.memory - max(host.memory_used or 0, taken.get(host.pk) or 0))
        for host in Host.objects.filter(state=HostState.ONLINE)
    ]
    return sorted(found, key=lambda room: (-room.free_memory, room.host.name))


def hosts_for(
    memory: int,
    volume: tuple[str, str] | None = None,
    *,
    firmware: str = "bios",
    tpm: bool = False,
) -> list[Host]:
    """Return the hosts that can take `memory` bytes, the one with the most free memory first.

    `volume`, a pool's and a volume's name, has to exist on it, and the host has to know the
    firmware and the TPM that are wished.
    """
    found = []
    for room in rooms():
        if room.host.memory and room.host.memory < memory:
            continue
        if not knows_firmware(room.host, firmware) or (tpm and not knows_tpm(room.host)):
            continue
        if volume is None or has_volume(room.host, *volume):
            found.append(room.host)
    return found


def has_volume(host: Host, pool: str, volume: str) -> bool:
    """Say whether the host has this volume in an active pool."""
    return Volume.objects.filter(
        pool__host=host, pool__name=pool, pool__active=True, name=volume
    ).exists()


def knows_firmware(host: Host, firmware: str) -> bool:
    """Say whether the host has this firmware, as far as it tells."""
    known = host.capabilities.get("firmwares")
    return firmware == "bios" or not known or firmware in known


def knows_tpm(host: Host) -> bool:
    """Say whether the host can emulate a TPM, as far as it tells."""
    return host.capabilities.get("tpm") is not False
