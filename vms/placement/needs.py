"""What does a machine need of a host? Read from a wish, or from a machine that is there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from accounts.models import Team, User
from vms.models import VM


@dataclass(frozen=True, slots=True)
class Need:
    """Sizes in bytes. `networks` have to be there, and be offered to `user` for `team`.

    `iso` is a pool's and a volume's name. `vm` is the machine that moves, None for a new one.
    `group` is a placement group that a new machine joins. `user` None asks for no rights.
    `planned` says by id to which hosts a plan takes machines, None where that is open yet.
    """

    memory: int
    vcpus: int = 1
    disk: int = 0
    iso: tuple[str, str] | None = None
    networks: frozenset[str] = field(default_factory=frozenset)
    firmware: str = "bios"
    tpm: bool = False
    spice: bool = False
    clipboard: bool = False  # over VNC
    team: Team | None = None
    user: User | None = None
    vm: VM | None = None
    group: int | None = None
    planned: Mapping[int, int | None] = field(default_factory=dict)


def need_of(vm: VM, planned: Mapping[int, int | None] | None = None) -> Need:
    """Return what a machine needs wherever it goes: its amounts, networks, firmware and team."""
    cards = {nic.get("source") for nic in vm.nics if nic.get("kind") == "network"}
    return Need(
        memory=vm.memory,
        vcpus=vm.vcpus,
        networks=frozenset(name for name in cards if name),
        firmware=vm.firmware or "bios",
        tpm=vm.has_tpm,
        spice=any(display.get("kind") == "spice" for display in vm.graphics),
        clipboard=vm.clipboard == "vnc",
        team=vm.team,
        vm=vm,
        planned=planned or {},
    )
