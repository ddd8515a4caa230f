"""Ask for the video of a recording, and say why there cannot be one."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from accounts.models import User
from jobs.models import ACTIVE
from jobs.services import create_job
from recordings.models import Recording, Video

from .film import is_possible

MOST_AT_ONCE = 3  # videos that one person waits for


def why_not(recording: Recording) -> ActionRefused | None:
    """Return why this recording becomes no video, None where it can."""
    if recording.is_text:
        text = _("A text console is downloaded as text, which players of asciicasts show.")
        return ActionRefused(text, code="text")
    if recording.is_going:
        return ActionRefused(_("This is being recorded. Stop that first."), code="going")
    return None if is_possible() else without_library()


def without_library() -> ActionRefused:
    """Return the refusal of a portal that lacks what makes videos."""
    text = _(
        "Videos cannot be made here: PyAV is not installed. An administrator sets "
        "GUESTHOUSE_VIDEO=on and starts Guesthouse again."
    )
    return ActionRefused(text, code="no-library")


def request_video(recording: Recording, by: User) -> Video:
    """Ask for a video; one that is there or on its way is as good.

    The right to see the recording is checked before. Raises ActionRefused (409): text, going,
    no-library, busy.
    """
    if refusal := why_not(recording):
        raise refusal
    with transaction.atomic():
        Recording.objects.select_for_update().get(pk=recording.pk)
        video = Video.objects.filter(recording=recording).select_related("job").first()
        if video is not None and (video.is_ready or video.is_waiting):
            return video
        if Video.objects.filter(job__actor=by, job__state__in=ACTIVE).count() >= MOST_AT_ONCE:
            text = _("You wait for %(count)d videos already. Wait for one of them.")
            raise ActionRefused(text % {"count": MOST_AT_ONCE}, code="busy")
        Video.objects.filter(recording=recording).delete()
        video = Video.objects.create(recording=recording)
        video.job = create_job(
            "recording.video",
            target_kind="recording",
            target_id=recording.pk,
            target_name=recording.vm_name,
            actor=by,
            params={"video": video.pk, "recording": recording.pk},
            audiences=(f"user-{by.pk}",),
        )
        video.save(update_fields=["job"])
    return video
