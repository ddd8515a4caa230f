"""How are a guest's files read and written, through its agent?

The agent is the guest's own program, so nothing it says is believed: every answer is checked and
bounded, and every question ends after `SECONDS`.
"""

import base64
import binascii
import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import libvirt_qemu

from virt.domain import Domain
from virt.errors import AccessDenied, HostUnreachable, OperationTimeout, VirtError

SECONDS = 10
CHUNK = 48 * 1024  # bytes of one question; an emulated guest takes its time over each
MOST_EMPTY = 3  # answers without a byte, one after the other, before the end
REMOVAL_LOOK_SECONDS = 0.2
REMOVERS = ("/bin/rm", "/usr/bin/rm")


class GuestFileRefused(VirtError):
    """Say that the guest's agent would not do it; `detail` holds its own words."""

    slug = "guest-refused"
    default = "The guest's agent refused."


class AgentMisbehaved(VirtError):
    """Say that the agent answered what no agent would."""

    slug = "agent-misbehaved"
    default = "The guest's agent answered nonsense."


class TooBig(VirtError):
    """Say that the file is bigger than what may be fetched."""

    slug = "too-big"
    default = "The file is too big."


Report = Callable[[int], None]


def exists(domain: Domain, path: str) -> bool:
    """Say whether the agent can open the file for reading."""
    try:
        with _opened(domain, path, "rb"):
            return True
    except GuestFileRefused:
        return False


def pieces(domain: Domain, path: str, most: int) -> Iterator[tuple[bytes, int]]:
    """Yield the file's bytes piece by piece, each with how many there were so far.

    Raises TooBig beyond `most`.
    """
    total = empty = 0
    with _opened(domain, path, "rb") as handle:
        while True:
            answer = _ask(domain, "guest-file-read", handle=handle, count=CHUNK)
            data, is_end = _piece(answer)
            total += len(data)
            if total > most:
                raise TooBig
            yield data, total
            if is_end:
                return
            empty = 0 if data else empty + 1
            if empty >= MOST_EMPTY:
                raise AgentMisbehaved(detail="it neither reads on nor ends")


def write(domain: Domain, path: str, content: Iterable[bytes], report: Report) -> int:
    """Write the pieces into the file, made new or emptied before; return how many bytes."""
    total = 0
    with _opened(domain, path, "wb") as handle:
        for piece in content:
            total += _write_piece(domain, handle, piece)
            report(total)
        _ask(domain, "guest-file-flush", handle=handle)
    return total


def _write_piece(domain: Domain, handle: int, piece: bytes) -> int:
    left = memoryview(piece)
    while left:
        text = base64.b64encode(left).decode()
        answer = _ask(domain, "guest-file-write", handle=handle, **{"buf-b64": text})
        written = _number(answer, "count")
        if not 0 < written <= len(left):
            raise AgentMisbehaved(detail=f"it wrote {written} of {len(left)} bytes")
        left = left[written:]
    return len(piece)


def discard(domain: Domain, path: str) -> bool:
    """Empty a half-written file, remove it where the guest lets us; say whether it is gone."""
    try:
        with _opened(domain, path, "wb"):
            pass
    except GuestFileRefused:
        return not exists(domain, path)
    for remover in REMOVERS:
        try:
            _ask(domain, "guest-exec", path=remover, arg=["-f", "--", path])
        except GuestFileRefused:
            continue
        return _is_gone_soon(domain, path)
    return not exists(domain, path)


def _is_gone_soon(domain: Domain, path: str) -> bool:
    """Wait for what the agent began: it answers before its program has done anything."""
    deadline = time.monotonic() + SECONDS
    while exists(domain, path):
        if time.monotonic() > deadline:
            return False
        time.sleep(REMOVAL_LOOK_SECONDS)
    return True


@contextmanager
def _opened(domain: Domain, path: str, mode: str) -> Iterator[int]:
    handle = _number(_ask(domain, "guest-file-open", path=path, mode=mode), "")
    try:
        yield handle
    finally:
        with suppress(GuestFileRefused, AgentMisbehaved, OperationTimeout):
            _ask(domain, "guest-file-close", handle=handle)  # it closes all when it ends, too


def _piece(answer: Any) -> tuple[bytes, bool]:
    text = answer.get("buf-b64") if isinstance(answer, dict) else None
    is_end = answer.get("eof") if isinstance(answer, dict) else None
    if not isinstance(text, str) or not isinstance(is_end, bool):
        raise AgentMisbehaved(detail="no piece of a file")
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise AgentMisbehaved(detail="no base64") from error
    if len(data) > CHUNK:
        raise AgentMisbehaved(detail="more bytes than asked for")
    return data, is_end


def _number(answer: Any, key: str) -> int:
    value = answer.get(key) if key and isinstance(answer, dict) else answer
    if isinstance(value, bool) or not isinstance(value, int):
        raise AgentMisbehaved(detail="no number")
    return value


def _ask(domain: Domain, command: str, **arguments: Any) -> Any:
    """Ask the agent and return what it answers. Raises GuestFileRefused, OperationTimeout."""
    question = json.dumps({"execute": command, "arguments": arguments})
    try:
        with domain.raw() as raw:
            text = libvirt_qemu.qemuAgentCommand(raw, question, SECONDS, 0)
    except (HostUnreachable, OperationTimeout, AccessDenied):
        raise
    except VirtError as error:
        words = "".join(letter for letter in error.detail if letter.isprintable())[:300]
        raise GuestFileRefused(detail=words) from error
    except (UnicodeError, SystemError) as error:  # the binding's way to say that it is no text
        raise AgentMisbehaved(detail="no text") from error
    try:
        return json.loads(text)["return"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise AgentMisbehaved(detail="no answer") from error
