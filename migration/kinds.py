"""The kinds of jobs of this room."""

from django.utils.translation import gettext_lazy as _

from jobs.kinds import Kind, register

from .waiting import KIND, changed, unstoppable, waits

register(
    Kind(
        KIND,
        "migration.operations.moving.migrate",
        _("Migrate"),
        _("Migrating"),
        icon="arrows-left-right",
        is_cancellable=True,
        waits=waits,
        unstoppable=unstoppable,
        changed=changed,
    ),
    Kind(
        "vm.end_copy",
        "migration.operations.copies.end_copy",
        _("End a copy"),
        _("Ending a copy"),
        icon="copy-off",
    ),
)
