"""Where recordings lie: a folder of the data folder, files named by random keys alone."""

import os
import shutil
import uuid
from pathlib import Path

from django.conf import settings

from .models import Kind, Recording

ENDINGS = {Kind.SCREEN: ".tape", Kind.TEXT: ".cast.gz", Kind.SSH: ".cast.gz"}
PART = ".part"  # of a recording that goes on
VIDEO, VIDEO_PART = ".webm", ".webm.part"


def folder() -> Path:
    """Return the folder, made private where it is missing."""
    place = Path(settings.DATA_DIR) / "recordings"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def part_of(recording: Recording) -> Path:
    """Return where a recording is written while it goes on."""
    return folder() / f"{recording.key.hex}{PART}"


def file_of(recording: Recording) -> Path:
    """Return where an ended recording lies."""
    return folder() / f"{recording.key.hex}{ENDINGS[Kind(recording.kind)]}"


def video_of(recording: Recording) -> Path:
    """Return where the video of a recording lies."""
    return folder() / f"{recording.key.hex}{VIDEO}"


def video_part_of(recording: Recording) -> Path:
    """Return where a video is written while it is made."""
    return folder() / f"{recording.key.hex}{VIDEO_PART}"


def keep(recording: Recording) -> None:
    """Give a file that is whole its last name. Raises OSError."""
    part_of(recording).replace(file_of(recording))


def remove(recording: Recording) -> None:
    """Delete whatever there is of a recording; nothing is no error."""
    part_of(recording).unlink(missing_ok=True)
    file_of(recording).unlink(missing_ok=True)
    remove_video(recording)


def remove_video(recording: Recording) -> None:
    """Delete a video; nothing is no error."""
    video_of(recording).unlink(missing_ok=True)
    video_part_of(recording).unlink(missing_ok=True)


def free_bytes() -> int:
    """Return how much the disk takes still."""
    return shutil.disk_usage(folder()).free


def strays(older_than: float) -> list[Path]:
    """Return files of no recording, last changed before a moment (seconds since the epoch)."""
    old = [path for path in folder().iterdir() if path.stat().st_mtime < older_than]
    keys = {path: _key(path) for path in old}
    known = set(
        Recording.objects.filter(key__in=[key for key in keys.values() if key]).values_list(
            "key", flat=True
        )
    )
    return [path for path, key in keys.items() if key not in known]


def _key(path: Path) -> uuid.UUID | None:
    try:
        return uuid.UUID(path.name.partition(".")[0])
    except ValueError:
        return None


def open_private(path: Path) -> int:
    """Make a new file that only our own user may read, and return its descriptor."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
