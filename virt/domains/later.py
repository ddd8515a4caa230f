"""What does a running domain get otherwise at its next start? Its definition beside what runs."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from virt.facts.domain import DiskInfo, DomainInfo

# Of these libvirt writes down what it became on this host, so that what runs always differs.
_OF_THE_HOST = frozenset({"", "host-model"})
_WITH_MEDIA = frozenset({"cdrom", "floppy"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that will be another. `change` is added, removed or changed.

    `part` is disk, medium, card, display, graphics, processor, board, firmware, tpm, agent, device
    or folder; `name` says which, "" where there is only one.
    """

    part: str
    name: str
    change: str


def differences(now: "DomainInfo", later: "DomainInfo") -> tuple[Difference, ...]:
    """Return what a domain that runs as `now` gets otherwise where its definition says `later`.

    Processors and memory are not among it: they are `DomainInfo.later`.
    """
    return (*_disks(now, later), *_cards(now, later), *_rest(now, later))


def _disks(now: "DomainInfo", later: "DomainInfo") -> Iterator[Difference]:
    before, after = ({disk.target: disk for disk in info.disks} for info in (now, later))
    shapes = [{name: (d.bus, d.device) for name, d in disks.items()} for disks in (before, after)]
    yield from _compared("disk", *shapes)
    for name in before.keys() & after.keys():
        is_medium = after[name].device in _WITH_MEDIA
        if shapes[0][name] == shapes[1][name] and _held(before[name]) != _held(after[name]):
            yield Difference("medium" if is_medium else "disk", name, "changed")


def _held(disk: "DiskInfo") -> tuple[str, str, str]:
    return disk.source, disk.pool, disk.volume


def _cards(now: "DomainInfo", later: "DomainInfo") -> Iterator[Difference]:
    before, after = (
        {nic.mac: (nic.kind, nic.source, nic.model, nic.link_up) for nic in info.nics}
        for info in (now, later)
    )
    yield from _compared("card", before, after)


def _rest(now: "DomainInfo", later: "DomainInfo") -> Iterator[Difference]:
    for part, facts in _PARTS.items():
        yield from _compared(part, facts(now), facts(later))
    if later.cpu_mode not in _OF_THE_HOST and _processor(now) != _processor(later):
        yield Difference("processor", "", "changed")


def _processor(info: "DomainInfo") -> tuple[str, str]:
    return info.cpu_mode, info.cpu_model if info.cpu_mode == "custom" else ""


Facts = Mapping[str, Hashable]
_PARTS: dict[str, Callable[["DomainInfo"], Facts]] = {
    "display": lambda info: {one.kind: True for one in info.graphics},
    "graphics": lambda info: {"": info.video},
    "board": lambda info: {"": info.machine},
    "firmware": lambda info: {"": info.firmware},
    "tpm": lambda info: {"": True} if info.has_tpm else {},
    "agent": lambda info: {"": True} if info.has_agent_channel else {},
    "device": lambda info: dict.fromkeys(info.fences.devices, True),
    "folder": lambda info: {one.target: (one.source, one.readonly) for one in info.fences.folders},
}


def _compared(part: str, before: Facts, after: Facts) -> Iterator[Difference]:
    for name in sorted(before.keys() | after.keys()):
        if name not in before:
            yield Difference(part, name, "added")
        elif name not in after:
            yield Difference(part, name, "removed")
        elif before[name] != after[name]:
            yield Difference(part, name, "changed")
