"""What happened on a host: libvirt's callbacks as small facts.

An event is a hint to read again, never the truth.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import libvirt


class EventKind(StrEnum):
    """Name what kind of thing changed."""

    LIFECYCLE = "lifecycle"
    REBOOT = "reboot"
    AGENT = "agent"
    DEVICE = "device"
    MEDIA = "media"
    METADATA = "metadata"
    BALLOON = "balloon"
    JOB = "job"
    BLOCK_JOB = "block-job"
    IO_ERROR = "io-error"
    WATCHDOG = "watchdog"
    POOL = "pool"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Event:
    """Say that a domain (or pool, network) changed.

    ``detail`` is a word such as "started" or "vdb", maybe empty.
    """

    kind: EventKind
    uuid: str
    detail: str = ""
    name: str = ""


EventCallback = Callable[[Event], None]

_LIFECYCLE = (
    "defined",
    "undefined",
    "started",
    "suspended",
    "resumed",
    "stopped",
    "shutdown",
    "pmsuspended",
    "crashed",
)
_POOL = ("defined", "undefined", "started", "stopped", "created", "deleted")
_NETWORK = ("defined", "undefined", "started", "stopped")
_BLOCK_JOB = ("completed", "failed", "canceled", "ready")
_AGENT = ("", "connected", "disconnected")


def _word(words: tuple[str, ...], number: object) -> str:
    if isinstance(number, int) and 0 <= number < len(words):
        return words[number]
    return str(number)


def _first(*values: Any) -> str:
    return str(values[0]) if values and isinstance(values[0], str | int) else ""


# The arguments after (connection, domain) and before the opaque one, per libvirt event.
_DOMAIN_EVENTS: tuple[tuple[str, EventKind, Callable[..., str]], ...] = (
    ("LIFECYCLE", EventKind.LIFECYCLE, lambda event, _detail: _word(_LIFECYCLE, event)),
    ("REBOOT", EventKind.REBOOT, lambda *_: ""),
    ("AGENT_LIFECYCLE", EventKind.AGENT, lambda state, _reason: _word(_AGENT, state)),
    ("DEVICE_ADDED", EventKind.DEVICE, _first),
    ("DEVICE_REMOVED", EventKind.DEVICE, _first),
    ("DEVICE_REMOVAL_FAILED", EventKind.DEVICE, _first),
    ("DISK_CHANGE", EventKind.MEDIA, lambda _old, _new, alias, _reason: str(alias or "")),
    ("TRAY_CHANGE", EventKind.MEDIA, _first),
    ("METADATA_CHANGE", EventKind.METADATA, lambda *_: ""),
    ("BALLOON_CHANGE", EventKind.BALLOON, lambda *_: ""),
    ("JOB_COMPLETED", EventKind.JOB, lambda *_: "completed"),
    ("MIGRATION_ITERATION", EventKind.JOB, lambda iteration: f"iteration {iteration}"),
    (
        "BLOCK_JOB_2",
        EventKind.BLOCK_JOB,
        lambda disk, _kind, status: f"{disk} {_word(_BLOCK_JOB, status)}",
    ),
    (
        "IO_ERROR_REASON",
        EventKind.IO_ERROR,
        lambda _path, _alias, _action, reason: str(reason or ""),
    ),
    ("WATCHDOG", EventKind.WATCHDOG, lambda *_: ""),
)


class Subscription:
    """Hold the callbacks registered on one connection, so that they can be taken back."""

    def __init__(self, raw: Any, callback: EventCallback) -> None:
        """Register for every event that the driver knows; what it does not know is left out."""
        self._raw = raw
        self._callback = callback
        self._domain_ids: list[int] = []
        self._pool_id: int | None = None
        self._network_id: int | None = None
        for name, kind, describe in _DOMAIN_EVENTS:
            self._register_domain(name, kind, describe)
        self._register_others()

    def _register_domain(self, name: str, kind: EventKind, describe: Callable[..., str]) -> None:
        number = getattr(libvirt, f"VIR_DOMAIN_EVENT_ID_{name}", None)
        if number is None:
            return

        def happened(_connection: Any, domain: Any, *details: Any) -> None:
            self._callback(Event(kind, domain.UUIDString(), describe(*details[:-1]), domain.name()))

        try:
            self._domain_ids.append(self._raw.domainEventRegisterAny(None, number, happened, None))
        except libvirt.libvirtError as error:
            if error.get_error_code() != libvirt.VIR_ERR_NO_SUPPORT:
                raise

    def _register_others(self) -> None:
        def pool_changed(
            _connection: Any, pool: Any, event: int, _detail: int, _opaque: Any
        ) -> None:
            self._callback(
                Event(EventKind.POOL, pool.UUIDString(), _word(_POOL, event), pool.name())
            )

        def network_changed(
            _connection: Any, network: Any, event: int, _detail: int, _opaque: Any
        ) -> None:
            self._callback(
                Event(
                    EventKind.NETWORK, network.UUIDString(), _word(_NETWORK, event), network.name()
                )
            )

        try:
            self._pool_id = self._raw.storagePoolEventRegisterAny(
                None, libvirt.VIR_STORAGE_POOL_EVENT_ID_LIFECYCLE, pool_changed, None
            )
            self._network_id = self._raw.networkEventRegisterAny(
                None, libvirt.VIR_NETWORK_EVENT_ID_LIFECYCLE, network_changed, None
            )
        except libvirt.libvirtError as error:
            if error.get_error_code() != libvirt.VIR_ERR_NO_SUPPORT:
                raise

    def cancel(self) -> None:
        """Take the callbacks back; a connection that is already gone is no error."""
        try:
            for number in self._domain_ids:
                self._raw.domainEventDeregisterAny(number)
            if self._pool_id is not None:
                self._raw.storagePoolEventDeregisterAny(self._pool_id)
            if self._network_id is not None:
                self._raw.networkEventDeregisterAny(self._network_id)
        except libvirt.libvirtError:
            pass
        self._domain_ids, self._pool_id, self._network_id = [], None, None
