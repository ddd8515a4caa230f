"""One row for each changing action."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """Jobs: progress, result, cancel, and the audit chain."""

    name = "jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        from . import recording, tasks  # noqa: F401 - the web process sends what it knows
