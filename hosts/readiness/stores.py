"""What do pools and networks of a host say: is there a place for disks, and a wire?"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from hosts.facts import percent
from hosts.models import Host, StoragePool

from .lines import Fix, Readiness

FULL = 90.0  # per cent
LIMIT = 3  # lines about one kind of fault


def pools(host: Host) -> Iterator[Readiness]:
    """Say whether disks have a place, which pools are down, and which run full."""
    if host.scanned_at is None and not host.pools.all():
        yield Readiness("skip", _("A storage pool is active"), _("not read yet"))
        return
    found = list(host.pools.all())
    yield from _place(found)
    used = _used_pools(host) if any(not pool.active for pool in found) else set()
    down = sorted((pool for pool in found if not pool.active), key=lambda p: p.name not in used)
    for pool in down[:LIMIT]:
        yield _down(pool, is_used=pool.name in used)
    yield from _autostart(found)
    yield from _full(found)


def _used_pools(host: Host) -> set[str]:
    """Return the pools with disks of the host's machines, whose room is above: by relation."""
    machines: Any = host
    rows = machines.vms.order_by().values_list("disks", flat=True)
    return {disk.get("pool") or "" for disks in rows for disk in disks}


def _place(found: list[StoragePool]) -> Iterator[Readiness]:
    if any(pool.name == "default" and pool.active for pool in found):
        yield Readiness("ok", _("The pool default is active"))
    elif any(pool.active for pool in found):
        yield Readiness("ok", _("A storage pool is active"))
    elif not any(pool.name == "default" for pool in found):
        title = _("No storage pool is active")
        yield Readiness("warn", title, _("machines have no place for disks"), Fix("make-pool"))


def _down(pool: StoragePool, *, is_used: bool) -> Readiness:
    title = _("The pool %(name)s is not active") % {"name": pool.name}
    value = _("disks of machines are in it, which cannot start") if is_used else pool.kind
    return Readiness("fail" if is_used else "warn", title, value, Fix("start-pool", pool.name))


def _autostart(found: list[StoragePool]) -> Iterator[Readiness]:
    for pool in [pool for pool in found if pool.active and not pool.autostart][:LIMIT]:
        title = _("The pool %(name)s does not start with the host") % {"name": pool.name}
        fix = Fix("autostart-pool", pool.name)
        yield Readiness("warn", title, _("gone after the next restart"), fix)


def _full(found: list[StoragePool]) -> Iterator[Readiness]:
    for pool in found:
        used = percent(pool.allocation, pool.capacity) if pool.active else None
        if used is not None and used >= FULL:
            title = _("The pool %(name)s is nearly full") % {"name": pool.name}
            value = _("%(percent)d %% used") % {"percent": int(used)}
            yield Readiness("warn", title, value)


def networks(host: Host) -> Iterator[Readiness]:
    """Say whether there is a virtual network, and which are down."""
    found = list(host.networks.all())
    if host.scanned_at is None and not found:
        yield Readiness("skip", _("A network is active"), _("not read yet"))
        return
    if any(network.name == "default" and network.active for network in found):
        yield Readiness("ok", _("The network default is active"))
    elif any(network.active for network in found):
        yield Readiness("ok", _("A network is active"))
    elif not found:
        yield Readiness("warn", _("No virtual network is active"), _("machines need a bridge"))
    for network in [network for network in found if not network.active][:LIMIT]:
        title = _("The network %(name)s is not active") % {"name": network.name}
        yield Readiness("warn", title, network.mode, Fix("start-network", network.name))
    for network in [one for one in found if one.active and not one.autostart][:LIMIT]:
        title = _("The network %(name)s does not start with the host") % {"name": network.name}
        fix = Fix("autostart-network", network.name)
        yield Readiness("warn", title, _("gone after the next restart"), fix)
