"""What is known of a host's guests, and how is a change handed to the room above?"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hosts.facts import announce_inventory
from hosts.models import Host
from hosts.watching.mirror import get_mirror
from hosts.watching.schedule import GuestSchedule
from hosts.watching.side import Side
from virt.connection import Hypervisor
from virt.errors import HostUnreachable, NotFound, OperationTimeout, VirtError
from virt.events import EventKind
from virt.facts.domain import DomainInfo, DomainState
from virt.facts.figures import DomainSample
from virt.facts.guest import AddressInfo, GuestFacts
from virt.hosts.probe import PREFIX
from virt.moving.trial import TRIAL_NAME

log = logging.getLogger(__name__)
OURS = (PREFIX, TRIAL_NAME)
SIZES_EVERY = 600.0
SHORTEST_WAIT = 0.25
BUSY_WAIT = 5.0  # the end of what is going on is told anyway
DISK_EVENTS = {EventKind.DEVICE, EventKind.BLOCK_JOB, EventKind.MEDIA}


@dataclass(frozen=True, slots=True)
class Details:
    """What takes longer to read of one guest: sizes of disks, addresses."""

    uuid: str
    info: DomainInfo | None
    addresses: list[AddressInfo] | None
    facts: GuestFacts | None = None  # where an agent answers


class Guests:
    """The guests of one host during one session."""

    def __init__(self, host: Host, hypervisor: Hypervisor, side: Side, *, has_agents: bool) -> None:
        self._host = host
        self._hypervisor = hypervisor
        self._side = side
        self._has_agents = has_agents
        self._states: dict[str, DomainState] = {}
        self._silent: frozenset[str] = frozenset()
        self._with_screens: frozenset[str] | None = None
        self._sized_at: dict[str, float] = {}
        self._unsized: dict[str, None] = {}  # in order
        self._schedule = GuestSchedule()
        self._ours: set[str] = set()
        self._with_agents: set[str] = set()

    @property
    def running(self) -> int:
        """Return how many guests have addresses to look for."""
        return len(self._schedule)

    @property
    def with_screens(self) -> frozenset[str]:
        """Return the guests that may show something: on, and their QEMU answers."""
        if self._with_screens is None:
            on = {uuid for uuid, state in self._states.items() if state.is_active}
            self._with_screens = frozenset(on - self._silent)
        return self._with_screens

    def note_silent(self, uuids: frozenset[str]) -> None:
        """Know the guests whose QEMU does not answer: nothing more is asked of them."""
        self._silent = uuids
        self._with_screens = None

    def take_all(self, infos: Sequence[DomainInfo]) -> None:
        """Take over the complete list."""
        infos = [info for info in infos if not self._is_ours(info)]
        get_mirror().resync(self._host, infos)
        known = {info.uuid for info in infos}
        if known != set(self._states):
            announce_inventory(self._host)
        for uuid in set(self._states) - known:
            self._forget(uuid)
        for info in infos:
            if info.uuid not in self._states:
                self._unsized[info.uuid] = None
            self._note(info)

    def read_again(self, uuid: str, kinds: set[EventKind]) -> None:
        """Read one guest after an event and hand it on."""
        if uuid in self._ours:
            return
        try:
            info = self._hypervisor.domain_info(uuid, sizes=False)
        except NotFound:
            self._forget(uuid)
            get_mirror().gone(self._host, uuid)
            announce_inventory(self._host)
            return
        except HostUnreachable:
            raise
        except VirtError as error:
            log.info("host %s: %s not read: %s", self._host.name, uuid, error.detail or error)
            return
        if self._is_ours(info):
            return
        get_mirror().refresh(self._host, info)
        if uuid not in self._states or kinds & DISK_EVENTS:
            self._unsized[uuid] = None
        if uuid not in self._states:
            announce_inventory(self._host)
        self._note(info)
        if EventKind.AGENT in kinds:
            self._schedule.hurry(uuid)

    def _is_ours(self, info: DomainInfo) -> bool:
        """Say whether this is a guest of our own trials: there for a moment, and no machine."""
        if not info.name.startswith(OURS):
            return False
        self._ours.add(info.uuid)
        return True

    def _note(self, info: DomainInfo) -> None:
        """Remember a guest's state; one that just began to run is asked for addresses soon."""
        before = self._states.get(info.uuid)
        self._states[info.uuid] = info.state
        if info.agent_connected and info.state.is_active:
            self._with_agents.add(info.uuid)
        else:
            self._with_agents.discard(info.uuid)
        if before is not info.state:
            self._with_screens = None
        if not info.state.is_active:
            self._schedule.forget(info.uuid)
        elif before is None or not before.is_active:
            self._schedule.begin(info.uuid)
            self._unsized[info.uuid] = None

    def _forget(self, uuid: str) -> None:
        self._states.pop(uuid, None)
        self._with_agents.discard(uuid)
        self._with_screens = None
        self._sized_at.pop(uuid, None)
        self._unsized.pop(uuid, None)
        self._schedule.forget(uuid)

    def compare(self, samples: Sequence[DomainSample]) -> None:
        """Read those guests again whose state differs from the sample: an event was missed."""
        for sample in samples:
            known = self._states.get(sample.uuid)
            if known is None or _differs(known, sample.state):
                self.read_again(sample.uuid, set())
        if len(samples) < len(self._states):
            seen = {sample.uuid for sample in samples}
            for uuid in [uuid for uuid in self._states if uuid not in seen]:
                self.read_again(uuid, set())

    def start_if_due(self) -> None:
        """Begin to read one guest's details at the side."""
        if not self._has_agents or not self._side.is_free("guest"):
            return
        uuid = self._schedule.take()
        with_addresses = uuid is not None
        if uuid is None:
            uuid = next(iter(self._unsized), None)
        if uuid is None:
            return
        with_sizes = uuid in self._unsized or (
            time.monotonic() - self._sized_at.get(uuid, 0.0) > SIZES_EVERY
        )

        with_facts = with_addresses and uuid in self._with_agents

        def work(hypervisor: Hypervisor) -> Details:
            details = _read_details(hypervisor, uuid, with_sizes, with_addresses)
            return replace(details, facts=_facts(hypervisor, uuid)) if with_facts else details

        if self._side.start("guest", work) and with_sizes:
            self._unsized.pop(uuid, None)
            self._sized_at[uuid] = time.monotonic()

    def take_details(self, details: Details) -> None:
        """Hand the details of one guest on."""
        if details.uuid not in self._states:
            return
        if details.info is not None:
            get_mirror().refresh(self._host, details.info)
            self._note(details.info)
        if details.addresses is not None:
            if details.addresses and self._states[details.uuid].is_active:
                get_mirror().addresses(self._host, details.uuid, details.addresses)
            self._schedule.done(details.uuid, found=bool(details.addresses))
        if details.facts is not None and self._states[details.uuid].is_active:
            get_mirror().guest_facts(self._host, details.uuid, details.facts)

    def next_due(self) -> float:
        """Return when (monotonic) there is something to read."""
        if not self._has_agents:
            return float("inf")
        due = time.monotonic() if self._unsized else self._schedule.next_due()
        if due is None:
            return float("inf")
        wait = SHORTEST_WAIT if self._side.is_free("guest") else BUSY_WAIT
        return max(due, time.monotonic() + wait)


_SETTLED = {
    DomainState.SAVED: DomainState.OFF,
    DomainState.CRASHED: DomainState.OFF,
    DomainState.BLOCKED: DomainState.RUNNING,
}


def _differs(known: DomainState, sampled: DomainState) -> bool:
    """Compare what a sample can tell: it knows neither saved nor crashed from off."""
    if sampled is DomainState.UNKNOWN:
        return False
    return _SETTLED.get(known, known) is not _SETTLED.get(sampled, sampled)


def _read_details(
    hypervisor: Hypervisor, uuid: str, with_sizes: bool, with_addresses: bool
) -> Details:
    """Read a guest's details; one that went away, or a silent agent, leaves them out."""
    try:
        info = hypervisor.domain_info(uuid) if with_sizes else None
        addresses = hypervisor.get_domain(uuid).addresses() if with_addresses else None
    except (NotFound, OperationTimeout):
        return Details(uuid, None, None)
    return Details(uuid, info, addresses)


def _facts(hypervisor: Hypervisor, uuid: str) -> GuestFacts | None:
    """Ask the agent for more than addresses; what fails is asked again next time."""
    try:
        return hypervisor.get_domain(uuid).guest_facts()
    except HostUnreachable:
        raise
    except VirtError:
        return None
