"""Say of a pool what libvirt cannot: that other hosts see the same files at the same path."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, Person, require
from hosts.facts import announce_inventory
from hosts.models import StoragePool
from jobs import audit

# Kinds of which two hosts may see the same.
SHAREABLE = frozenset({"dir", "fs", "netfs", "logical", "iscsi", "scsi", "mpath", "gluster"})


def declare_shared(pool: StoragePool, is_shared: bool, by: Person) -> StoragePool:
    """Declare a pool shared, or take that back. Raises ActionRefused for a kind that cannot be.

    A disk in it is then left where it is when its machine moves: two hosts that do not see the
    same files would write into different ones, so only administrators say so.
    """
    require(by, Capability.HOST_MANAGE)
    if is_shared and (pool.kind not in SHAREABLE or not pool.path):
        text = _("A pool of this kind cannot be shared between hosts by its path.")
        raise ActionRefused(text, code="not-shareable", status=422)
    if pool.is_shared == is_shared:
        return pool
    with transaction.atomic():
        StoragePool.objects.filter(pk=pool.pk).update(is_shared=is_shared)
        pool.is_shared = is_shared
        audit.record(
            by,
            "pool.share" if is_shared else "pool.unshare",
            target_kind="host",
            target_id=pool.host_id,
            target_name=pool.host.name,
            outcome="done",
            detail={"pool": pool.name, "path": pool.path},
        )
        announce_inventory(pool.host)
    return pool
