"""The pages of recordings: of one machine, of all, the player, and what it fetches."""

import time
from typing import Any

from csp.constants import NONCE
from csp.decorators import csp_update
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import ActionRefused, Capability, allows, requires
from accounts.requests import SignedInRequest
from jobs.services import request_cancel
from vms.access import get_vm
from vms.views.machine import Machine

from . import giving
from .access import get_recording, list_recordings
from .formats import tape
from .models import Recording
from .policy import RecordingPolicy, kept_for, policy_of
from .reasons import words_of
from .services import delete as delete_recording
from .services import needed_to_delete, note_use
from .video.asking import request_video, why_not
from .words import player_words

PAGE_SIZE = 50
VIEWS = "recording_views"  # in the session: recording -> when it was opened
VIEW_SECONDS = 6 * 3600.0
MOST_VIEWS = 20
SPEEDS = ("0.5", "1", "2", "4", "8")


@requires(Capability.VM_RECORDINGS)
@require_GET
def everything(request: SignedInRequest) -> HttpResponse:
    """Show every recording that the reader may see, also of machines that are no more."""
    page = Paginator(list_recordings(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "with_machine": True, **_shown(request, page)}
    return render(request, "recordings/all.html", context)


@requires(Capability.VM_RECORDINGS)
@require_GET
def of_machine(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the recordings of a machine's consoles, and what the rules say about them."""
    vm = get_vm(request.user, pk, Capability.VM_RECORDINGS)
    found = list_recordings(request.user).filter(vm=vm)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    kept = kept_for(vm.team)
    context = {
        "machine": Machine(request.user, vm),
        "vm": vm,
        "tab": "recordings",
        "page": page,
        "policy": policy_of(vm),
        "policies": RecordingPolicy,
        "kept_days": kept.days if kept else None,
        "may_open": allows(request.user, Capability.VM_CONSOLE, vm),
        **_shown(request, page),
    }
    return render(request, "recordings/machine.html", context)


@requires(Capability.VM_RECORDINGS)
@require_GET
@never_cache
@csp_update({"style-src": [NONCE]})  # type: ignore[arg-type]  # the terminal makes styles
def play(request: SignedInRequest, recording_id: int) -> HttpResponse:
    """Show the player; that somebody watches is in the record."""
    recording = get_recording(request.user, recording_id, Capability.VM_RECORDINGS)
    if not recording.is_going:
        giving.whole_file(recording)
        _note_view(request, recording, opens=True)
    context = {
        "recording": recording,
        "nonce": str(request.csp_nonce),  # type: ignore[attr-defined]
        "ended_words": words_of(recording.end_reason),
        "may_delete": allows(request.user, needed_to_delete(recording), recording),
        "words": player_words(),
        "speeds": SPEEDS,
        **_video(recording),
    }
    return render(request, "recordings/play.html", context)


@requires(Capability.VM_RECORDINGS)
@require_GET
@never_cache
def index(request: SignedInRequest, recording_id: int) -> HttpResponse:
    """Give a player what it needs to know of a screen's tape."""
    recording = get_recording(request.user, recording_id, Capability.VM_RECORDINGS)
    _note_view(request, recording)
    found = tape.index_of(giving.whole_file(recording))
    return JsonResponse(
        {
            "length": found.length,
            "end": found.end,
            "keys": found.keys,
            "quiet": found.quiet,
            "marks": found.marks,
        }
    )


@requires(Capability.VM_RECORDINGS)
@require_GET
@never_cache
def content(request: SignedInRequest, recording_id: int) -> HttpResponseBase:
    """Give a player a part of a tape, or the text of a cast."""
    recording = get_recording(request.user, recording_id, Capability.VM_RECORDINGS)
    _note_view(request, recording)
    if recording.is_text:
        return giving.text(request, recording)
    return giving.part(recording, request.headers.get("Range", ""))


@requires(Capability.VM_RECORDINGS)
@require_GET
@never_cache
def download(request: SignedInRequest, recording_id: int) -> HttpResponseBase:
    """Give the whole file; that is in the record."""
    recording = get_recording(request.user, recording_id, Capability.VM_RECORDINGS)
    answer = giving.download(request, recording)
    note_use(recording, request.user, "recording.export", request.META.get("REMOTE_ADDR"))
    return answer


@requires(Capability.VM_RECORDINGS)
@require_GET
@never_cache
def video(request: SignedInRequest, recording_id: int) -> HttpResponseBase:
    """Give the video that was made; that is in the record."""
    recording = get_recording(request.user, recording_id, Capability.VM_RECORDINGS)
    answer = giving.video(request, recording)
    address = request.META.get("REMOTE_ADDR")
    note_use(recording, request.user, "recording.export", address, format="webm")
    return answer


@requires(Capability.VM_RECORDINGS)
@require_POST
def make_video(request: SignedInRequest, recording_id: int) -> HttpResponse:
    """Ask for a video of the recording."""
    recording = get_recording(request.user, recording_id, Capability.VM_RECORDINGS)
    request_video(recording, request.user)
    return _answer_of_video(request, recording_id)


@requires(Capability.VM_RECORDINGS)
@require_POST
def stop_video(request: SignedInRequest, recording_id: int) -> HttpResponse:
    """Stop the making of a video that one asked for; one that is over already stays as it is."""
    recording = get_recording(request.user, recording_id, Capability.VM_RECORDINGS)
    made = recording.shown_video
    if made is not None and made.job is not None and made.is_waiting:
        request_cancel(made.job, request.user)
    return _answer_of_video(request, recording_id)


@requires(Capability.VM_RECORDINGS)
@require_GET
@never_cache
def video_state(request: SignedInRequest, recording_id: int) -> HttpResponse:
    """Show how far the video is."""
    recording = get_recording(request.user, recording_id, Capability.VM_RECORDINGS)
    return render(request, "recordings/_video.html", _video(recording))


def _answer_of_video(request: SignedInRequest, recording_id: int) -> HttpResponse:
    if request.headers.get("HX-Request"):
        recording = get_recording(request.user, recording_id, Capability.VM_RECORDINGS)
        return render(request, "recordings/_video.html", _video(recording))
    return redirect("recordings:play", recording_id)


def _video(recording: Recording) -> dict[str, Any]:
    """Return what the video's part of the page is drawn from."""
    refusal = why_not(recording)
    return {
        "recording": recording,
        "video": recording.shown_video,
        "no_video": str(refusal.message) if refusal else "",
    }


@requires(Capability.VM_RECORD)
@require_http_methods(["GET", "POST"])
def delete(request: SignedInRequest, recording_id: int) -> HttpResponse:
    """Ask once more, then delete the recording."""
    recording = get_recording(request.user, recording_id, Capability.VM_RECORD)
    refusal: ActionRefused | None = None
    if request.method == "POST":
        try:
            delete_recording(recording, request.user)
        except ActionRefused as error:
            refusal = error
        else:
            messages.info(request, _("The recording was deleted"))
            return redirect("recordings:all")
    context = {"recording": recording, "refusal": refusal}
    return render(request, "recordings/delete.html", context)


def _note_view(request: SignedInRequest, recording: Recording, *, opens: bool = False) -> None:
    """Write that somebody watches: once for an opened player, and for who fetches without one."""
    seen, now = request.session.get(VIEWS, {}), time.time()
    if not opens and now - seen.get(str(recording.pk), 0) < VIEW_SECONDS:
        return
    note_use(recording, request.user, "recording.view", request.META.get("REMOTE_ADDR"))
    seen = seen | {str(recording.pk): now}
    request.session[VIEWS] = dict(sorted(seen.items(), key=lambda one: one[1])[-MOST_VIEWS:])


def _shown(request: SignedInRequest, page: Page[Recording]) -> dict[str, Any]:
    """Return which of a page the reader may delete, and why each ended."""
    return {
        "mine": {
            one.pk for one in page.object_list if allows(request.user, needed_to_delete(one), one)
        },
    }
