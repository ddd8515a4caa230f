"""What does the watcher tell the room above about guests?"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from hosts.models import Host
from virt.facts.domain import DomainInfo
from virt.facts.figures import DomainSample
from virt.facts.guest import AddressInfo, GuestFacts
from virt.hosts.stats import Rates


class GuestMirror(Protocol):
    """Keeps rows equal to what the watcher read. Each call is made in the host's own thread.

    Calls for one host never overlap; calls for different hosts do. A call may raise nothing but
    database errors, which end the host's session and begin it anew.
    """

    def resync(self, host: Host, infos: Sequence[DomainInfo]) -> None:
        """Make the rows of `host` equal to `infos`, the complete list without sizes of disks."""

    def refresh(self, host: Host, info: DomainInfo) -> None:
        """Take over one guest; sizes of disks are None where they were not read."""

    def gone(self, host: Host, uuid: str) -> None:
        """Forget a guest that the host no longer knows."""

    def samples(
        self, host: Host, samples: Sequence[DomainSample], rates: Mapping[str, Rates]
    ) -> None:
        """Take over a round of measurements; `rates` by UUID where there was an earlier sample."""

    def addresses(self, host: Host, uuid: str, addresses: Sequence[AddressInfo]) -> None:
        """Take over the addresses of a running guest."""

    def guest_facts(self, host: Host, uuid: str, facts: GuestFacts) -> None:
        """Take over what a running guest's agent says of its system."""

    def unresponsive(self, host: Host, uuids: frozenset[str]) -> None:
        """Know which running guests' QEMU does not answer; the complete set, on each change."""

    def host_changed(self, host: Host) -> None:
        """Tell the pages of all its guests that the host's state changed."""


class _Nobody:
    """Stands in until a room registers a mirror."""

    def resync(self, host: Host, infos: Sequence[DomainInfo]) -> None: ...

    def refresh(self, host: Host, info: DomainInfo) -> None: ...

    def gone(self, host: Host, uuid: str) -> None: ...

    def samples(
        self, host: Host, samples: Sequence[DomainSample], rates: Mapping[str, Rates]
    ) -> None: ...

    def addresses(self, host: Host, uuid: str, addresses: Sequence[AddressInfo]) -> None: ...

    def guest_facts(self, host: Host, uuid: str, facts: GuestFacts) -> None: ...

    def unresponsive(self, host: Host, uuids: frozenset[str]) -> None: ...

    def host_changed(self, host: Host) -> None: ...


_mirror: GuestMirror = _Nobody()


def register_mirror(mirror: GuestMirror) -> None:
    """Make `mirror` the one that hears of guests; called while the apps start."""
    global _mirror
    _mirror = mirror


def get_mirror() -> GuestMirror:
    """Return the registered mirror."""
    return _mirror
