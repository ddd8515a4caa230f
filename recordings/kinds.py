"""The kinds of jobs of this room."""

from django.utils.translation import gettext_lazy as _

from jobs.kinds import Kind, register

register(
    Kind(
        "recording.video",
        "recordings.video.making.make",
        _("Make a video of a recording"),
        _("Making a video"),
        icon="player-record",
        queue="heavy",
        is_cancellable=True,
        is_exclusive=False,
    ),
)
