"""Delete snapshots, and clear up the files behind the disks by merging what nobody needs apart.

Safe to run twice: every step begins by looking. A merge is noted before it begins (`Layer.into`),
so that whoever comes after a dead worker corrects the records of what was merged already. libvirt
merges in a running QEMU only, so a machine that is off is woken for it without its processors.
"""

import posixpath
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.utils.translation import gettext_noop

from jobs.context import JobContext
from jobs.errors import Cancelled
from snapshots.layers import Shelf, Step, next_step
from snapshots.models import Layer
from snapshots.sync import Reading
from virt.domains import layers
from virt.domains import snapshots as records
from virt.errors import NotFound, WrongState
from virt.facts.domain import DomainState
from virt.xml.snapshots import moved
from vms.operations.target import target, virsh

from .bench import STEP_SECONDS, Bench


def delete(job: JobContext) -> dict[str, Any]:
    """Delete the snapshots of the job's keys, and merge the layers that are then not needed."""
    with target(job) as it, it.acting():
        bench = Bench(it)
        try:
            settle(bench)
            remove(bench, job.params["keys"])
            tidy(bench)
        except Cancelled:
            settle(bench)
            _sleep_again(bench)
            bench.record()
            raise
        finally:
            _sleep_again(bench)
        bench.record()
    return {"deleted": len(job.params["keys"])}


def remove(bench: Bench, keys: Sequence[str], *, is_undo: bool = False) -> None:
    """Take snapshots away: what is inside the disks at once, of others their record and memory.

    One that is gone already is no error. What undoes a cancelled job cannot be cancelled.
    """
    found = {info.name: info for info in records.read_all(bench.domain)}
    for key in keys:
        info = found.get(key)
        if info is None:
            continue
        if not is_undo:
            bench.it.job.check_cancelled()
        bench.it.job.progress(None, gettext_noop("Deleting the snapshot"))
        flags = ("--metadata",) if info.is_external else ()
        bench.it.job.command(virsh("snapshot-delete", bench.vm.name, key, flags=flags))
        try:
            records.forget(bench.domain, key, keep_data=info.is_external)
        except NotFound:
            continue
        if info.is_external and info.memory_file:
            bench.delete_file(info.memory_file)


def tidy(bench: Bench, *, with_merges: bool = True) -> None:
    """Delete and merge, one step after the other, until every file is needed."""
    while True:
        reading = bench.read()
        step = next_step(_shelf(bench, reading), with_merges=with_merges)
        if step is None:
            return
        if step.top:
            _merge(bench, step, reading)
        else:
            bench.it.job.progress(None, gettext_noop("Deleting files that nobody needs"))
            bench.delete_file(step.base)
            Layer.objects.filter(vm=bench.vm, path=step.base).delete()


def _shelf(bench: Bench, reading: Reading) -> Shelf:
    rows = {layer.path: layer for layer in bench.vm.layers.all()}
    below = {path: volume.backing_path for path, volume in reading.volumes.items()}
    # What a guest wrote to a raw disk says nothing of what is below it.
    below |= {path: "" for path, row in rows.items() if row.format == "raw" and path in below}
    states = {
        disk.state for info in reading.infos for disk in info.disks if disk.kind == "external"
    }
    return Shelf(
        own={path: row.target for path, row in rows.items()},
        below=below,
        active={disk.target: disk.source for disk in reading.domain.disks},
        states=frozenset(states),
    )


def _merge(bench: Bench, step: Step, reading: Reading) -> None:
    """Write one layer into the one below it, correct the records, delete the file."""
    if not reading.domain.state.is_active:
        bench.it.job.note(woken=True)
        bench.it.virsh("start", "--paused")
        bench.domain.start(paused=True)
    Layer.objects.filter(vm=bench.vm, path=step.top).update(into=step.base)
    bench.it.job.progress(0.0, gettext_noop("Merging layers"))
    words = ("--active", "--pivot") if step.is_active else ("--top", posixpath.basename(step.top))
    flags = ("--shallow", *words)  # names only: where files are is for administrators
    bench.it.job.command(virsh("blockcommit", bench.vm.name, step.target, flags=flags))
    layers.merge(bench.domain, step.target, base=step.base, top=step.top, is_active=step.is_active)
    _wait(bench, step)
    settle(bench)


def _wait(bench: Bench, step: Step) -> None:
    while (now := layers.progress(bench.domain, step.target)).is_active:
        if now.is_ready and step.is_active:
            layers.change_over(bench.domain, step.target)
            continue
        bench.it.job.progress(now.percent)
        bench.it.job.check_cancelled()
        time.sleep(STEP_SECONDS)


def settle(bench: Bench) -> None:
    """Break off what an attempt still merges; correct the records of what was merged already."""
    pending = list(bench.vm.layers.exclude(into=""))
    if not pending:
        return
    _stop(bench, {layer.target for layer in pending})
    reading = bench.read()
    shelf = _shelf(bench, reading)
    for layer in pending:
        if layer.path in shelf.chain(layer.target) or shelf.above(layer.path):
            Layer.objects.filter(pk=layer.pk).update(into="")  # it was not merged
            continue
        base = bench.vm.layers.filter(path=layer.into).first()
        for info in reading.infos:
            if base and any(layer.path in (disk.state, disk.overlay) for disk in info.disks):
                text = records.xml_of(bench.domain, info.name)
                changed = moved(text, layer.path, base.path, base.format)
                records.record(bench.domain, changed, current=info.is_current)
        bench.delete_file(layer.path)
        Layer.objects.filter(pk=layer.pk).delete()


def _stop(bench: Bench, targets: set[str]) -> None:
    """End our merges on these disks; one that came to its end by itself meanwhile is no error."""
    if not bench.domain.state().is_active:
        return
    for name in targets:
        if layers.progress(bench.domain, name).is_active:
            with suppress(WrongState):
                layers.stop(bench.domain, name)


def _sleep_again(bench: Bench) -> None:
    """Switch a machine off that was woken for merging only, and that nobody let run since."""
    if not bench.it.job.job.result.get("woken"):
        return
    if bench.domain.state() == DomainState.PAUSED:
        bench.it.virsh("destroy")
        with suppress(WrongState):
            bench.domain.force_off()
