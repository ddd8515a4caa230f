"""On two real hosts: what stands against a migration is found before it starts, and mended."""

import uuid
from dataclasses import replace

import pytest

from accounts.models import User
from hosts.models import Host, StoragePool
from jobs.models import Job, JobState
from migration import checks
from migration.checks.asking import request_check, request_fix
from migration.checks.findings import Finding, Level, of_level
from migration.checks.models import CheckReport, LinkTrial
from migration.options import Options
from tests.lab import Lab
from tests.lab.guest import guest_xml
from tests.lab.laboratory import define
from vms.models import VM

from .conftest import Maker

pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]
NET = "<network><name>{name}</name><bridge name='{bridge}'/></network>"
POOL = "<pool type='dir'><name>{name}</name><target><path>{path}</path></target></pool>"


def found(vm: VM, target: Host, options: Options | None = None) -> dict[str, Finding]:
    """Return what stands against it, by code."""
    everything = checks.found_now(vm, target, options or Options())
    return {one.code: one for one in of_level(everything, Level.BLOCKER)}


def trials(lab: Lab) -> list[str]:
    names = [lab[host].virsh("list", "--all", "--name") for host in ("hv1", "hv2")]
    return [name for name in " ".join(names).split() if "trial" in name]


def test_each_blocker_is_found_before_the_start_and_the_machine_is_left_alone(
    lab: Lab, pair: tuple[Host, Host], machine: Maker
) -> None:
    hv1, hv2 = lab["hv1"], lab["hv2"]
    _here, there = pair
    vm = machine("walker", running=True, network="default")
    assert found(vm, there) == {}
    assert trials(lab) == []

    other = guest_xml("walker").replace(
        "<name>walker</name>", f"<name>x</name><uuid>{vm.uuid}</uuid>"
    )
    (hv2.folder / "x.xml").write_text(other)
    hv2.virsh("define", str(hv2.folder / "x.xml"))
    assert set(found(vm, there)) == {"uuid-taken"}
    hv2.virsh("undefine", "x")
    (hv2.folder / "x.xml").write_text(guest_xml("walker"))
    hv2.virsh("define", str(hv2.folder / "x.xml"))
    assert set(found(vm, there)) == {"name-taken"}
    hv2.virsh("undefine", "walker")

    Host.objects.filter(pk=there.pk).update(migration_port=16999)
    assert set(found(vm, Host.objects.get(pk=there.pk))) == {"link-closed"}
    Host.objects.filter(pk=there.pk).update(migration_port=None, migration_transport="ssh")
    trust = hv1.folder / "ssh_config"  # by which lab hosts know each other
    known = trust.read_text()
    trust.write_text("")
    try:
        assert set(found(vm, Host.objects.get(pk=there.pk))) == {"link-refused"}
    finally:
        trust.write_text(known)
    detail = LinkTrial.objects.get().detail
    assert detail
    assert trials(lab) == []
    assert hv1.virsh("domstate", "walker") == "running"


def test_each_part_that_the_target_lacks_is_named(
    lab: Lab, pair: tuple[Host, Host], machine: Maker
) -> None:
    hv1 = lab["hv1"]
    _here, there = pair
    define(hv1, "net", "lonely", NET.format(name="lonely", bridge="lonely0"))
    define(hv1, "pool", "oak", POOL.format(name="oak", path="/var/lib/libvirt"))
    hv1.virsh("vol-create-as", "oak", "bare.qcow2", "8M", "--format", "qcow2")
    try:
        disk = "/var/lib/libvirt/bare.qcow2"
        huge = (
            guest_xml("bare", network="lonely", disk=disk)
            .replace("<memory unit='MiB'>128", "<memory unit='GiB'>900")
            .replace("<model>qemu64</model>", "<model>EPYC-Milan</model>")
        )
        vm = machine("bare", xml=huge)
        blocked = found(vm, there)
        assert set(blocked) == {"network-missing", "disk-local", "memory-short", "cpu-lacks"}
        assert "pcid" in blocked["cpu-lacks"].facts["features"]

        for host in pair:
            StoragePool.objects.create(
                host=host, uuid=uuid.uuid4(), name="oak", kind="dir", path="/var/lib/libvirt",
                active=True, is_shared=True,
            )  # fmt: skip
        assert "pool-missing" in found(vm, there)
        define(lab["hv2"], "pool", "oak", POOL.format(name="oak", path="/var/lib/libvirt"))
        assert "file-missing" in found(vm, there)
        copying = replace(Options(), copy_disks=("vda",))
        assert "disk-local" not in found(vm, there, copying)
        assert hv1.virsh("domstate", "bare") == "shut off"
    finally:
        hv1.virsh("vol-delete", "bare.qcow2", "--pool", "oak", check=False)
        hv1.virsh("net-destroy", "lonely")
        hv1.virsh("net-undefine", "lonely")
        for one in (hv1, lab["hv2"]):
            one.virsh("pool-destroy", "oak", check=False)
            one.virsh("pool-undefine", "oak", check=False)


def test_check_job_keeps_what_it_finds_and_each_fix_checks_again(
    lab: Lab, pair: tuple[Host, Host], machine: Maker, ada: User
) -> None:
    hv1, hv2 = lab["hv1"], lab["hv2"]
    _here, there = pair
    define(hv1, "pool", "elm", POOL.format(name="elm", path="/var/lib/libvirt/qemu"))
    for name in ("cd.iso", "disk.qcow2"):
        hv1.virsh(
            "vol-create-as",
            "elm",
            name,
            "1M",
            "--format",
            name.split(".")[1][:5].replace("iso", "raw"),
        )
    try:
        drive = (
            "<disk type='file' device='cdrom'><driver name='qemu' type='raw'/>"
            "<source file='/var/lib/libvirt/qemu/cd.iso'/><target dev='sda' bus='sata'/>"
            "<readonly/></disk>"
        )
        vm = machine("mend", running=True, disk="/var/lib/libvirt/qemu/disk.qcow2", more=drive)
        job = request_check(vm, ada)
        report = CheckReport.objects.get(vm=vm, target=there)
        assert job.kind == "migration.check"
        assert Job.objects.get(pk=job.pk).state == JobState.SUCCEEDED
        assert {one.code for one in report.blockers} == {"medium-local", "pool-missing"}
        assert report.dirty_rate is not None
        assert report.was_on

        for one in report.blockers:
            request_fix(vm, there, ada, one.fix, one.fix_about)
        report.refresh_from_db()
        assert report.blockers == []
        assert Options.of_json(report.options).copy_disks == ("vda",)
        assert "elm" in hv2.virsh("pool-list", "--name").split()
        assert "cd.iso" not in hv1.virsh("domblklist", "mend")

        milan = guest_xml("milan").replace("<model>qemu64</model>", "<model>EPYC-Milan</model>")
        other = machine("milan", xml=milan)
        request_check(other, ada)
        assert [one.code for one in CheckReport.objects.get(vm=other).blockers] == ["cpu-lacks"]
        request_fix(other, there, ada, "cpu")
        assert CheckReport.objects.get(vm=other).blockers == []
    finally:
        hv1.remove_guest("mend")
        for name in ("cd.iso", "disk.qcow2"):
            hv1.virsh("vol-delete", name, "--pool", "elm", check=False)
        for host in (hv1, hv2):
            host.virsh("pool-destroy", "elm", check=False)
            host.virsh("pool-undefine", "elm", check=False)
