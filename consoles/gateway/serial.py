"""How does a serial console, which is a libvirt stream, look like a socket?"""

import logging
import socket
import threading
from contextlib import suppress
from typing import Protocol

from virt.errors import OperationTimeout, VirtError

log = logging.getLogger(__name__)
BLOCK = 4096
READ_SECONDS = 1.0


class Console(Protocol):
    """What `virt` gives for an open serial console."""

    @property
    def is_closed(self) -> bool: ...

    def read(self, timeout: float | None = None) -> bytes: ...

    def write(self, data: bytes, timeout: float = 10.0) -> None: ...

    def close(self) -> None: ...


def as_socket(console: Console) -> socket.socket:
    """Return a socket joined to `console` by two threads; closing it closes the console."""
    ours, theirs = socket.socketpair()
    threading.Thread(target=_out, args=(console, ours), name="serial-out", daemon=True).start()
    threading.Thread(target=_in, args=(console, ours), name="serial-in", daemon=True).start()
    return theirs


def _out(console: Console, ours: socket.socket) -> None:
    """Copy what the guest writes; a slow reader makes the stream wait."""
    try:
        while not console.is_closed:
            try:
                data = console.read(timeout=READ_SECONDS)
            except OperationTimeout:
                continue
            if not data:
                break
            ours.sendall(data)
    except (OSError, VirtError) as error:
        log.debug("a serial console ended: %s", type(error).__name__)
    finally:
        _shut(ours)


def _in(console: Console, ours: socket.socket) -> None:
    """Copy what is typed, then close the console."""
    try:
        while data := ours.recv(BLOCK):
            console.write(data)
    except (OSError, VirtError) as error:
        log.debug("a serial console ended: %s", type(error).__name__)
    finally:
        console.close()
        _shut(ours)
        ours.close()


def _shut(ours: socket.socket) -> None:
    with suppress(OSError):  # it is shut already
        ours.shutdown(socket.SHUT_RDWR)
