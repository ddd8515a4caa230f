"""Go back to a snapshot. The present state is kept first where that is wished.

What is inside the disks libvirt goes back to by itself. Of files of their own it cannot everywhere,
so there the machine gets new overlays over the snapshot's files, which stay as they are, and starts
from the snapshot's memory. Safe to run twice: what an earlier attempt came to is looked at first.
"""

import posixpath
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.access import ActionRefused
from catalogue.services import networks_for
from hosts.models import Network
from jobs.context import JobContext
from quotas.services import reserve
from snapshots.models import Snapshot
from snapshots.reverts import wanted_more
from snapshots.sync import Reading
from virt.domains import snapshots as records
from virt.errors import HostUnreachable, NotFound, VirtError
from virt.hosts import storage
from virt.specs import VolumeSpec
from virt.xml.snapshots import (
    SnapshotInfo,
    definition_of,
    on_files,
    only_new,
    running_of,
    with_disks_of,
)
from vms.making.policy import check_definition
from vms.operations.target import target, virsh
from vms.resizing.naming import name_size

from .bench import Bench
from .merging import settle, tidy
from .taking import take_one


def revert(job: JobContext) -> dict[str, Any]:
    """Bring the machine back to the job's snapshot."""
    row = Snapshot.objects.filter(pk=job.params["snapshot"]).first()
    if row is None:
        raise ActionRefused(_("The snapshot is no more."), code="gone")
    with target(job) as it, it.acting():
        bench = Bench(it)
        settle(bench)
        work = _Reverting(bench, row)
        work.check()
        if not job.job.result.get("begun"):
            _keep_present(bench)
            job.check_cancelled()
            job.note(begun=True, was_on=it.observe().state.is_active)
        work.go_back()
        tidy(bench, with_merges=False)
        bench.record()
        name_size(bench.vm.pk)
    return {"snapshot": row.pk}


def _keep_present(bench: Bench) -> None:
    kept = Snapshot.objects.filter(pk=bench.it.job.params.get("keep") or 0).first()
    if kept is not None:
        bench.it.job.progress(None, gettext_noop("Keeping the present state"))
        take_one(bench, kept)


@dataclass(frozen=True, slots=True)
class _Reverting:
    """One way back to one snapshot."""

    bench: Bench
    row: Snapshot

    def check(self) -> None:
        """Refuse what would bring back more than the machine may have now."""
        bench = self.bench
        wanted = definition_of(self._xml())
        present = bench.domain.xml(secure=True, inactive=True)
        folders = {pool.path for pool in bench.hypervisor.pools() if pool.active and pool.path}
        networks = self._open_networks()
        check_definition(only_new(wanted, present), folders=folders, networks=networks)
        vm = bench.vm
        with transaction.atomic():
            reserve(vm.team, vm.owner, wanted_more(vm, self.row))

    def go_back(self) -> None:
        """Go back, by libvirt or by files of our own."""
        bench = self.bench
        reading = bench.read()
        info = next((one for one in reading.infos if one.name == self.row.key), None)
        if info is None:
            raise ActionRefused(_("The snapshot is no more."), code="gone")
        bench.it.job.progress(None, gettext_noop("Going back"))
        if info.is_external:
            self._by_files(info, reading)
        else:
            self._by_libvirt()

    def _xml(self) -> str:
        try:
            return records.xml_of(self.bench.domain, self.row.key)
        except NotFound:
            raise ActionRefused(_("The snapshot is no more."), code="gone") from None

    def _open_networks(self) -> set[str]:
        """Return the host's networks that this machine may use."""
        bench = self.bench
        mine = networks_for(bench.it.job.job.actor, bench.vm.team, bench.vm.host)
        others = Network.objects.filter(host=bench.vm.host).exclude(pk__in=mine.values("pk"))
        closed = set(others.values_list("name", flat=True))
        return {network.name for network in bench.hypervisor.networks()} - closed

    def _by_libvirt(self) -> None:
        bench, job = self.bench, self.bench.it.job
        present = bench.domain.xml(secure=True, inactive=True)
        if not job.job.result.get("reverted"):
            flags = ("--force",)
            job.command(virsh("snapshot-revert", bench.vm.name, self.row.key, flags=flags))
            records.go_back(bench.domain, self.row.key)
            job.note(reverted=True)
        now = bench.domain.xml(secure=True, inactive=True)
        if (kept := with_disks_of(now, present)) != with_disks_of(now, now):
            bench.hypervisor.define(kept)

    def _by_files(self, info: SnapshotInfo, reading: Reading) -> None:
        bench, job = self.bench, self.bench.it.job
        files = self._files(info)
        text = self._xml()
        now = {disk.target: disk.source for disk in reading.domain.disks}
        if not all(now.get(name) == path for name, path in files.items()):
            self._check_there(info, reading)
            present = bench.domain.xml(secure=True, inactive=True)
            self._make_overlays(info, files, reading)
            if bench.domain.state().is_active:
                bench.it.virsh("destroy")
                bench.domain.force_off()
            wanted = with_disks_of(on_files(definition_of(text), files), present)
            job.command(virsh("define", f"{bench.vm.name}.xml"))
            bench.hypervisor.define(wanted)
            self._start(info, text, files, present)
        elif not bench.domain.state().is_active:
            self._start(info, text, files, "")
        records.record(bench.domain, text, current=True)

    def _files(self, info: SnapshotInfo) -> dict[str, str]:
        """Return the new overlays: their names are this job's alone."""
        vm, pk = self.bench.vm, self.bench.it.job.job.pk
        stem = f"guesthouse-{vm.uuid.hex[:16]}-r{pk:x}"
        return {
            disk.target: posixpath.join(
                posixpath.dirname(disk.state), f"{stem}-{disk.target}.qcow2"
            )
            for disk in info.disks
            if disk.kind == "external"
        }

    def _check_there(self, info: SnapshotInfo, reading: Reading) -> None:
        paths = {disk.state for disk in info.disks if disk.kind == "external"}
        paths |= {info.memory_file} - {""}
        if not paths <= reading.volumes.keys():
            text = _("Files of this snapshot are gone from the host, or in no active pool.")
            raise ActionRefused(text, code="missing")

    def _make_overlays(self, info: SnapshotInfo, files: dict[str, str], reading: Reading) -> None:
        bench = self.bench
        for disk in info.disks:
            if disk.kind != "external":
                continue
            path = files[disk.target]
            pool = bench.pool_at(posixpath.dirname(path))
            if pool is None:
                raise ActionRefused(_("The pool of this snapshot is not active."), code="missing")
            bench.own(disk.target, disk.state, disk.format)
            bench.own(disk.target, path, "qcow2")
            bench.delete_file(path)
            spec = VolumeSpec(
                posixpath.basename(path),
                capacity=self._capacity(disk.state, reading),
                backing_path=disk.state,
                backing_format=disk.format,
            )
            flags = ("--backing-vol", posixpath.basename(disk.state))
            bench.it.job.command(virsh("vol-create-as", pool.name, spec.name, flags=flags))
            storage.create_volume(bench.hypervisor, pool.name, spec)

    def _capacity(self, path: str, reading: Reading) -> int:
        return reading.volumes[path].capacity

    def _start(self, info: SnapshotInfo, text: str, files: dict[str, str], present: str) -> None:
        """Let the machine do what it did; where that fails it gets its present definition back."""
        bench = self.bench
        try:
            if info.memory == "external":
                bench.it.virsh("restore", "--xml")
                wanted = on_files(running_of(text), files)
                paused = info.state == "paused"
                records.start_from(bench.hypervisor, info.memory_file, wanted, paused=paused)
            elif info.state == "disk-snapshot" and bench.it.job.job.result.get("was_on"):
                bench.it.virsh("start")
                bench.domain.start()
        except HostUnreachable:
            raise
        except VirtError:
            if present:
                self._give_up(present)
            raise

    def _give_up(self, present: str) -> None:
        """Let the machine be as it was before, switched on anew where it was on."""
        bench = self.bench
        bench.hypervisor.define(present)
        tidy(bench, with_merges=False)
        if bench.it.job.job.result.get("was_on"):
            bench.domain.start()
        bench.record()
