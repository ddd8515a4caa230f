"""How far is libvirt's own job on a domain: save, dump, migration."""

from collections.abc import Mapping
from typing import Any

import libvirt

from virt.facts.domain import JobProgress

_KINDS = ("none", "bounded", "unbounded", "completed", "failed", "cancelled")
_OPERATIONS = (
    "",
    "start",
    "save",
    "restore",
    "migration-in",
    "migration-out",
    "snapshot",
    "snapshot-revert",
    "dump",
    "backup",
    "snapshot-delete",
)


def kind_of(stats: Mapping[str, Any]) -> str:
    """Return what the job is like: "none", "bounded", "completed", …"""
    return _word(_KINDS, stats.get("type")) or "none"


def operation_of(stats: Mapping[str, Any]) -> str:
    """Return what the job does: "save", "migration-out", …"""
    return _word(_OPERATIONS, stats.get("operation"))


def _word(words: tuple[str, ...], number: Any) -> str:
    return words[number] if isinstance(number, int) and 0 <= number < len(words) else ""


def progress(raw: Any, *, completed: bool = False) -> JobProgress:
    """Return the statistics of the running job, or of the last completed one."""
    stats = raw.jobStats(libvirt.VIR_DOMAIN_JOB_STATS_COMPLETED if completed else 0)
    return JobProgress(
        kind=kind_of(stats),
        operation=operation_of(stats),
        elapsed_ms=stats.get("time_elapsed", 0),
        total=stats.get("data_total", 0),
        processed=stats.get("data_processed", 0),
        remaining=stats.get("data_remaining", 0),
        bandwidth=stats.get("memory_bps"),
        dirty_rate=stats.get("memory_dirty_rate"),
        downtime_ms=stats.get("downtime"),
        iteration=stats.get("memory_iteration"),
    )
