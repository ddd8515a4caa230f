"""Ask for recordings, end them, delete them. The gateway of consoles does what is asked for."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, Person, require
from accounts.models import User
from jobs import audit
from vms.models import VM

from . import storage
from .limits import why_full
from .models import GOING, Kind, Recording, State
from .policy import RecordingPolicy, is_required, policy_of
from .reasons import STOPPED, words_of


@dataclass(frozen=True, slots=True)
class Own:
    """A console that is one person's own: the number of its session, and whose it is."""

    session: int
    person: int


def going_of(vm: VM, session: int = 0) -> list[Recording]:
    """Return the recordings of a machine that begin or run: of what all see, or of a session."""
    going = Recording.objects.going().filter(vm=vm, session=session)
    return list(going.select_related("started_by"))


def ask_for(vm: VM, kind: str, by: User, own: Own | None = None) -> Recording:
    """Ask for a recording of one console; the one that goes on already is as good.

    Whether `by` may is decided before, as that takes who drives. Raises ActionRefused: policy
    (403), full (507).
    """
    if policy_of(vm) == RecordingPolicy.NEVER:
        text = _("The rules here do not allow recordings of consoles.")
        raise ActionRefused(text, code="policy", status=403)
    if reason := why_full(vm.team_id, vm.owner_id):
        raise ActionRefused(
            words_of(reason) + " " + _("Delete recordings that nobody needs."),
            code="full",
            status=507,
        )
    return _going_or_made(vm, kind, by, own)


def demand(vm: VM, kind: str, own: Own | None = None) -> Recording | None:
    """Return the recording that the rules require, None when there is no room for one."""
    going = _going(vm, kind, own)
    if going is not None:
        return going
    return None if why_full(vm.team_id, vm.owner_id) else _going_or_made(vm, kind, None, own)


def ask_to_stop(recording: Recording, by: User) -> None:
    """Ask to end a recording. Raises ActionRefused: required while the rules require it."""
    if recording.vm is not None and is_required(recording.vm):
        text = _("The rules here require that this console is recorded.")
        raise ActionRefused(text, code="required", status=403)
    asked = Recording.objects.filter(pk=recording.pk, state__in=GOING, stop_asked_at=None)
    if asked.update(stop_asked_at=timezone.now()):
        _note(by, "recording.stop", recording)


def claim(recording: Recording, gateway: str) -> bool:
    """Say whether `gateway` is the one that records it."""
    free = Recording.objects.filter(pk=recording.pk, state=State.ASKED, gateway="")
    return bool(free.update(gateway=gateway, seen_at=timezone.now()))


def note_beginning(pk: int) -> None:
    """Write that something is in the file."""
    now = timezone.now()
    Recording.objects.filter(pk=pk, state=State.ASKED).update(
        state=State.RUNNING, began_at=now, seen_at=now
    )


def ask_whether_seen(recording: Recording) -> int:
    """Ask whoever records whether it sees the console where it is now; return the question."""
    with transaction.atomic():
        Recording.objects.filter(pk=recording.pk).update(asked=F("asked") + 1)
        asked = Recording.objects.filter(pk=recording.pk).values_list("asked", flat=True).first()
    return asked or 0


@transaction.atomic
def finish(
    recording: Recording,
    reason: str,
    *,
    size: int = 0,
    length: float = 0,
    missing: float = 0,
    ended_at: datetime | None = None,
) -> None:
    """End a recording whose file has its last name; one with nothing in it is forgotten."""
    if not size:
        storage.remove(recording)
        Recording.objects.filter(pk=recording.pk).delete()
    else:
        Recording.objects.filter(pk=recording.pk).update(
            state=State.ENDED,
            ended_at=ended_at or timezone.now(),
            end_reason=reason,
            bytes=size,
            length=length,
            missing=missing,
        )
    if reason != STOPPED:
        _note(None, "recording.end", recording, reason=reason, bytes=size)


def delete(recording: Recording, by: User) -> None:
    """Delete a recording and its file.

    One that the rules required is deleted by who manages the team only. Raises PermissionDenied,
    ActionRefused (going).
    """
    require(by, needed_to_delete(recording), recording)
    if recording.is_going:
        raise ActionRefused(_("This is being recorded. Stop that first."), code="going")
    forget(recording)
    _note(by, "recording.delete", recording)


def needed_to_delete(recording: Recording) -> Capability:
    """Return what one must be allowed to do to delete this recording."""
    is_of_rules = recording.is_required and recording.team_id is not None
    return Capability.TEAM_MANAGE if is_of_rules else Capability.VM_RECORD


def forget(recording: Recording) -> None:
    """Delete row and file; a file that stays is found and removed later."""
    with transaction.atomic():
        pk = recording.pk
        Recording.objects.filter(pk=pk).delete()
        transaction.on_commit(lambda: storage.remove(recording))


def note_use(
    recording: Recording, by: Person, action: str, ip: str | None, **detail: object
) -> None:
    """Write that somebody watched or took a recording."""
    facts = {"recording": recording.pk} | detail
    audit.record(by, action, **_target(recording), detail=facts, ip=ip)


def _going(vm: VM, kind: str, own: Own | None) -> Recording | None:
    session = own.session if own else 0
    return Recording.objects.going().filter(vm=vm, kind=kind, session=session).first()


def _going_or_made(vm: VM, kind: str, by: User | None, own: Own | None) -> Recording:
    try:
        with transaction.atomic():
            made = Recording.objects.create(
                vm=vm,
                vm_name=vm.name,
                owner=vm.owner,
                team=vm.team,
                kind=Kind(kind),
                session=own.session if own else 0,
                person_id=own.person if own else None,
                is_required=by is None,
                started_by=by,
            )
            _note(by, "recording.start", made)
            return made
    except IntegrityError:  # there is one that goes on
        return Recording.objects.going().get(vm=vm, kind=kind, session=own.session if own else 0)


def _note(by: Person | None, action: str, recording: Recording, **detail: object) -> None:
    facts = {"recording": recording.pk, "kind": recording.kind, "required": recording.is_required}
    if recording.person is not None:
        facts["person"] = recording.person.username
    audit.record(by, action, **_target(recording), detail=facts | detail)


class _Target(TypedDict):
    target_kind: str
    target_id: int | None
    target_name: str


def _target(recording: Recording) -> _Target:
    return {
        "target_kind": "vm",
        "target_id": recording.vm_id,
        "target_name": recording.vm_name,
    }
