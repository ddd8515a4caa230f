"""The kinds of jobs of this room."""

from django.utils.translation import gettext_lazy as _

from jobs.kinds import Kind, register

register(
    Kind(
        "plan.run",
        "maintenance.operations.running.run",
        _("Move machines by plan"),
        _("Moving machines"),
        icon="list-check",
        is_cancellable=True,
    ),
)
