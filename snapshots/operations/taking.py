"""Take a snapshot. What fails or is cancelled leaves the machine as it was.

Safe to run twice: the snapshot's key and the names of its files belong to it alone. One that
libvirt has was taken by an earlier attempt; one that it is still taking is waited for.
"""

import posixpath
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.access import ActionRefused
from hosts.models import Transport
from jobs.context import JobContext
from jobs.errors import Cancelled
from snapshots.models import Kind, Snapshot
from snapshots.plans import Facts, Plan, plan
from snapshots.sync import Reading
from virt.domain import Domain
from virt.domains import snapshots as records
from virt.errors import HostUnreachable, OperationAborted, Unsupported, VirtError, WrongState
from virt.facts.domain import DiskInfo, JobProgress
from virt.xml.snapshots import SnapshotSpec
from vms.operations.target import target, virsh

from .bench import STEP_SECONDS, Bench
from .merging import remove, settle, tidy

RESERVE = 64 * 1024**2  # bytes that stay free
AGENT_SECONDS = 5


def take(job: JobContext) -> dict[str, Any]:
    """Take the snapshot of the job's row."""
    row = Snapshot.objects.filter(pk=job.params["snapshot"]).first()
    if row is None:
        raise ActionRefused(_("The snapshot is no more."), code="gone")
    with target(job) as it:
        take_one(Bench(it), row)
    return {"snapshot": row.pk}


def take_one(bench: Bench, row: Snapshot) -> None:
    """Take `row`'s snapshot, as a job of its own or as the first step of another one."""
    with bench.it.acting():
        try:
            _wait_for_earlier(bench)
            settle(bench)
            reading = bench.read()
            if row.key not in {info.name for info in reading.infos}:
                _take(bench, row, reading)
            bench.record(settling=row.pk)
        except HostUnreachable:
            raise
        except (OperationAborted, Cancelled):
            _clear(bench, row)
            raise Cancelled from None
        except (VirtError, ActionRefused):
            _clear(bench, row)
            raise


def _take(bench: Bench, row: Snapshot, reading: Reading) -> None:
    job, domain = bench.it.job, reading.domain
    way = plan(_facts(bench, reading), with_memory=row.has_memory)
    if way.reason:
        raise ActionRefused(way.reason, code="no-snapshot")
    is_on = domain.state.is_active
    spec = SnapshotSpec(row.key, row.description)
    quiesce = False
    if way.kind == Kind.EXTERNAL:
        spec = _with_files(bench, row, spec, way, reading)
        quiesce = is_on and not way.with_memory and bench.domain.ping_agent(AGENT_SECONDS)
    Snapshot.objects.filter(pk=row.pk).update(is_at_rest=quiesce)
    job.check_cancelled()
    job.progress(None, gettext_noop("Writing memory") if way.with_memory else TAKING)
    job.command(_command(bench, spec, quiesce))
    if spec.memory_file:
        _take_with_memory(bench, spec)
        return
    try:
        records.take(bench.domain, spec, quiesce=quiesce)
    except VirtError:
        if not quiesce:
            raise
        # The agent could not bring the file systems to rest; the snapshot is as after a power cut.
        Snapshot.objects.filter(pk=row.pk).update(is_at_rest=False)
        records.take(bench.domain, spec)


TAKING = gettext_noop("Taking the snapshot")


def _facts(bench: Bench, reading: Reading) -> Facts:
    info = reading.domain
    kinds = {Kind.EXTERNAL if one.is_external else Kind.INTERNAL for one in reading.infos}
    return Facts(
        disks=[_plain(disk) for disk in info.disks],
        firmware=info.firmware,
        memory=info.memory,
        is_on=info.state.is_active,
        kinds=frozenset(str(kind) for kind in kinds),
        is_simulated=bench.vm.host.transport == Transport.TEST,
    )


def _plain(disk: DiskInfo) -> dict[str, Any]:
    names = ("target", "device", "readonly", "format", "source", "source_kind")
    return {name: getattr(disk, name) for name in names}


def _with_files(
    bench: Bench, row: Snapshot, spec: SnapshotSpec, way: Plan, reading: Reading
) -> SnapshotSpec:
    """Choose where the overlays and the memory go: beside the disks, where there has to be room."""
    stem = f"guesthouse-{bench.vm.uuid.hex[:16]}-{row.pk:x}"
    disks = {disk.target: disk for disk in reading.domain.disks if disk.target in way.targets}
    files = {}
    for name, disk in disks.items():
        folder = posixpath.dirname(disk.source)
        files[name] = posixpath.join(folder, f"{stem}-{name}.qcow2")
        needed = reading.domain.memory if way.with_memory else 0
        _check_room(bench, folder, needed)
        if disk.source not in reading.volumes:
            text = _("The disk %(disk)s is in no active pool of the host.")
            raise ActionRefused(text % {"disk": name}, code="no-volume")
        bench.own(name, disk.source, disk.format)
        bench.own(name, files[name], "qcow2")
    first = next(iter(files.values()))
    memory = f"{posixpath.dirname(first)}/{stem}.mem" if way.with_memory else ""
    Snapshot.objects.filter(pk=row.pk).update(memory_file=memory)
    return replace(spec, files=files, memory_file=memory, others=way.others)


def _check_room(bench: Bench, folder: str, needed: int) -> None:
    pool = bench.pool_at(folder)
    if pool is not None and pool.available and pool.available < needed + RESERVE:
        text = _("The pool %(pool)s has no room for this. Delete older snapshots first.")
        raise ActionRefused(text % {"pool": pool.name}, code="out-of-space")


def _command(bench: Bench, spec: SnapshotSpec, quiesce: bool) -> str:
    flags = ["--atomic"] if spec.files else []
    if spec.memory_file:
        flags.append("--live")
    elif spec.files:
        flags.append("--disk-only")
    if quiesce:
        flags.append("--quiesce")
    return virsh("snapshot-create", bench.vm.name, "snapshot.xml", flags=flags)


def _take_with_memory(bench: Bench, spec: SnapshotSpec) -> None:
    """Let libvirt write the memory in a thread of its own, and tell how far it is."""
    with bench.it.aside() as aside, ThreadPoolExecutor(1, "snapshot") as thread:
        work = thread.submit(records.take, bench.domain, spec)
        try:
            while not _is_done(work):
                bench.it.job.progress(_progress(aside).percent)
                bench.it.job.check_cancelled()
        except Cancelled:
            aside.abort_job()
            work.exception()
            raise
        work.result()


def _is_done(work: "Future[None]") -> bool:
    deadline = time.monotonic() + STEP_SECONDS
    while not work.done() and time.monotonic() < deadline:
        time.sleep(STEP_SECONDS / 10)
    return work.done()


def _progress(domain: Domain) -> JobProgress:
    try:
        return domain.job_progress()
    except (Unsupported, WrongState):
        return JobProgress()


def _wait_for_earlier(bench: Bench) -> None:
    """Follow the snapshot that an earlier attempt began; libvirt goes on with it by itself."""
    while (now := _progress(bench.domain)).is_active and now.operation == "snapshot":
        bench.it.job.progress(now.percent)
        try:
            bench.it.job.check_cancelled()
        except Cancelled:
            bench.domain.abort_job()
            raise
        time.sleep(STEP_SECONDS)


def _clear(bench: Bench, row: Snapshot) -> None:
    """Undo what is there: a record that came too late to be stopped, and files nobody uses."""
    row.refresh_from_db()
    remove(bench, [row.key], is_undo=True)
    tidy(bench, with_merges=False)
    if row.memory_file:
        bench.delete_file(row.memory_file)
    Snapshot.objects.filter(pk=row.pk).delete()
    bench.record()
