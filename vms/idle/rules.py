"""Which machines are idle? Those that showed no use for so many days."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.functional import Promise

from hosts.models import Host, HostState
from vms.models import VM, VMQuerySet

from .signs import SIGNS


def days() -> int:
    """Return after how many days without use a machine counts as idle."""
    return int(settings.IDLE_DAYS)


def idle_condition(now: datetime | None = None) -> Q:
    """Match machines without use for so many days, on hosts that can be looked at.

    Nobody looked before a machine was first seen, so the days are counted from there.
    """
    away = Q(host__in=Host.objects.filter(state=HostState.UNREACHABLE).values("pk"))
    return Q(quiet_since__lte=(now or timezone.now()) - timedelta(days=days())) & ~away


@dataclass(frozen=True, slots=True)
class Idle:
    """How many machines are idle, and what they hold."""

    count: int
    vcpus: int
    memory: int
    days: int


def sum_up(machines: VMQuerySet) -> Idle:
    """Return what the idle ones of `machines` hold; one query."""
    found: dict[str, Any] = machines.filter(idle_condition()).aggregate(
        count=Count("pk"), vcpus=Sum("vcpus"), memory=Sum("memory")
    )
    return Idle(found["count"], found["vcpus"] or 0, found["memory"] or 0, days())


def is_idle(vm: VM, now: datetime | None = None) -> bool:
    """Say whether one machine is idle; `vm.host` is loaded."""
    is_seen = vm.host.state != HostState.UNREACHABLE
    return is_seen and vm.quiet_since <= (now or timezone.now()) - timedelta(days=days())


def sign_of(vm: VM) -> str | Promise:
    """Return the last sign of use in words, "" where none was seen."""
    return SIGNS.get(vm.last_used_by, "")
