"""How is a fetched file handed out? As bytes to be saved, whatever the guest calls them."""

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from jobs import audit

from . import staging
from .models import Transfer


def answer(request: HttpRequest, transfer: Transfer) -> StreamingHttpResponse:
    """Return the file. Raises ActionRefused (410) when its copy is gone, or was never whole."""
    path = staging.path_of(transfer.staged) if transfer.can_be_saved else None
    if path is None or not path.is_file():
        text = _("This file is no longer here. Fetch it again.")
        raise ActionRefused(text, code="gone", status=410)
    audit.record(
        request.user,
        "file.saved",
        target_kind="vm",
        target_id=transfer.vm_id,
        target_name=transfer.vm.name,
        detail={"path": transfer.path, "sha256": transfer.sha256},
    )
    headers = {
        "Content-Disposition": content_disposition_header(True, transfer.name) or "attachment",
        "Content-Length": str(path.stat().st_size),
    }
    pieces = staging.pieces_of(transfer.staged)
    return StreamingHttpResponse(
        _in_turn(iter(pieces)) if isinstance(request, ASGIRequest) else pieces,
        content_type="application/octet-stream",
        headers=headers,
    )


async def _in_turn(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Read the next piece only when the last one is on its way, so that none piles up."""
    following = sync_to_async(lambda: next(pieces, None), thread_sensitive=False)
    while (piece := await following()) is not None:
        yield piece
