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
from consoles.gateway.house import House, Room
from consoles.gateway.named import gateway_name
from consoles.gateway.tap import Tap
from consoles.models import ConsoleRoom, ConsoleSession
from recordings.keeping import mend_lost
from recordings.models import Kind, Recording, State
from recordings.policy import RecordingPolicy, is_required, policy_of, required
from recordings.services import Own, ask_whether_seen, claim, demand, finish
from vms.models import VM

from .kinds import SPICE, recorded_as
from .take import Take
from .watched import Watched, tell_room

log = logging.getLogger(__name__)
EVERY_SECONDS = 1.0
SILENT_SECONDS = 20.0  # of another gateway, after which it does not record any more
BLIND_SECONDS = 5.0  # without a picture, after which open consoles that must be recorded end
ADMIT_SECONDS = 10.0  # that a console waits for its recording to begin
END_SECONDS = 3.0

Key = tuple[int, str, int]  # machine, kind, session where that is one person's own
Begin = Callable[[Recording, Tap | None], Take]


class Recorders(threading.Thread):
    """The recordings that this gateway makes. `begin` makes the thread for one."""

    def __init__(self, house: House, begin: Begin, every: float = EVERY_SECONDS) -> None:
        super().__init__(name="console-recorders", daemon=True)
        self._house = house
        self._begin = begin
        self.every = every
        self._takes: dict[int, Watched] = {}
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
        kind, own = recorded_as(vm, room.guest.claims.kind), _own(room)
        if room.tap is not None:
            room.tap.is_required = True
        deadline = time.monotonic() + ADMIT_SECONDS
        asked: tuple[int, int] | None = None  # the recording and the question
        while kind and time.monotonic() < deadline:
            recording = demand(vm, kind, own)
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
        found = VM.objects.filter(required(), pk__in={key[0] for key in by_key})
        machines = found.select_related("team", "owner").in_bulk()
        for (vm_id, kind, _session), rooms in by_key.items():
            vm = machines.get(vm_id)
            for room in rooms:
                if room.tap is not None:
                    room.tap.is_required = vm is not None
            if vm is None:
                continue
            own = _own(rooms[0])
            recording = demand(vm, kind, own) if kind else None
            if recording is not None and _is_silent(recording):
                mend_lost(Q(pk=recording.pk))
                recording = demand(vm, kind, own)
            is_blind = recording is not None and _is_blind(recording)
            for room in rooms:
                if recording is None or (is_blind and room.pump is not None):
                    room.stop("not-recorded")

    def _start(self, by_key: dict[Key, list[Room]]) -> None:
        """Begin what is asked for and can be recorded here, where the console is open."""
        free = Recording.objects.filter(
            state=State.ASKED, gateway="", vm__in={key[0] for key in by_key}
        )
        for recording in free:
            rooms = by_key.get((recording.vm_id or 0, recording.kind, recording.session))
            if rooms and claim(recording, gateway_name()):
                take = self._begin(recording, rooms[0].tap)
                self._takes[recording.pk] = Watched(take)
                take.start()

    def _watch(self) -> None:
        if not self._takes:
            return
        rows = Recording.objects.select_related("person").in_bulk(self._takes)
        ids = {row.vm_id for row in rows.values() if row.vm_id}
        machines = VM.objects.select_related("team", "host", "owner").in_bulk(ids)
        opened = {
            (pk, recorded_as(machines[pk], kind), session)
            for pk, kind, session in _opened(machines)
        }
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
            is_open = (vm.pk, row.kind, row.session) in opened
            if row.session:
                watched.note_person(row, is_open)
            else:
                watched.note_people(vm, revisions.get(vm.pk, 0), is_open)
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
            tell_room(take.recording.vm_id)


def _by_key(rooms: Sequence[Room]) -> dict[Key, list[Room]]:
    """Return the open consoles by machine and kind of recording, "" for what has none.

    Who has not signed in yet to a console of their own sees nothing that could be recorded.
    """
    claims = [room.guest.claims for room in rooms]
    asked = {one.vm for one in claims if one.kind in SPICE}
    machines = VM.objects.select_related("host").in_bulk(asked) if asked else {}
    by_key: dict[Key, list[Room]] = {}
    for room, one in zip(rooms, claims, strict=True):
        vm, own = machines.get(one.vm), _own(room)
        if one.kind in SPICE:
            kind = recorded_as(vm, one.kind) if vm else ""
        else:
            kind = one.kind if one.kind in Kind.values else ""
        if own is not None and kind and room.tap is None:
            continue
        by_key.setdefault((one.vm, kind, own.session if own else 0), []).append(room)
    return by_key


def _own(room: Room) -> Own | None:
    return Own(room.row.pk, room.guest.claims.user) if room.row.is_private else None


def _opened(vm_ids: Iterable[int]) -> set[Key]:
    """Return which kinds of console are open of these machines, in any gateway."""
    found = ConsoleSession.objects.filter(closed_at=None, vm__in=set(vm_ids))
    return {(one.vm_id, one.kind, one.pk if one.is_private else 0) for one in found}


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
