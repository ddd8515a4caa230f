"""Recordings in the API: the same rights and services as the pages."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status

from accounts.access import ActionRefused, Capability
from accounts.api_auth import declares
from accounts.api_paging import Page, Paging, page_of
from accounts.requests import SignedInRequest
from jobs.api import Accepted, accepted
from vms.access import get_vm

from . import giving
from .access import get_recording, list_recordings
from .models import Recording
from .services import delete as delete_recording
from .services import note_use
from .video.asking import request_video

router = Router(tags=["recordings"])


class RecordingOut(Schema):
    """A recording of a console. Lengths are seconds, sizes bytes."""

    id: int
    machine: str = Field(alias="vm_name")
    machine_id: int | None = Field(alias="vm_id")
    kind: str = Field(description="vnc, serial or ssh")
    person: str | None = Field(description="of SSH: whose session it was, the user name")
    state: str = Field(description="asked, running or ended")
    is_required: bool = Field(description="whether the rules, not a person, wanted it")
    started_by: str | None = Field(description="the person's user name")
    began_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    bytes: int
    length: float
    missing: float = Field(description="seconds that are not in it, though it ran")
    has_video: bool = Field(description="whether a video of it can be had now")

    @staticmethod
    def resolve_started_by(recording: Recording) -> str | None:
        """Return who began it."""
        return recording.started_by.username if recording.started_by else None

    @staticmethod
    def resolve_person(recording: Recording) -> str | None:
        """Return whose own session it was."""
        return recording.person.username if recording.person else None

    @staticmethod
    def resolve_has_video(recording: Recording) -> bool:
        """Say whether a video was made."""
        made = recording.shown_video
        return made is not None and made.is_ready


@router.get("/recordings", response=Page[RecordingOut], summary="List recordings")
@declares(Capability.VM_RECORDINGS)
def list_all(request: SignedInRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Return the recordings that the caller may see, also of machines that are no more."""
    return page_of(list_recordings(request.user), paging)


@router.get(
    "/vms/{int:vm_id}/recordings",
    response=Page[RecordingOut],
    summary="List a machine's recordings",
)
@declares(Capability.VM_RECORDINGS)
def list_of_machine(request: SignedInRequest, vm_id: int, paging: Query[Paging]) -> dict[str, Any]:
    """Return the recordings of one machine's consoles."""
    vm = get_vm(request.user, vm_id, Capability.VM_RECORDINGS)
    return page_of(list_recordings(request.user).filter(vm=vm), paging)


@router.get("/recordings/{int:recording_id}", response=RecordingOut, summary="Show a recording")
@declares(Capability.VM_RECORDINGS)
def show(request: SignedInRequest, recording_id: int) -> Recording:
    """Return one recording."""
    return get_recording(request.user, recording_id, Capability.VM_RECORDINGS)


@router.get("/recordings/{int:recording_id}/file", summary="Download a recording", response=None)
@declares(Capability.VM_RECORDINGS)
def download(request: SignedInRequest, recording_id: int) -> HttpResponseBase:
    """Return the file: a tape of a screen, or an asciicast of a terminal."""
    recording = get_recording(request.user, recording_id, Capability.VM_RECORDINGS)
    answer = giving.download(request, recording)
    note_use(recording, request.user, "recording.export", request.META.get("REMOTE_ADDR"))
    return answer


@router.post(
    "/recordings/{int:recording_id}/video",
    response={202: Accepted},
    summary="Make a video of a recording",
)
@declares(Capability.VM_RECORDINGS)
def make_video(request: SignedInRequest, response: HttpResponse, recording_id: int) -> Any:
    """Make a WebM of a screen's recording; it is kept for hours, and the same for everybody.

    The answer is the job of one that is there already or on its way, where there is one.
    """
    recording = get_recording(request.user, recording_id, Capability.VM_RECORDINGS)
    made = request_video(recording, request.user)
    if made.job is None:  # it was tidied away
        raise ActionRefused(_("The video is there already."), code="there")
    return accepted(response, made.job)


@router.get("/recordings/{int:recording_id}/video", summary="Download a video", response=None)
@declares(Capability.VM_RECORDINGS)
def video(request: SignedInRequest, recording_id: int) -> HttpResponseBase:
    """Return the WebM that was made; 409 `no-video` while there is none."""
    recording = get_recording(request.user, recording_id, Capability.VM_RECORDINGS)
    answer = giving.video(request, recording)
    address = request.META.get("REMOTE_ADDR")
    note_use(recording, request.user, "recording.export", address, format="webm")
    return answer


@router.delete("/recordings/{int:recording_id}", response={204: None}, summary="Delete a recording")
@declares(Capability.VM_RECORD)
def delete(request: SignedInRequest, recording_id: int) -> Status[None]:
    """Delete a recording and its file."""
    recording = get_recording(request.user, recording_id, Capability.VM_RECORD)
    delete_recording(recording, request.user)
    return Status(204, None)
