"""How do bytes flow through libvirt: screenshots and serial consoles."""

import queue
import threading
from contextlib import suppress
from typing import Any

import libvirt

from virt.errors import Busy, HostUnreachable, OperationTimeout, VirtError, translate, translated

MOST_SCREENSHOT = 32 * 1024 * 1024
_CHUNK = 64 * 1024
_MOST_QUEUED = 64


def receive_all(stream: Any, limit: int) -> bytes:
    """Read a stream to its end, or raise VirtError when it is longer than ``limit`` bytes."""
    parts: list[bytes] = []
    size = 0
    while data := stream.recv(_CHUNK):
        size += len(data)
        if size > limit:
            stream.abort()
            raise VirtError("The host sent more than expected.")
        parts.append(data)
    stream.finish()
    return b"".join(parts)


def screenshot(connection: Any, domain: Any, screen: int) -> tuple[str, bytes]:
    """Return the media type and bytes of a display's picture."""
    stream = connection.newStream(0)
    media_type = domain.screenshot(stream, screen, 0)
    return str(media_type), receive_all(stream, MOST_SCREENSHOT)


class Console:
    """Hold an open serial console: bytes in, bytes out. One thread may read while others write."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._incoming: queue.Queue[bytes] = queue.Queue(_MOST_QUEUED)
        self._writable = threading.Event()
        self._closed = threading.Event()
        self._lock = threading.RLock()
        self._events = 0
        stream.eventAddCallback(0, self._happened, None)
        self._watch(libvirt.VIR_STREAM_EVENT_READABLE)

    @property
    def is_closed(self) -> bool:
        """Tell whether the other side, or we, ended it."""
        return self._closed.is_set()

    def _watch(self, events: int) -> None:
        with self._lock:
            if not self._closed.is_set() and events != self._events:
                self._events = events
                self._stream.eventUpdateCallback(
                    events | libvirt.VIR_STREAM_EVENT_ERROR | libvirt.VIR_STREAM_EVENT_HANGUP
                )

    def _happened(self, stream: Any, events: int, _opaque: object) -> None:
        """Move what came into the queue; runs in the event loop's thread and never waits."""
        try:
            if events & libvirt.VIR_STREAM_EVENT_WRITABLE:
                self._writable.set()
                self._watch(self._events & ~libvirt.VIR_STREAM_EVENT_WRITABLE)
            is_over = events & (libvirt.VIR_STREAM_EVENT_ERROR | libvirt.VIR_STREAM_EVENT_HANGUP)
            if events & libvirt.VIR_STREAM_EVENT_READABLE or is_over:
                self._take(stream)
            if is_over:
                self._end()
        except libvirt.libvirtError:
            self._end()

    def _take(self, stream: Any) -> None:
        """Queue all that is there; what comes next is looked for when somebody reads again.

        So a guest that writes without pause costs what its reader takes, not a call a sign.
        """
        self._watch(self._events & ~libvirt.VIR_STREAM_EVENT_READABLE)
        while not self._incoming.full():
            data = stream.recv(_CHUNK)
            if data == -2:
                break
            if not data or isinstance(data, int):
                self._end()
                return
            self._incoming.put_nowait(data)
        if self._incoming.empty():
            self._watch(self._events | libvirt.VIR_STREAM_EVENT_READABLE)

    def _end(self) -> None:
        self._closed.set()
        self._writable.set()
        with suppress(queue.Full):
            self._incoming.put_nowait(b"")

    def read(self, timeout: float | None = None) -> bytes:
        """Return the next bytes; b"" at the end.

        Raises OperationTimeout when nothing comes in time.
        """
        if self._closed.is_set() and self._incoming.empty():
            return b""
        if not self._closed.is_set() and self._incoming.empty():
            with translated():
                self._watch(self._events | libvirt.VIR_STREAM_EVENT_READABLE)
        try:
            return self._incoming.get(timeout=timeout)
        except queue.Empty:
            raise OperationTimeout("Nothing was written to the console.") from None

    def write(self, data: bytes, timeout: float = 10.0) -> None:
        """Send all bytes, or raise OperationTimeout (the guest does not read) or HostUnreachable
        (it is closed).
        """
        while data:
            if self._closed.is_set():
                raise HostUnreachable("The console is closed.")
            with translated():
                self._writable.clear()
                sent = self._stream.send(data)
                if sent >= 0:
                    data = data[sent:]
                    continue
                self._watch(self._events | libvirt.VIR_STREAM_EVENT_WRITABLE)
            if not self._writable.wait(timeout):
                raise OperationTimeout("The guest does not take what is typed.")

    def hang_up(self) -> None:
        """Note that the host is away: what came before can still be read."""
        self._end()

    def close(self) -> None:
        """End the console; closing twice is no error."""
        with self._lock:
            if self._stream is None:
                return
            stream, self._stream = self._stream, None
            self._end()
        try:
            stream.eventRemoveCallback()
            stream.abort()
        except libvirt.libvirtError:
            pass


def open_console(connection: Any, domain: Any, *, force: bool) -> Console:
    """Open the first console; raise Busy when it is taken (libvirt's code is a general one, but
    only that is left).
    """
    stream = connection.newStream(libvirt.VIR_STREAM_NONBLOCK)
    flags = libvirt.VIR_DOMAIN_CONSOLE_FORCE if force else libvirt.VIR_DOMAIN_CONSOLE_SAFE
    try:
        domain.openConsole(None, stream, flags)
    except libvirt.libvirtError as error:
        ours = translate(error)
        if (
            error.get_error_code() == libvirt.VIR_ERR_OPERATION_FAILED
            and domain.isActive()
            and not force
        ):
            raise Busy(
                "Somebody else uses this console.", detail=ours.detail, code=ours.code
            ) from error
        raise
    return Console(stream)
