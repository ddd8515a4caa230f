"""The kinds of jobs of this room."""

from django.utils.translation import gettext_lazy as _

from jobs.kinds import Kind, register

register(
    Kind(
        "posture.look",
        "posture.operations.look",
        _("Look at security"),
        _("Looking"),
        icon="shield-lock",
        is_cancellable=True,
    ),
)
