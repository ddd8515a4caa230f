"""The kinds of jobs of this room."""

from django.utils.translation import gettext_lazy as _

from jobs.kinds import Kind, register

register(
    Kind(
        "backup.make",
        "backups.operations.making.make",
        _("Back up"),
        _("Backing up"),
        icon="archive",
        is_cancellable=True,
    ),
    Kind(
        "backup.restore",
        "backups.operations.restoring.restore",
        _("Restore a backup"),
        _("Restoring"),
        icon="restore",
        is_cancellable=True,
    ),
    Kind(
        "backup.delete",
        "backups.operations.deleting.delete",
        _("Delete a backup"),
        _("Deleting"),
        icon="trash",
    ),
    Kind(
        "backup.place",
        "backups.operations.places.make_place",
        _("Make the place for backups"),
        _("Preparing storage"),
        icon="database",
    ),
)
