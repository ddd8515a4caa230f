"""How does the gateway listen to text consoles that nobody looks at?

One thread compares the wish with what is open: every two seconds, and at once when a machine starts
or somebody changes the wish. Hosts are asked in threads of their own, one for each host at a time,
with growing pauses where that fails. No other program is ever cut off, and nothing is ever typed.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone
from redis.client import PubSub
from redis.exceptions import RedisError

from consoles.closing import ConsoleClosed
from consoles.gateway import target
from consoles.gateway.serial import MOST_MEMORIES, Line, Lines
from consoles.models import Listening
from hosts.addresses import address_of
from hosts.models import Host, HostState, Transport
from live.redis import client
from vault.errors import VaultError
from virt.uri import HostAddress
from vms.announcing import announce_change
from vms.models import VM
from vms.states import ON

from . import leases
from .handing import hears
from .leases import Ear, Told

log = logging.getLogger(__name__)
EVERY_SECONDS = 2.0
IDLE_SECONDS = 10.0  # between two looks while nothing is wished for
REST_SECONDS = 0.1  # at least, however much happens
REMIND_SECONDS = 300.0  # after which what was heard is said to be true still
MOST_HOSTS = 4  # that are asked at the same time
# The first pause after a failure, and the longest: it doubles each time.
PAUSES = {
    Ear.WAITING: (1.0, 10.0),
    Ear.TAKEN: (2.0, 20.0),
    Ear.AWAY: (5.0, 60.0),
    Ear.REFUSED: (30.0, 300.0),
}
STATES = {"taken": Ear.TAKEN, "machine-stopped": Ear.WAITING, "host-unreachable": Ear.AWAY}


@dataclass(frozen=True, slots=True)
class Wish:
    """A running machine that is to be listened to, and where it is."""

    vm_id: int
    uuid: str
    host_id: int
    address: HostAddress
    is_away: bool  # its host, as far as the row knows


@dataclass(eq=False, slots=True)
class Listener:
    """This gateway's ear at one machine."""

    wish: Wish
    line: Line | None = None  # kept after it has ended, for what it remembers
    told: Told = field(default_factory=lambda: Told(Ear.WAITING, timezone.now()))
    said: Ear | None = None  # what open pages were told
    failures: int = 0
    next_at: float = 0.0
    reminded_at: float = field(default_factory=time.monotonic)
    is_over: bool = False

    @property
    def is_open(self) -> bool:
        """Say whether it hears the machine now."""
        return self.line is not None and self.line.is_held

    def note(self, state: Ear, now: datetime) -> None:
        """Take note of what became of it; the time is that of the change."""
        if self.told.state is not state:
            self.told = Told(state, now)

    def wait(self, state: Ear) -> None:
        """Try again after a pause, longer each time."""
        self.note(state, timezone.now())
        first, longest = PAUSES[state]
        self.next_at = time.monotonic() + min(longest, first * 2**self.failures)
        self.failures = min(self.failures + 1, 10)


class Listeners(threading.Thread):
    """The machines that this gateway listens to."""

    def __init__(self, gateway: str, lines: Lines) -> None:
        super().__init__(name="console-listeners", daemon=True)
        self._gateway = gateway
        self._lines = lines
        self._ears: dict[int, Listener] = {}
        # Where machines were heard last that do not run now: one that moves is off for a moment.
        self._past: OrderedDict[int, Line] = OrderedDict()
        self._lock = threading.Lock()
        self._asked: set[int] = set()  # hosts that are asked now
        self._ended = threading.Event()

    def end(self) -> None:
        """Close what is open, within two seconds."""
        self._ended.set()

    def run(self) -> None:
        """Look again and again, also while Redis or the database is away."""
        while not self._ended.is_set():
            try:
                with client().pubsub(ignore_subscribe_messages=True) as news:  # type: ignore[no-untyped-call]
                    news.subscribe(leases.CHANNEL)
                    self._follow(news)
            except RedisError as error:
                log.info("wishes to listen are looked for now and then: %s", type(error).__name__)
                self._safely(self.look)
                self._ended.wait(EVERY_SECONDS)
        self._leave(list(self._ears))

    def _follow(self, news: PubSub) -> None:
        while not self._ended.is_set():
            self._safely(self.look)
            deadline = time.monotonic() + (EVERY_SECONDS if self._ears else IDLE_SECONDS)
            while not self._ended.is_set() and (left := deadline - time.monotonic()) > 0:
                if news.get_message(timeout=min(left, 1.0)) is not None:
                    break
            self._ended.wait(REST_SECONDS)
            while news.get_message() is not None:
                pass

    def _safely(self, work: Callable[[], object]) -> None:
        try:
            work()
        except DatabaseError as error:
            log.warning("text consoles are not listened to: %s", type(error).__name__)
        finally:
            connections.close_all()

    def look(self) -> None:
        """Do what is due: drop, take, open, tell."""
        wishes = {wish.vm_id: wish for wish in _wishes()}
        self._leave([pk for pk in self._ears if pk not in wishes])
        self._take(wishes)
        for pk, ear in self._ears.items():
            self._compare(ear, wishes[pk])
        self._drop(leases.keep(self._gateway, {pk: ear.told for pk, ear in self._ears.items()}))
        self._open_due()
        self._announce()

    def _take(self, wishes: dict[int, Wish]) -> None:
        """Take machines that no other gateway listens to, as long as there is room."""
        free = [pk for pk in wishes if pk not in self._ears]
        room = max(0, settings.CONSOLE_LISTENERS - len(self._ears))
        now = timezone.now()
        others = leases.keep(self._gateway, {pk: Told(Ear.WAITING, now) for pk in free[:room]})
        leases.note_full({pk: Told(Ear.FULL, now) for pk in free[room:]})
        with self._lock:
            for pk in free[:room]:
                if pk not in others:
                    self._ears[pk] = Listener(wishes[pk], self._past.pop(pk, None))

    def _leave(self, ids: list[int]) -> None:
        """Listen to these no more, nor any gateway for this one."""
        self._drop(ids)
        leases.release(self._gateway, ids)

    def _drop(self, ids: Iterable[int]) -> None:
        for pk in list(ids):
            with self._lock:
                ear = self._ears.pop(pk)
                ear.is_over = True
                line = ear.line
            if line is not None:
                line.let_go()
                self._past[pk] = line
        while len(self._past) > MOST_MEMORIES:
            self._past.popitem(last=False)

    def _compare(self, ear: Listener, wish: Wish) -> None:
        """Follow a machine that moved, and note a line that has ended."""
        if ear.wish.address != wish.address or ear.wish.uuid != wish.uuid:
            if ear.line is not None:
                ear.line.let_go()
            ear.failures, ear.next_at = 0, 0.0
        ear.wish = wish
        if wish.is_away:
            ear.note(Ear.AWAY, timezone.now())
        elif ear.is_open:
            ear.note(Ear.OPEN, timezone.now())
            self._remind(ear)
        elif ear.told.state is Ear.OPEN or not ear.failures:
            ear.note(Ear.WAITING, timezone.now())

    def _remind(self, ear: Listener) -> None:
        """Say now and then that what was heard last is still true."""
        if ear.line is not None and time.monotonic() - ear.reminded_at > REMIND_SECONDS:
            ear.reminded_at = time.monotonic()
            ear.line.remind()

    # Opening

    def _open_due(self) -> None:
        now = time.monotonic()
        due: dict[int, list[Listener]] = {}
        for ear in self._ears.values():
            if not ear.is_open and not ear.wish.is_away and ear.next_at <= now:
                due.setdefault(ear.wish.host_id, []).append(ear)
        for host_id, ears in due.items():
            with self._lock:
                if host_id in self._asked or len(self._asked) >= MOST_HOSTS:
                    continue
                self._asked.add(host_id)
            threading.Thread(
                target=self._open_all, args=(host_id, ears), name="listening", daemon=True
            ).start()

    def _open_all(self, host_id: int, ears: list[Listener]) -> None:
        """Open the lines of one host; after it did not answer, ask it for none of the others."""
        is_away = False
        try:
            for ear in ears:
                if self._ended.is_set():
                    return
                if is_away:
                    ear.wait(Ear.AWAY)
                else:
                    self._open(ear)
                    is_away = ear.told.state is Ear.AWAY
        finally:
            with self._lock:
                self._asked.discard(host_id)
            connections.close_all()

    def _open(self, ear: Listener) -> None:
        wish = ear.wish
        try:
            line = target.hold_serial(
                wish.address, wish.uuid, self._lines, hear=hears(wish.vm_id), after=ear.line
            )
        except ConsoleClosed as closed:
            ear.wait(STATES.get(closed.key, Ear.REFUSED))
            return
        with self._lock:
            ear.line = line
            is_wanted = not ear.is_over and not self._ended.is_set()
        if not is_wanted:
            line.let_go()
            return
        ear.failures = 0
        ear.note(Ear.OPEN, timezone.now())

    def _announce(self) -> None:
        """Let open pages show what became of it."""
        news = [ear for ear in self._ears.values() if ear.said is not ear.told.state]
        if not news:
            return
        machines = VM.objects.select_related("host").in_bulk([ear.wish.vm_id for ear in news])
        for ear in news:
            ear.said = ear.told.state
            if (vm := machines.get(ear.wish.vm_id)) is not None:
                announce_change(vm)


def _wishes() -> list[Wish]:
    """Return the running machines that are to be listened to, who asked first comes first."""
    found = Listening.objects.filter(vm__state__in=ON, vm__has_serial=True)
    found = found.exclude(vm__host__transport=Transport.TEST).order_by("since", "pk")
    rows = list(found.values_list("vm", "vm__uuid", "vm__host"))
    hosts = Host.objects.in_bulk({host_id for _pk, _uuid, host_id in rows})
    addresses = _addresses(hosts)
    away = {pk for pk, host in hosts.items() if host.state == HostState.UNREACHABLE}
    return [
        Wish(pk, str(uuid), host_id, addresses[host_id], host_id in away)
        for pk, uuid, host_id in rows
        if host_id in addresses
    ]


def _addresses(hosts: Mapping[int, Host]) -> dict[int, HostAddress]:
    """Return where hosts are, without those that cannot be reached as their rows are now."""
    found = {}
    for pk, host in hosts.items():
        try:
            found[pk] = address_of(host)
        except (OSError, ValueError, VaultError) as error:
            log.warning("no way to host %s: %s", host.name, type(error).__name__)
    return found
