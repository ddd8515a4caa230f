"""Who runs libvirt's event loop: one daemon thread per process."""

import logging
import os
import threading

import libvirt

log = logging.getLogger(__name__)
_lock = threading.Lock()
_started_in: int | None = None


def _swallow(_context: object, _error: object) -> None:
    """Keep libvirt from printing errors, which are raised as exceptions anyway."""


def start_event_loop() -> None:
    """Start libvirt's default event loop once per process.

    It must run before a connection is opened: without it there are neither events nor keepalive. A
    forked child gets a thread of its own, but connections never survive a fork: open them
    afterwards.
    """
    global _started_in
    with _lock:
        if _started_in == os.getpid():
            return
        libvirt.registerErrorHandler(_swallow, None)
        if _started_in is None:
            libvirt.virEventRegisterDefaultImpl()
            # A timer keeps the loop turning, so no handle of another thread is missed for long.
            libvirt.virEventAddTimeout(1000, _tick, None)
        threading.Thread(target=_run, name="libvirt-events", daemon=True).start()
        _started_in = os.getpid()


def _tick(_timer: int, _opaque: object) -> None:
    """Do nothing, once a second."""


def _run() -> None:
    while True:
        try:
            libvirt.virEventRunDefaultImpl()
        except libvirt.libvirtError as error:
            log.warning("libvirt event loop: code %s", error.get_error_code())
