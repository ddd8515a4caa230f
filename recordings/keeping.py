"""What becomes of recordings by themselves: lost ones are mended, old ones deleted."""

import logging
import time
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from jobs import audit

from . import storage
from .formats import cast, tape
from .models import Recording, State, Video
from .policy import kept_for
from .services import finish, forget

log = logging.getLogger(__name__)
LOST_AFTER = timedelta(seconds=90)  # without a word of the gateway that writes it
MENDER = "mending"  # instead of a gateway's name
STRAY_SECONDS = 24 * 3600.0


def settle(now: datetime) -> None:
    """Mend what gateways left that are gone, delete what is old, remove files of no recording."""
    mend_lost(Q(seen_at__lt=now - LOST_AFTER) | Q(seen_at=None, asked_at__lt=now - LOST_AFTER))
    delete_old(now)
    delete_old_videos(now)
    for path in storage.strays(time.time() - STRAY_SECONDS):
        path.unlink(missing_ok=True)


def mend_lost(which: Q) -> int:
    """End recordings that nobody writes any more with what is whole of them; return how many.

    One whose file cannot be mended now is tried again later.
    """
    now = timezone.now()
    lost = list(Recording.objects.going().filter(which))
    for recording in lost:
        claimed = Recording.objects.going().filter(pk=recording.pk, gateway=recording.gateway)
        if claimed.update(state=State.RUNNING, gateway=MENDER, seen_at=now):
            _mend(recording)
    return len(lost)


def mend(recording: Recording, place: Path) -> float:
    """Make a file whole and return its length, 0 when nothing is in it. Raises OSError."""
    return cast.mend(place) if recording.is_text else tape.mend(place)


def _mend(recording: Recording) -> None:
    part, last = storage.part_of(recording), storage.file_of(recording)
    length, size = 0.0, 0
    try:
        if part.exists():
            length = mend(recording, part)
            if length:
                storage.keep(recording)
        elif last.exists():  # killed between its last name and its row
            length = mend(recording, last)
        size = last.stat().st_size if length else 0
    except OSError as error:
        log.warning("recording %s cannot be mended: %s", recording.pk, type(error).__name__)
        return
    finish(recording, "lost", size=size, length=length, ended_at=recording.seen_at)


def delete_old(now: datetime) -> None:
    """Delete recordings after the days for which their team keeps them."""
    for recording in Recording.objects.filter(state=State.ENDED).select_related("team"):
        kept = kept_for(recording.team)
        if kept is None or recording.ended_at is None or recording.ended_at + kept > now:
            continue
        forget(recording)
        audit.record(
            None,
            "recording.expire",
            target_kind="vm",
            target_id=recording.vm_id,
            target_name=recording.vm_name,
            detail={"recording": recording.pk, "days": kept.days},
        )


def delete_old_videos(now: datetime) -> None:
    """Delete videos after their hours; the recordings stay."""
    old = now - timedelta(hours=settings.RECORDING_VIDEO_HOURS)
    for video in Video.objects.filter(done_at__lt=old).select_related("recording"):
        storage.remove_video(video.recording)
        video.delete()
