"""A watcher in this process, and a mirror that remembers what it was told."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hosts.models import Host
from hosts.watching import mirror as mirrors
from hosts.watching.supervisor import Supervisor
from tests.lab import LabHost, wait_until
from tests.services import live_redis, redis_server  # noqa: F401
from virt import pool
from virt.facts.domain import DomainInfo
from virt.facts.guest import AddressInfo, GuestFacts


class Recorder:
    """A room above the watcher that only remembers."""

    def __init__(self) -> None:
        self.states: dict[tuple[str, str], str] = {}
        self.at: dict[tuple[str, str], float] = {}
        self.found: dict[str, list[AddressInfo]] = {}
        self.sizes: dict[str, int | None] = {}
        self.silent: dict[str, frozenset[str]] = {}
        self.rounds: dict[str, list[float]] = {}
        self.resyncs: list[str] = []
        self.host_states: list[tuple[str, str]] = []
        self.lost: list[str] = []
        self.told: dict[str, GuestFacts] = {}

    def resync(self, host, infos):
        self.resyncs.append(host.name)
        self.states = {key: value for key, value in self.states.items() if key[0] != host.name}
        for info in infos:
            self._note(host, info)

    def refresh(self, host, info):
        self._note(host, info)

    def _note(self, host: Host, info: DomainInfo) -> None:
        key = (host.name, info.name)
        if self.states.get(key) != info.state:
            self.at[key] = time.monotonic()
        self.states[key] = str(info.state)
        if info.disks and info.disks[0].capacity:
            self.sizes[info.uuid] = info.disks[0].capacity

    def gone(self, host, uuid):
        self.lost.append(uuid)

    def samples(self, host, samples, rates):
        self.rounds.setdefault(host.name, []).append(time.monotonic())

    def addresses(self, host, uuid, addresses):
        self.found[uuid] = list(addresses)

    def guest_facts(self, host, uuid, facts):
        self.told[uuid] = facts

    def unresponsive(self, host, uuids):
        self.silent[host.name] = uuids

    def host_changed(self, host):
        self.host_states.append((host.name, host.state))


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Hear what the watcher tells."""
    recorder = Recorder()
    monkeypatch.setattr(mirrors, "_mirror", recorder)
    return recorder


@pytest.fixture
def watcher(transactional_db: None, settings) -> Iterator[Supervisor]:
    """Run a watcher until the test ends."""
    supervisor = Supervisor()
    stop = threading.Event()
    thread = threading.Thread(target=supervisor.run, args=(stop,), daemon=True)
    thread.start()
    yield supervisor
    stop.set()
    thread.join(15)
    pool.close_all()


def add(lab_host: LabHost, transport: str = "local") -> Host:
    """Make the row of a lab host."""
    address = lab_host.address("local" if transport == "local" else transport)
    return Host.objects.create(
        name=lab_host.name,
        transport=transport,
        hostname=address.hostname,
        username=address.username,
        socket=address.socket,
    )


def wait_state(host: Host, state: str, timeout: float = 10.0) -> Host:
    """Wait until the row of `host` says so."""

    def is_there() -> bool:
        host.refresh_from_db()
        return host.state == state

    wait_until(is_there, timeout=timeout, every=0.02, what=f"{host.name} is {state}")
    return host


@pytest.fixture
def test_host(db: None, tmp_path: Path) -> Host:
    """A host of the test driver."""
    return Host.objects.create(name="simulated", transport="test", test_path="/default")
