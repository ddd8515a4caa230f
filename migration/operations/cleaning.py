"""What is left over after a migration: files that were copied in vain, and old disks.

Only files are deleted that were not there before and of which the outcome is known.
"""

from collections.abc import Sequence

from django.db import transaction

from hosts.addresses import address_of
from hosts.models import Host
from migration.models import Migration, Outcome
from virt.errors import NotFound, VirtError
from virt.hosts import storage
from virt.pool import pooled

from .recording import event_of, write
from .settling import Truth


def clean(row: Migration, truth: Truth, made: Sequence[dict[str, str]]) -> None:
    """Delete copies at the target of a machine that stayed; old disks where that was wished."""
    if not made:
        return
    if truth.outcome is Outcome.STAYED and truth.target.info is None:
        if _delete(row.target, [(one["pool"], one["name"]) for one in made]):
            _say(row, "disks_removed", row.target_name)
    elif truth.outcome is Outcome.MIGRATED and truth.source.info is None:
        wished = row.wish.delete_source_disks
        old = [(one["here"], one["name"]) for one in made if one["here"]]
        is_done = wished and _delete(row.source, old)
        _say(row, "old_disks_removed" if is_done else "old_disks", row.source_name)


def _delete(host: Host | None, volumes: Sequence[tuple[str, str]]) -> bool:
    """Delete volumes; say whether any was there. What fails is left where it is."""
    if host is None:
        return False
    is_done = False
    try:
        with pooled(address_of(host), "ops") as hypervisor:
            for pool, name in volumes:
                storage.refresh(hypervisor, pool)
                try:
                    storage.delete_volume(hypervisor, pool, name)
                    is_done = True
                except NotFound:
                    continue
    except VirtError:
        return False
    return is_done


def _say(row: Migration, what: str, host: str) -> None:
    with transaction.atomic():
        write(row, events=[*row.events, event_of(what, host=host)])
