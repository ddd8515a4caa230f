"""How is a fetched file handed out? As bytes to be saved, whatever the guest calls them."""

from django.http import FileResponse
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Person
from jobs import audit

from . import staging
from .models import Transfer


def answer(transfer: Transfer, by: Person) -> FileResponse:
    """Return the file. Raises ActionRefused (410) when its copy is gone, or was never whole."""
    path = staging.path_of(transfer.staged) if transfer.can_be_saved else None
    if path is None or not path.is_file():
        text = _("This file is no longer here. Fetch it again.")
        raise ActionRefused(text, code="gone", status=410)
    audit.record(
        by,
        "file.saved",
        target_kind="vm",
        target_id=transfer.vm_id,
        target_name=transfer.vm.name,
        detail={"path": transfer.path, "sha256": transfer.sha256},
    )
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=transfer.name,
        content_type="application/octet-stream",
    )
