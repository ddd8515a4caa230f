"""Which hosts does this watcher watch? Leases in the database, in the database's own time."""

import math
from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.functions import Now

from hosts.models import Host, Watcher
from jobs.clock import from_now

LEASE = 20.0  # seconds
FINGERPRINT = (
    "name", "transport", "hostname", "port", "username", "socket", "test_path", "host_key",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leased:
    """A host that is ours. Its thread begins anew when the `fingerprint` changes."""

    pk: int
    fingerprint: tuple[object, ...]
    is_rescan_asked: bool


def sign_on(name: str) -> int:
    """Say that the watcher `name` is alive, and return how many are."""
    if not Watcher.objects.filter(name=name).update(until=from_now(LEASE)):
        Watcher.objects.bulk_create([Watcher(name=name, until=from_now(LEASE))])
    Watcher.objects.filter(until__lt=from_now(-3600)).delete()
    return Watcher.objects.filter(until__gt=Now()).count()


def sign_off(name: str) -> None:
    """Give every host of `name` back at once."""
    Host.objects.filter(watcher=name).update(watcher="", watcher_until=None)
    Watcher.objects.filter(name=name).delete()


def renew(name: str) -> int:
    """Keep our hosts, give back those over our fair share, and return the share."""
    alive = max(1, sign_on(name))
    share = math.ceil(Host.objects.count() / alive)
    Host.objects.filter(watcher=name).update(watcher_until=from_now(LEASE))
    mine = list(Host.objects.filter(watcher=name).order_by("pk").values_list("pk", flat=True))
    if len(mine) > share:
        Host.objects.filter(pk__in=mine[share:], watcher=name).update(
            watcher="", watcher_until=None
        )
    return share


def claim(name: str, room: int) -> None:
    """Take up to `room` hosts that nobody watches; each by a conditional update."""
    free = Q(watcher="") | Q(watcher_until__lt=Now()) | Q(watcher_until=None)
    for pk in list(Host.objects.filter(free).order_by("pk").values_list("pk", flat=True)[:room]):
        Host.objects.filter(free, pk=pk).update(watcher=name, watcher_until=from_now(LEASE))


def look(name: str) -> tuple[list[Leased], int]:
    """Return our hosts, and how many hosts nobody watches: the one query of an idle round."""
    mine: list[Leased] = []
    free = 0
    rows = Host.objects.annotate(
        is_late=ExpressionWrapper(Q(watcher_until__lt=Now()), output_field=BooleanField())
    ).values_list("pk", "watcher", "is_late", "rescan_requested", *FINGERPRINT)
    for pk, watcher, is_late, rescan, *fingerprint in rows.order_by("pk"):
        if watcher == name:
            mine.append(Leased(pk, tuple(fingerprint), rescan))
        elif not watcher or is_late is not False:
            free += 1
    return mine, free


def clear_rescan(pks: list[int]) -> None:
    """Note that the rescans that were asked for have begun."""
    Host.objects.filter(pk__in=pks).update(rescan_requested=False)
