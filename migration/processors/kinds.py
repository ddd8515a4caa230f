"""The kinds of jobs of groups of hosts."""

from django.utils.translation import gettext_lazy as _

from jobs.kinds import Kind, register

_HERE = "migration.processors.operations"

register(
    Kind(
        "processors.find",
        f"{_HERE}.find",
        _("Find the common processor of"),
        _("Asking"),
        icon="cpu",
        is_cancellable=True,
    ),
    Kind("processors.use", f"{_HERE}.use", _("Set the processor of"), _("Changing"), icon="cpu"),
)
