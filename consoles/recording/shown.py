"""What everybody in a room sees of its recording."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Capability, allows
from accounts.models import User
from recordings.access import list_recordings
from recordings.limits import why_full
from recordings.models import Kind, Recording, State
from recordings.policy import RecordingPolicy, is_required, kept_for, policy_of
from recordings.reasons import UNWISHED, words_of
from recordings.services import going_of
from vms.models import VM

from .asking import own_session, why_not_open
from .kinds import recorded_as

NO_SESSION = -1  # of which nothing is recorded
TOLD_FOR = timedelta(minutes=10)  # that a recording ended which nobody ended


@dataclass(frozen=True, slots=True)
class Going:
    """A recording that goes on, for everybody in the room."""

    kind: str
    words: str  # what is recorded: screen or text console
    name: str  # of who began it, "" for the rules
    since: Any  # None while it begins
    bytes: int
    missing: float
    is_stopping: bool


def recorded_context(vm: VM, session: int = 0) -> dict[str, Any]:
    """Return what visitors see too; of a `session` only what is recorded of that."""
    kept, going = kept_for(vm.team), going_of(vm, session)
    return {
        "going": [_going(one) for one in going],
        "going_kinds": [one.kind for one in going],
        "spice_recorded_as": recorded_as(vm, "spice"),
        "recording_ended": _ended_lately(vm, session),
        "recording_required": is_required(vm),
        "recordings_kept": kept.days if kept else None,
    }


def recording_context(request: HttpRequest, vm: VM, *, is_driving: bool) -> dict[str, Any]:
    """Return what somebody with a right to the machine may do about recordings."""
    sees = allows(request.user, Capability.VM_RECORDINGS, vm)
    count = list_recordings(request.user).filter(vm=vm, state=State.ENDED).count() if sees else 0
    return {
        "record_url": reverse("consoles:record", args=[vm.pk]),
        "may_record": is_driving or allows(request.user, Capability.VM_RECORD, vm),
        "recording_blocked": _why_not(vm),
        "not_open": {kind: why_not_open(vm, kind) for kind in (Kind.SCREEN, Kind.TEXT)},
        "recordings_url": reverse("recordings:machine", args=[vm.pk]) if sees else "",
        "recordings_count": count,
    }


def session_context(request: HttpRequest, vm: VM, session: int) -> dict[str, Any]:
    """Return what somebody sees of the recording of their own session, 0 before they are in."""
    found = cast(User, request.user)
    own = own_session(vm, found, session) if session else None
    context = recorded_context(vm, own.pk) if own else recorded_context(vm, NO_SESSION)
    sees = recording_context(request, vm, is_driving=own is not None)
    return context | sees | {"vm": vm, "own": own}


def _why_not(vm: VM) -> str:
    if policy_of(vm) == RecordingPolicy.NEVER:
        return _("The rules here do not allow recordings of consoles.")
    reason = why_full(vm.team_id, vm.owner_id)
    return words_of(reason)


def _going(recording: Recording) -> Going:
    return Going(
        kind=recording.kind,
        words=str(recording.get_kind_display()),
        name=recording.started_by.display_name if recording.started_by else "",
        since=recording.began_at,
        bytes=recording.bytes,
        missing=recording.missing,
        is_stopping=recording.stop_asked_at is not None,
    )


def _ended_lately(vm: VM, session: int) -> dict[str, Any] | None:
    """Return the last recording, where it ended a short time ago and not by anybody's wish."""
    found = Recording.objects.filter(vm=vm, session=session, state=State.ENDED)
    last = found.order_by("-ended_at").first()
    if last is None or last.ended_at is None or last.end_reason not in UNWISHED:
        return None
    if timezone.now() - last.ended_at > TOLD_FOR:
        return None
    return {"at": last.ended_at, "words": words_of(last.end_reason)}
