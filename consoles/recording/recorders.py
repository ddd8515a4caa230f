"""Which consoles of this gateway are recorded now? One thread begins, watches and ends recordings.

What is wished stands in the rows: pages ask there, the rules ask here. A recording goes on while
anybody has such a console of the machine open, and a minute longer.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence

from django.db import DatabaseError, connections
from django.db.models import Q
from django.utils import timezone

from consoles.closing import ConsoleClosed
from consoles.gateway.house import House, Room, gateway_name
from consoles.models import ConsoleRoom, ConsoleSession
from consoles.room.people import occupants
from consoles.room.telling import tell
from recordings import limits
from recordings.keeping import mend_lost
from recordings.models import GOING, Kind, Recording, State
from recordings.policy import RecordingPolicy, is_required, policy_of, required
from recordings.services import ask_whether_seen, claim, demand, finish, note_beginning
from vms.models import VM

from .kinds import SPICE, recorded_as
from .take import Mark, Take

log = logging.getLogger(__name__)
EVERY_SECONDS = 1.0
NOTE_SECONDS = 5.0  # between two notes of how far a recording is
LINGER_SECONDS = 60.0  # after the last console was closed: a guest that starts again
SILENT_SECONDS = 20.0  # of another gateway, after which it does not record any more
BLIND_SECONDS = 5.0  # without a picture, after which open consoles that must be recorded end
ADMIT_SECONDS = 10.0  # that a console waits for its recording to begin
END_SECONDS = 3.0

Key = tuple[int, str]  # machine, kind
Begin = Callable[[Recording], Take]


class Recorders(threading.Thread):
    """The recordings that this gateway makes. `begin` makes the thread for one."""

    def __init__(self, house: House, begin: Begin, every: float = EVERY_SECONDS) -> None:
        super().__init__(name="console-recorders", daemon=True)
        self._house = house
        self._begin = begin
        self.every = every
        self._takes: dict[int, _Watched] = {}
        self._ended = threading.Event()
        self._woken = threading.Event()

    def end(self) -> None:
        """End all recordings in order, and the thread."""
        self._ended.set()
        self._woken.set()

    def run(self) -> None:
        """Look again and again; while the database is away recordings go on as they are."""
        self._safely(_mend_own)
        while not self._ended.is_set():
            self._woken.wait(self.every)
            self._woken.clear()
            self._safely(self.look)
        for one in self._takes.values():
            one.take.stop("shutting-down")
        deadline = time.monotonic() + END_SECONDS
        for one in self._takes.values():
            one.take.join(max(0.0, deadline - time.monotonic()))
        self._safely(self._finish)

    def _safely(self, work: Callable[[], object]) -> None:
        try:
            work()
        except (DatabaseError, OSError) as error:
            log.warning("recordings are not looked after: %s", type(error).__name__)
        finally:
            connections.close_all()

    def admit(self, room: Room, vm: VM) -> None:
        """Wait until a console is recorded that has to be, where it is now.

        A recording that goes on may look at a host yet which the machine has left. Raises
        ConsoleClosed (not-recorded).
        """
        if not is_required(vm):
            return
        kind = recorded_as(vm, room.guest.claims.kind)
        deadline = time.monotonic() + ADMIT_SECONDS
        asked: tuple[int, int] | None = None  # the recording and the question
        while kind and time.monotonic() < deadline:
            recording = demand(vm, kind)
            if recording is None:
                break
            if recording.state == State.RUNNING:
                if asked is None or asked[0] != recording.pk:
                    asked = (recording.pk, ask_whether_seen(recording))
                elif recording.answered >= asked[1]:
                    return
            self._woken.set()
            time.sleep(0.1)
        raise ConsoleClosed("not-recorded")

    def look(self) -> None:
        """Do what is due for everything that is or should be recorded here."""
        rooms = self._house.rooms()
        if not rooms and not self._takes:
            return
        by_key = _by_key(rooms)
        self._finish()
        self._demand(by_key)
        self._start(by_key)
        self._watch()

    def _demand(self, by_key: dict[Key, list[Room]]) -> None:
        """Ask for what the rules require, and close what cannot be recorded."""
        found = VM.objects.filter(required(), pk__in={vm_id for vm_id, _kind in by_key})
        machines = found.select_related("team", "owner").in_bulk()
        for (vm_id, kind), rooms in by_key.items():
            vm = machines.get(vm_id)
            if vm is None:
                continue
            recording = demand(vm, kind) if kind else None
            if recording is not None and _is_silent(recording):
                mend_lost(Q(pk=recording.pk))
                recording = demand(vm, kind)
            is_blind = recording is not None and _is_blind(recording)
            for room in rooms:
                if recording is None or (is_blind and room.pump is not None):
                    room.stop("not-recorded")

    def _start(self, by_key: dict[Key, list[Room]]) -> None:
        """Begin what is asked for and can be recorded here, where the console is open."""
        free = Recording.objects.filter(
            state=State.ASKED, gateway="", vm__in={vm_id for vm_id, _kind in by_key}
        )
        for recording in free:
            if (recording.vm_id, recording.kind) in by_key and claim(recording, gateway_name()):
                take = self._begin(recording)
                self._takes[recording.pk] = _Watched(take)
                take.start()

    def _watch(self) -> None:
        if not self._takes:
            return
        rows = Recording.objects.in_bulk(self._takes)
        ids = {row.vm_id for row in rows.values() if row.vm_id}
        machines = VM.objects.select_related("team", "host", "owner").in_bulk(ids)
        opened = {(pk, recorded_as(machines[pk], kind)) for pk, kind in _opened(machines)}
        revisions = dict(ConsoleRoom.objects.filter(pk__in=machines).values_list("pk", "rev"))
        for pk, watched in self._takes.items():
            row = rows.get(pk)
            vm = machines.get(row.vm_id or 0) if row else None
            if row is None or vm is None:
                watched.take.stop("machine-gone")
                continue
            if row.gateway != gateway_name():  # it was taken for lost, and ended with what it had
                watched.take.stop("lost")
                continue
            if row.stop_asked_at:
                watched.take.stop("stopped")
            elif policy_of(vm) == RecordingPolicy.NEVER:
                watched.take.stop("policy")
            watched.note_people(vm, revisions.get(vm.pk, 0), (vm.pk, row.kind) in opened)
            watched.note_progress(row, vm)
            watched.note_sight(row, vm)

    def _finish(self) -> None:
        """Close the rows of what has ended."""
        for pk, watched in list(self._takes.items()):
            take = watched.take
            if take.is_alive():
                continue
            del self._takes[pk]
            if not Recording.objects.going().filter(pk=pk, gateway=gateway_name()).exists():
                continue
            watched.note_beginning()
            finish(
                take.recording,
                take.reason,
                size=take.kept_size,
                length=take.length,
                missing=take.missing,
            )
            _tell(take.recording.vm_id)


class _Watched:
    """A recording and what is remembered of it between two looks."""

    def __init__(self, take: Take) -> None:
        self.take = take
        self._revision = -1
        self._driver: str | None = None
        self._people: str | None = None
        self._is_told = False
        self._noted_at = 0.0
        self._empty_since: float | None = None

    def note_beginning(self) -> None:
        """Tell once that it runs."""
        if self.take.began.is_set() and not self._is_told:
            self._is_told, self._noted_at = True, 0.0
            note_beginning(self.take.recording.pk)
            _tell(self.take.recording.vm_id)

    def note_people(self, vm: VM, revision: int, is_open: bool) -> None:
        """Mark who drives and who is here, and end it a while after the last has left."""
        if is_open:
            self._empty_since = None
        elif self._empty_since is None:
            self._empty_since = time.monotonic()
        elif time.monotonic() - self._empty_since > LINGER_SECONDS:
            self.take.stop("left")
        if revision == self._revision:
            return
        self._revision = revision
        found = occupants(vm)
        driver = next((one.name for one in found if one.drives), "")
        people = ", ".join(one.name for one in found)
        if driver != self._driver:
            self.take.mark(Mark("drives", driver))
        if people != self._people:
            self.take.mark(Mark("here", people))
        self._driver, self._people = driver, people

    def note_sight(self, row: Recording, vm: VM) -> None:
        """Answer consoles that wait to be seen, and write since when nothing is."""
        facts: dict[str, object] = {}
        if row.answered != row.asked and self.take.sees(vm.host_id):
            facts["answered"] = row.asked
        if self.take.is_away != (row.away_at is not None):
            facts["away_at"] = timezone.now() if self.take.is_away else None
        if facts:
            Recording.objects.filter(pk=row.pk).update(**facts)

    def note_progress(self, row: Recording, vm: VM) -> None:
        """Write how far it is now and then, and end it where the store is full."""
        self.note_beginning()
        now, take = time.monotonic(), self.take
        if now - self._noted_at < NOTE_SECONDS:
            return
        self._noted_at = now
        facts = {"bytes": take.size, "length": take.length, "missing": take.missing}
        going = Recording.objects.filter(pk=row.pk, state__in=GOING)
        going.update(seen_at=timezone.now(), **facts)
        if reason := limits.why_full(vm.team_id, vm.owner_id):
            take.stop(reason)


def _by_key(rooms: Sequence[Room]) -> dict[Key, list[Room]]:
    """Return the open consoles by machine and kind of recording, "" for what has none."""
    claims = [room.guest.claims for room in rooms]
    asked = {one.vm for one in claims if one.kind in SPICE}
    machines = VM.objects.select_related("host").in_bulk(asked) if asked else {}
    by_key: dict[Key, list[Room]] = {}
    for room, one in zip(rooms, claims, strict=True):
        vm = machines.get(one.vm)
        if one.kind in SPICE:
            kind = recorded_as(vm, one.kind) if vm else ""
        else:
            kind = one.kind if one.kind in Kind.values else ""
        by_key.setdefault((one.vm, kind), []).append(room)
    return by_key


def _opened(vm_ids: Iterable[int]) -> set[Key]:
    """Return which kinds of console are open of these machines, in any gateway."""
    found = ConsoleSession.objects.filter(closed_at=None, vm__in=set(vm_ids))
    return set(found.values_list("vm", "kind").distinct().order_by())


def _is_silent(recording: Recording) -> bool:
    """Say whether the gateway that should write it has said nothing for long."""
    seen = recording.seen_at
    return seen is not None and (timezone.now() - seen).total_seconds() > SILENT_SECONDS


def _is_blind(recording: Recording) -> bool:
    """Say whether it has seen nothing for so long that open consoles see what it does not."""
    since = recording.away_at
    return since is not None and (timezone.now() - since).total_seconds() > BLIND_SECONDS


def _mend_own() -> None:
    """Make whole what a killed run of this gateway left."""
    mend_lost(Q(gateway=gateway_name()))


def _tell(vm_id: int | None) -> None:
    """Let the room's pages show whether it is recorded."""
    vm = VM.objects.filter(pk=vm_id or 0).first()
    if vm is not None:
        room, _made = ConsoleRoom.objects.get_or_create(vm=vm)
        tell(room, vm)
