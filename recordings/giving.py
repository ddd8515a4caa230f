"""How does a recording's file leave the portal? In parts to a player, whole as a download."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.text import slugify

from . import storage
from .formats import cast
from .models import Recording, State
from .ranges import part_of

BLOCK = 256 * 1024
TAPE_TYPE = "application/vnd.guesthouse.tape"
CAST_TYPE = "application/x-asciicast"


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
    ending = "cast" if recording.is_text else "tape"
    began = recording.began_at or recording.asked_at
    name = f"{slugify(recording.vm_name) or 'machine'}-{began:%Y-%m-%d-%H-%M-%S}.{ending}"
    blocks = cast.unpacked(path) if recording.is_text else _blocks(path)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if not recording.is_text:
        headers["Content-Length"] = str(path.stat().st_size)
    kind = CAST_TYPE if recording.is_text else TAPE_TYPE
    return StreamingHttpResponse(_fitting(request, blocks), content_type=kind, headers=headers)


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
