"""Make the video of a recording: a job that can be stopped, and that leaves nothing half done.

Safe to run twice: it begins anew, and one that is whole is left alone.
"""

import mmap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.access import ActionRefused
from jobs.context import JobContext
from recordings import storage
from recordings.formats.frames import BadTapeError, frames, largest
from recordings.limits import MIB
from recordings.models import Video

from .asking import without_library
from .film import Film, is_possible

CHECK_SECONDS = 0.3
PHASE = gettext_noop("Drawing the pictures")


def make(job: JobContext) -> dict[str, Any]:
    """Draw the recording's pictures into a video file."""
    video = Video.objects.select_related("recording").filter(pk=job.params["video"]).first()
    if video is None:
        raise _gone()
    if video.done_at is not None:
        return {}
    if not is_possible():
        raise without_library()
    part, last = storage.video_part_of(video.recording), storage.video_of(video.recording)
    try:
        film = _filmed(job, storage.file_of(video.recording), part, video.recording.length)
        part.replace(last)
    finally:
        part.unlink(missing_ok=True)
    size = last.stat().st_size
    done = Video.objects.filter(pk=video.pk, recording__isnull=False)
    if not done.update(done_at=timezone.now(), bytes=size, width=film.width, height=film.height):
        last.unlink(missing_ok=True)
        raise _gone()
    return {"bytes": size}


def _filmed(job: JobContext, source: Path, target: Path, length: float) -> Film:
    with _tape(source) as tape:
        width, height = largest(tape)
        if not width:
            raise ActionRefused(_("There is no picture in this recording."), code="empty")
        target.unlink(missing_ok=True)
        target.touch(0o600)
        film = Film(target, width, height)
        checked = float("-inf")
        try:
            for ms, picture in frames(tape):
                film.show(picture, ms)
                job.progress(min(99.0, ms / 10 / length) if length else None, PHASE)
                if time.monotonic() - checked > CHECK_SECONDS:
                    checked = time.monotonic()
                    job.check_cancelled()
                    _check_room(film)
        finally:
            film.close()
    _check_room(film)
    return film


@contextmanager
def _tape(path: Path) -> Iterator[mmap.mmap]:
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as tape:
            yield tape
    except FileNotFoundError:
        raise _gone() from None
    except BadTapeError as error:
        text = _("The recording's file is damaged, so there is no video of it.")
        raise ActionRefused(f"{text} ({error})", code="damaged") from error
    except OSError as error:
        text = _("The video could not be written: %(why)s.") % {"why": error.strerror or error}
        raise ActionRefused(text, code="disk") from error


def _check_room(film: Film) -> None:
    if film.size > settings.RECORDING_VIDEO_MIB * MIB:
        text = _("The video became larger than %(most)s MiB. Download the recording itself.")
        most = settings.RECORDING_VIDEO_MIB
        raise ActionRefused(text % {"most": most}, code="too-big")
    if storage.free_bytes() < settings.RECORDINGS_FREE_MIB * MIB:
        raise ActionRefused(_("The portal's disk is full."), code="disk")


def _gone() -> ActionRefused:
    return ActionRefused(_("The recording was deleted."), code="gone")
