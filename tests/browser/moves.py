"""What is there before and during a migration, for the pages that show it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from hosts.models import Host
from jobs.models import Job, JobState
from live.publish import announce
from migration.checks.findings import Finding, blocker, passed, unknown, warning
from migration.checks.keeping import tell
from migration.checks.models import CheckReport
from migration.models import Migration, Outcome, Phase
from migration.operations.recording import KIND
from migration.options import Options
from tests.factories import GIB, make_host, make_vm
from vms.models import VM

FITS = (
    passed("identity"),
    passed("no-snapshots"),
    passed("cpu-fits", model="EPYC-Milan"),
    passed("board", board="q35"),
    passed("memory", free=198 * GIB, needed=32 * GIB),
    passed("version", about="QEMU", kind="QEMU", here="7.2.0", there="8.0.2"),
    passed("disk-shared", disk="vda", pool="ceph-rbd"),
    passed("network", network="prod-db"),
    passed("no-devices"),
    passed("firmware-follows"),
    passed("link", way="TLS"),
    unknown("hooks"),
    unknown("ports"),
)
MEDIUM = blocker("medium-local", about="sda", medium="rocky-10-dvd.iso", fix="eject")
CLOCK = warning("clock-ahead", seconds=0.8)


def checked() -> dict[str, int]:
    """Make a machine that was checked against four hosts; a CD stands against the best one."""
    memory = 256 * GIB
    hosts = {
        name: make_host(name, memory=memory, memory_used=int(memory * used), cpu_percent=cpu)
        for name, used, cpu in (
            ("birch", 0.77, 58.0), ("juniper", 0.64, 61.0),
            ("cedar", 0.66, 30.0), ("fir", 0.4, 9.0),
        )
    }  # fmt: skip
    vm = make_vm(
        "shop-db-01", host=hosts["birch"], owner=User.objects.get(username="ada"),
        machine_type="q35", memory=32 * GIB, memory_used=31 * GIB, vcpus=8, cpu_percent=12.0,
    )  # fmt: skip
    _report(vm, hosts["juniper"], MEDIUM, CLOCK, *FITS)
    _report(vm, hosts["cedar"], *FITS)
    lacks = blocker("cpu-lacks", missing="avx512f", model="EPYC-Milan", fix="cpu", more=0)
    _report(vm, hosts["fir"], lacks, *FITS)
    now = timezone.now()
    Migration.objects.create(
        vm=vm, vm_uuid=vm.uuid, vm_name=vm.name, source=vm.host, source_name="birch",
        target=hosts["juniper"], target_name="juniper", outcome=Outcome.MIGRATED,
        phase=Phase.ENDED, started_at=now - timedelta(seconds=30), ended_at=now,
        bytes=32 * GIB, downtime_ms=150,
    )  # fmt: skip
    return {"vm": vm.pk, "juniper": hosts["juniper"].pk, "cedar": hosts["cedar"].pk}


def _report(vm: VM, target: Host, *findings: Finding) -> None:
    CheckReport.objects.update_or_create(
        vm=vm,
        target=target,
        defaults={
            "source": vm.host,
            "was_on": True,
            "checked_at": timezone.now(),
            "findings": [finding.as_json() for finding in findings],
            "options": Options().as_json(),
            "dirty_rate": 320 << 20,
        },
    )


def mended(vm: int, target: int) -> None:
    """Let the check have found the drive empty."""
    machine = VM.objects.select_related("host").get(pk=vm)
    Job.objects.active().filter(target_id=vm).update(state=JobState.SUCCEEDED)
    _report(machine, Host.objects.get(pk=target), CLOCK, *FITS)
    tell(machine)


def moves(percent: float, **figures: Any) -> None:
    """Let the newest migration be so far, as its worker would tell it."""
    row = Migration.objects.select_related("vm").latest("pk")
    Job.objects.filter(pk=row.job_id or 0).update(state=JobState.RUNNING)
    total = 32 * GIB
    now = {
        "t": percent / 2, "total": total, "processed": int(total * percent / 90),
        "remaining": int(total * (100 - percent) / 100), "memory_remaining": 0, "disk_total": 0,
        "disk_remaining": 0, "rate": 1080 << 20, "dirty_rate": 320 << 20, "iteration": 2,
        "downtime_ms": 148, "throttle": 0, **figures,
    }  # fmt: skip
    row.statistics, row.phase, row.rev = now, Phase.COPYING, row.rev + 1
    row.samples = [*row.samples, now]
    row.started_at = row.started_at or timezone.now() - timedelta(seconds=percent / 2)
    if not row.events:
        at = timezone.now().isoformat()
        row.events = [{"at": at, "what": "began", "who": "", "facts": {}}]
    row.save()
    _tell(row)


def over(outcome: str, downtime_ms: int | None = None) -> None:
    """Let the newest migration have ended."""
    row = Migration.objects.select_related("vm").latest("pk")
    Job.objects.filter(pk=row.job_id or 0).update(state=JobState.SUCCEEDED)
    row.phase, row.outcome, row.downtime_ms = Phase.ENDED, outcome, downtime_ms
    row.rev += 1
    row.save()
    _tell(row)


def wishes() -> dict[str, Any]:
    """Return what people wish of the newest migration."""
    row = Migration.objects.select_related("job").latest("pk")
    assert row.job is not None
    known = {name: wish["value"] for name, wish in row.controls.items()}
    return {**known, "cancel": row.job.cancel_requested}


def _tell(row: Migration) -> None:
    facts = {
        "phase": row.phase,
        "outcome": row.outcome,
        "statistics": row.statistics,
        "events": len(row.events),
    }
    announce(KIND, row.pk, row.rev, facts, row.audiences)


MOVES: dict[str, Callable[..., Any]] = {
    scene.__name__: scene for scene in (checked, mended, moves, over, wishes)
}
