"""Where do files wait between the browser and the guest? Below the data folder, never for long."""

import hashlib
import uuid
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from .models import KEPT, Transfer

BLOCK = 48 * 1024


def folder() -> Path:
    """Return the folder, which only our own user may open."""
    place = settings.DATA_DIR / "transfers"
    place.mkdir(mode=0o700, exist_ok=True)
    return Path(place)


def path_of(staged: str) -> Path:
    """Return where a staged file is; names are our own, a UUID in hex."""
    return folder() / uuid.UUID(hex=staged).hex


def new_name() -> str:
    """Return a name that no other file has."""
    return uuid.uuid4().hex


def keep(name: str, pieces: Iterable[bytes]) -> tuple[int, str]:
    """Write a file whole and return its size and SHA-256; half of one is never left."""
    path, digest, size = path_of(name), hashlib.sha256(), 0
    try:
        with path.open("xb") as file:
            path.chmod(0o600)
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                file.write(piece)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return size, digest.hexdigest()


def pieces_of(name: str) -> Iterable[bytes]:
    """Yield a staged file piece by piece."""
    with path_of(name).open("rb") as file:
        while piece := file.read(BLOCK):
            yield piece


def drop(transfer: Transfer) -> None:
    """Delete our copy and say so in the row."""
    if transfer.staged:
        path_of(transfer.staged).unlink(missing_ok=True)
        Transfer.objects.filter(pk=transfer.pk).update(staged="")
        transfer.staged = ""


def staged_bytes() -> int:
    """Return how much is staged altogether, by the rows."""
    rows = Transfer.objects.exclude(staged="").aggregate(total=Sum("size"))
    return int(rows["total"] or 0)


def sweep() -> int:
    """Delete copies that waited their time, and files that no row knows; return how many."""
    now = timezone.now()
    old = Transfer.objects.exclude(staged="").filter(created_at__lt=now - KEPT)
    gone = [row for row in old.select_related("job") if not row.is_waiting]
    for row in gone:
        drop(row)
    known = set(Transfer.objects.exclude(staged="").values_list("staged", flat=True))
    strays = [
        path
        for path in folder().iterdir()
        if path.name not in known and path.stat().st_mtime < (now - KEPT).timestamp()
    ]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(gone) + len(strays)
