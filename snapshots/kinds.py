"""The kinds of jobs of this room."""

from django.utils.translation import gettext_lazy as _

from jobs.kinds import Kind, register

register(
    Kind(
        "snapshot.take",
        "snapshots.operations.taking.take",
        _("Take snapshot"),
        _("Taking a snapshot"),
        icon="camera",
        is_cancellable=True,
    ),
    Kind(
        "snapshot.revert",
        "snapshots.operations.reverting.revert",
        _("Revert to a snapshot"),
        _("Reverting"),
        icon="arrow-back-up",
        is_cancellable=True,
    ),
    Kind(
        "snapshot.delete",
        "snapshots.operations.merging.delete",
        _("Delete snapshot"),
        _("Deleting a snapshot"),
        icon="trash",
        is_cancellable=True,
    ),
    Kind(
        "snapshot.merge",
        "snapshots.operations.merging.delete",
        _("Merge snapshots"),
        _("Merging snapshots"),
        icon="git-merge",
        is_cancellable=True,
    ),
)
