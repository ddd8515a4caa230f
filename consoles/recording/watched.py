"""A recording that goes on, and what is remembered of it between two looks."""

import time

from django.utils import timezone

from consoles.models import ConsoleRoom
from consoles.room.people import occupants
from consoles.room.telling import tell
from recordings import limits
from recordings.models import GOING, Recording
from recordings.services import note_beginning
from vms.models import VM

from .take import Mark, Take

NOTE_SECONDS = 5.0  # between two notes of how far a recording is
LINGER_SECONDS = 60.0  # after the last console was closed: a guest that starts again


class Watched:
    """One recording of this gateway."""

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
            tell_room(self.take.recording.vm_id)

    def note_person(self, row: Recording, is_open: bool) -> None:
        """Mark whose own session it is, and end it with that."""
        if not is_open:
            self.take.stop("session")
        if self._driver is None and row.person is not None:
            self._driver = row.person.display_name
            self.take.mark(Mark("drives", self._driver))

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


def tell_room(vm_id: int | None) -> None:
    """Let the room's pages show whether it is recorded."""
    vm = VM.objects.filter(pk=vm_id or 0).first()
    if vm is not None:
        room, _made = ConsoleRoom.objects.get_or_create(vm=vm)
        tell(room, vm)
