"""How does a recording's file leave the portal? In parts to a player, whole as a download."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.access import ActionRefused

from . import storage
from .formats import cast
from .models import Recording, State
from .ranges import part_of

BLOCK = 256 * 1024
TAPE_TYPE = "application/vnd.guesthouse.tape"
CAST_TYPE = "application/x-asciicast"
VIDEO_TYPE = "video/webm"


def whole_file(recording: Recording) -> Path:
    """Return the file of an ended recording. Raises Http404 while there is none."""
    path = storage.file_of(recording)
    if recording.state != State.ENDED or not path.exists():
        raise Http404
    return path


def part(recording: Recording, header: str) -> HttpResponse:
    """Return what a Range header asks for; the text of a cast comes as a stream of its own."""
    path = whole_file(recording)
    size = path.stat().st_size
    wanted = part_of(header, size)
    if wanted is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, length = wanted
    with path.open("rb") as file:
        file.seek(first)
        data = file.read(length)
    last = first + len(data) - 1
    headers = {"Content-Range": f"bytes {first}-{last}/{size}", "Accept-Ranges": "bytes"}
    return HttpResponse(data, status=206, content_type=TAPE_TYPE, headers=headers)


def text(request: HttpRequest, recording: Recording) -> StreamingHttpResponse:
    """Return the unpacked text of a cast."""
    blocks = cast.unpacked(whole_file(recording))
    return StreamingHttpResponse(_fitting(request, blocks), content_type=CAST_TYPE)


def download(request: HttpRequest, recording: Recording) -> StreamingHttpResponse:
    """Return everything as a file named by machine and time."""
    path = whole_file(recording)
    blocks = cast.unpacked(path) if recording.is_text else _blocks(path)
    headers = _named(recording, "cast" if recording.is_text else "tape")
    if not recording.is_text:
        headers["Content-Length"] = str(path.stat().st_size)
    kind = CAST_TYPE if recording.is_text else TAPE_TYPE
    return StreamingHttpResponse(_fitting(request, blocks), content_type=kind, headers=headers)


def video(request: HttpRequest, recording: Recording) -> StreamingHttpResponse:
    """Return the video that was made. Raises ActionRefused (409) while there is none."""
    path, made = storage.video_of(recording), recording.shown_video
    if made is None or not made.is_ready or not path.exists():
        text = _("There is no video of this recording. Make one first.")
        raise ActionRefused(text, code="no-video")
    headers = _named(recording, "webm") | {"Content-Length": str(path.stat().st_size)}
    blocks = _fitting(request, _blocks(path))
    return StreamingHttpResponse(blocks, content_type=VIDEO_TYPE, headers=headers)


def _named(recording: Recording, ending: str) -> dict[str, str]:
    """Return the header that names a download by machine and time."""
    began = recording.began_at or recording.asked_at
    name = f"{slugify(recording.vm_name) or 'machine'}-{began:%Y-%m-%d-%H-%M-%S}.{ending}"
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _fitting(
    request: HttpRequest, blocks: Iterator[bytes]
) -> Iterator[bytes] | AsyncIterator[bytes]:
    """Return the blocks as the server wants them, so that none is held longer than it is sent."""
    return _in_turn(blocks) if isinstance(request, ASGIRequest) else blocks


async def _in_turn(blocks: Iterator[bytes]) -> AsyncIterator[bytes]:
    following = sync_to_async(lambda: next(blocks, None), thread_sensitive=False)
    while (block := await following()) is not None:
        yield block
