"""Which backups lack files on their host, as far as it was read? Two queries for any number."""

from collections.abc import Iterable
from datetime import timedelta

from hosts.models import StoragePool, Volume

from .models import PLACE, Backup

READING = timedelta(minutes=2)  # the most that reading a host takes


def missing_among(backups: Iterable[Backup]) -> set[int]:
    """Return the ids of those of which the last reading, begun after them, lacks a file."""
    read = [backup for backup in backups if _is_read(backup)]
    if not read:
        return set()
    pools = StoragePool.objects.filter(
        host__in={backup.host_id for backup in read}, name=PLACE, active=True
    )
    names = {file["name"] for backup in read for file in backup.files}
    volumes = Volume.objects.filter(pool__in=pools, name__in=names)
    there = set(volumes.values_list("pool__host", "name"))
    return {
        backup.pk
        for backup in read
        if not {(backup.host_id, file["name"]) for file in backup.files} <= there
    }


def _is_read(backup: Backup) -> bool:
    read_at = backup.host.scanned_at
    return (
        backup.made_at is not None and read_at is not None and read_at >= backup.made_at + READING
    )
