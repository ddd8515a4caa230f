"""Which columns of a machine's row does libvirt's description of a guest give? Pure."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

from virt.domains.fences import Fences
from virt.facts.domain import DiskInfo, DomainInfo, DomainState, GraphicsInfo, NicInfo, VideoInfo
from virt.facts.guest import GuestFacts
from vms.models import VM
from vms.states import VMState

_BLOCKED = frozenset({"io-error", "watchdog", "api-error", "post-copy-failed"})
_DISK_KEYS = tuple(field.name for field in fields(DiskInfo))
_NIC_KEYS = tuple(field.name for field in fields(NicInfo))
_GRAPHICS_KEYS = tuple(field.name for field in fields(GraphicsInfo))
_VIDEO_KEYS = tuple(field.name for field in fields(VideoInfo))
LONGEST = 255
SILENT = "not-responding"
MOST_DIFFERENCES = 20  # of a definition, that a row keeps
USE_STEP = 64 * 1024**2
CLOCK_SLACK = timedelta(seconds=5)  # two ways to tell the same start


def state_of(info: DomainInfo, *, is_unresponsive: bool = False) -> tuple[str, str]:
    """Return the state and reason under which people know it.

    A guest that was stopped by an error, and one whose QEMU does not answer, is blocked; one that
    failed to start, or was kept after a panic, is crashed.
    """
    state, reason = info.state, info.state_reason
    if state is DomainState.PAUSED and reason in _BLOCKED:
        return VMState.BLOCKED, reason
    if state is DomainState.PAUSED and reason == "crashed":
        return VMState.CRASHED, "panicked"
    if state is DomainState.OFF and reason == "failed":
        return VMState.CRASHED, "failed"
    if state is DomainState.BLOCKED:
        # Idle, in the words of Xen.
        return VMState.RUNNING, ""
    if is_unresponsive and state is DomainState.RUNNING:
        return VMState.BLOCKED, SILENT
    return VMState(state.value), reason


def columns_of(info: DomainInfo, row: VM | None = None) -> dict[str, Any]:
    """Return the mirrored columns; sizes that were not read are kept from `row`."""
    is_unresponsive = bool(row and row.is_unresponsive and info.state.is_active)
    state, reason = state_of(info, is_unresponsive=is_unresponsive)
    disks = _disks(info.disks, row.disks if row else [])
    return {
        "name": info.name[:LONGEST],
        "domain_id": info.id,
        "state": state,
        "state_reason": reason[:40],
        "is_unresponsive": is_unresponsive,
        "is_persistent": info.persistent,
        "is_made": True,
        "autostart": info.autostart,
        "has_managed_save": info.has_managed_save,
        "vcpus": info.vcpus,
        "memory": info.memory,
        **_later(info, row),
        "arch": info.arch[:20],
        "machine_type": info.machine[:60],
        "firmware": info.firmware[:16],
        "virt_type": info.virt_type[:12],
        "cpu_mode": (info.cpu_model or info.cpu_mode)[:60],
        "has_tpm": info.has_tpm,
        "has_agent_channel": info.has_agent_channel,
        "agent_connected": bool(info.agent_connected),
        "has_serial": info.has_serial,
        "clipboard": info.clipboard[:8],
        "clipboard_connected": info.clipboard_connected,
        "os_id": info.os_id[:120],
        "disks": disks,
        "disk_bytes": _capacity(disks) or (row.disk_bytes if row else 0),
        "nics": _plain(info.nics, _NIC_KEYS),
        "graphics": _plain(info.graphics, _GRAPHICS_KEYS),
        "video": _plain(info.video, _VIDEO_KEYS),
        "pinned_cpus": list(info.pinned_cpus),
        "fences": fences_column(info.fences),
    }


def _later(info: DomainInfo, row: VM | None) -> dict[str, Any]:
    """Return how far it can grow, and what waits for its next start; a new size waits as long."""
    later = info.later
    columns: dict[str, Any] = {
        "max_vcpus": info.max_vcpus,
        "max_memory": info.max_memory,
        "next_vcpus": later.vcpus if later else 0,
        "next_max_vcpus": later.max_vcpus if later else 0,
        "next_memory": later.memory if later else 0,
        "next_max_memory": later.max_memory if later else 0,
        "fixed": info.fixed[:8],
        "differences": [asdict(one) for one in info.differences[:MOST_DIFFERENCES]],
    }
    if row is not None and row.next_size and later is None:
        columns |= {"size": row.next_size, "next_size": ""}
    return columns


def times_of(
    info: DomainInfo, row: VM, columns: dict[str, Any], now: datetime, *, is_watched: bool
) -> dict[str, Any]:
    """Return what changes with the state: since when, and what only a running guest has."""
    changed: dict[str, Any] = {}
    if columns["state"] != row.state:
        changed["state_since"] = now
    if not info.state.is_active:
        if row.started_at is not None or row.address or row.cpu_percent is not None:
            changed |= {
                "started_at": None,
                "started_before": False,
                "address": "",
                "addresses": [],
                "cpu_percent": None,
                "memory_used": None,
            }
    else:
        changed |= start_of(info, row, now, is_watched=is_watched)
    return changed


def start_of(info: DomainInfo, row: VM, now: datetime, *, is_watched: bool) -> dict[str, Any]:
    """Return since when a running guest runs; with `started_before` it ran then already.

    `is_watched` is whether it would have been seen to start: else it may have been any time.
    """
    known = None if row.domain_id not in (None, info.id) else row.started_at
    if info.started_at is not None:
        is_same = known is not None and abs(known - info.started_at) < CLOCK_SLACK
        if is_same and not row.started_before:
            return {}
        return {"started_at": info.started_at, "started_before": False}
    if known is not None:
        return {}
    was_on = row.is_on and row.domain_id == info.id
    if was_on:
        return {"started_at": row.state_since, "started_before": True}
    is_seen = is_watched and row.state != VMState.UNKNOWN
    return {"started_at": now, "started_before": not is_seen}


def fences_column(fences: Fences) -> dict[str, Any]:
    """Return what is kept of a guest's fences, as JSON gives it back."""
    told = asdict(fences)
    return {name: list(one) if isinstance(one, tuple) else one for name, one in told.items()}


def guest_column(facts: GuestFacts) -> dict[str, Any]:
    """Return what is kept of an agent's words; use in steps, so that a quiet guest is quiet."""
    told = asdict(facts)
    for filesystem in told["filesystems"]:
        if filesystem["used"] is not None:
            filesystem["used"] = round(filesystem["used"] / USE_STEP) * USE_STEP
    return told | {"users": list(facts.users), "filesystems": list(told["filesystems"])}


def _plain(items: Iterable[Any], keys: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{key: getattr(item, key) for key in keys} for item in items]


def _capacity(disks: list[dict[str, Any]]) -> int:
    """Return what the disks may grow to, as far as it was read. Bytes."""
    return sum(disk["capacity"] or 0 for disk in disks if disk["device"] == "disk")


def _disks(disks: Iterable[DiskInfo], known: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the disks; a size that was not read is the one known of the same source."""
    before = {(disk.get("target"), disk.get("source"), disk.get("volume")): disk for disk in known}
    rows = _plain(disks, _DISK_KEYS)
    for row in rows:
        old = before.get((row["target"], row["source"], row["volume"]), {})
        for key in ("capacity", "allocation"):
            if row[key] is None:
                row[key] = old.get(key)
    return rows
