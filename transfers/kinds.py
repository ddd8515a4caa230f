"""The kinds of jobs of this room. They hold no machine: power actions go on meanwhile."""

from django.utils.translation import gettext_lazy as _

from jobs.kinds import Kind, register

register(
    Kind(
        "file.send",
        "transfers.operations.carrying.send",
        _("Send a file to the guest"),
        _("Sending a file"),
        icon="upload",
        is_cancellable=True,
        is_exclusive=False,
    ),
    Kind(
        "file.fetch",
        "transfers.operations.carrying.fetch",
        _("Fetch a file from the guest"),
        _("Fetching a file"),
        icon="download",
        is_cancellable=True,
        is_exclusive=False,
    ),
)
