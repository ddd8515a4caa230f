"""The kinds of jobs of this room."""

from django.utils.translation import gettext_lazy as _

from jobs.kinds import Kind, register

register(
    Kind(
        "vm.migrate",
        "migration.operations.moving.migrate",
        _("Migrate"),
        _("Migrating"),
        icon="arrows-left-right",
        is_cancellable=True,
    ),
)
