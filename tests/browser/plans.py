"""Scenes of a host that is emptied by plan; nobody works, so each step is played."""

import uuid
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from hosts.models import Host
from jobs.models import Job
from maintenance.models import Plan
from maintenance.telling import tell
from tests.factories import GIB, make_host, make_vm

FOUND = {
    "iommu": True,
    "nested": False,
    "clock_ms": 800,
    "clock_within_ms": 4,
    "certificate_ends": "",
    "port": "free",
    "validate": [["device /dev/vhost-net exists", "warn", "Load the 'vhost_net' module"]],
}


def emptying() -> dict[str, int]:
    """Make two hosts; on the first three machines that can move and one that cannot."""
    here = make_host(
        "juniper", findings=FOUND, checked_at=timezone.now(), scanned_at=timezone.now()
    )
    there = make_host("sorrel", memory_used=6 * GIB, cpu_percent=8.0)
    Host.objects.filter(pk=here.pk).update(cpu_percent=86.0, kvm_cpu_mode="host-passthrough")
    for host in (here, there):
        wire: dict[str, Any] = {"name": "default", "mode": "nat", "active": True, "autostart": True}
        host.networks.create(uuid=uuid.uuid4(), **wire)
        host.pools.create(
            uuid=uuid.uuid4(), name="default", kind="dir", active=host == there, autostart=True,
            capacity=400 * GIB, allocation=120 * GIB, available=280 * GIB,
        )  # fmt: skip
    here.pools.create(
        uuid=uuid.uuid4(), name="fast", kind="dir", active=True, autostart=True, capacity=GIB
    )
    for number in (1, 2, 3):
        make_vm(f"web-prod-0{number}", host=here, memory=number * 4 * GIB, vcpus=4,
                cpu_percent=95.0, memory_used=3 * GIB)  # fmt: skip
    make_vm("jupyter-gpu-01", host=here, nics=[{"kind": "network", "source": "attic"}])
    return {"here": here.pk, "there": there.pk}


def plan_moves() -> int:
    """Let the first step be done, the second fail, and the third be half-way."""
    plan = Plan.objects.get()
    done, failed, going, *_rest = plan.steps.all()
    plan.steps.filter(pk=done.pk).update(state="done")
    reason = "sorrel: A snapshot blocks the migration"
    plan.steps.filter(pk=failed.pk).update(state="failed", reason=reason)
    plan.steps.filter(pk=going.pk).update(state="running")
    tell(plan.pk)
    return plan.pk


def plan_stops() -> None:
    """Let the plan's job end as it does after a cancel."""
    plan = Plan.objects.get()
    Job.objects.filter(pk=plan.job_id or 0).update(state="cancelled")
    plan.steps.exclude(state__in=("done", "failed")).update(state="cancelled")
    Plan.objects.update(state="cancelled")
    Host.objects.update(duty="")
    tell(plan.pk)


PLANS: dict[str, Callable[..., Any]] = {
    scene.__name__: scene for scene in (emptying, plan_moves, plan_stops)
}
