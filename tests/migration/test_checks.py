"""Each check says what it should, by its code, of facts alone."""

from dataclasses import replace

import pytest

from migration.checks.case import Case
from migration.checks.examine import examine
from migration.checks.findings import Finding, Level
from migration.checks.proposing import propose
from migration.checks.words import sentence_of, title_of
from migration.options import Options
from tests.migration.cases import (
    BRIDGED,
    DISK,
    FITS,
    GIB,
    GUEST,
    MACHINE,
    POOL,
    SIDE,
    disk,
    guest,
    machine,
    target,
)
from virt.moving.compat import Known
from virt.moving.cpus import CpuFit
from virt.moving.trial import Link
from virt.xml.read_moving import Display, MovingCard, MovingDisk

CD = MovingDisk("sda", "cdrom", source="/srv/iso/rocky-10-dvd.iso", readonly=True)
COPY = replace(FITS, options=Options(copy_disks=("vda",), pools={"fast": "fast"}, tls=True))
EMPTY_THERE = replace(SIDE, found=frozenset())
OFF = replace(GUEST, is_active=False)
BROKEN = replace(FITS, link=Link(False, 0.1, "Connection refused"))

BLOCKED: list[tuple[str, Case]] = [
    ("uuid-running", target(domains=(Known("u-1", "web01", is_active=True),))),
    ("uuid-taken", target(domains=(Known("u-1", "old-web", is_active=False),))),
    ("name-taken", target(domains=(Known("u-2", "web01", is_active=False),))),
    ("snapshots", guest(snapshots=("before-index-rebuild",))),
    ("checkpoints", guest(checkpoints=2)),
    ("saved-state", guest(is_active=False, saved=True)),
    ("arch", target(arch="aarch64")),
    ("accelerator", target(virt_types=("qemu",))),
    ("accelerator", replace(FITS, kvm_works=False)),
    ("cpu-lacks", target(cpu_fit=CpuFit("lacks", ("avx512f",)))),
    ("cpu", target(cpu_fit=CpuFit("lacks"))),
    ("board-missing", target(machine_types=("pc-q35-6.2",))),
    ("memory-short", target(free_memory=4 * GIB)),
    ("disk-local", replace(FITS, shared=frozenset())),
    ("file-missing", target(found=frozenset())),
    ("pool-missing", target(pools=())),
    ("pool-off", target(pools=(replace(POOL, active=False),))),
    ("cache-unsafe", disk(cache="unsafe")),
    ("file-there", COPY),
    (
        "pool-full",
        replace(COPY, target=replace(EMPTY_THERE, pools=(replace(POOL, available=GIB),))),
    ),
    ("medium-local", machine(disks=(CD,))),
    ("network-missing", target(networks=())),
    ("network-off", target(networks=(replace(BRIDGED, active=False),))),
    ("network-not-offered", replace(FITS, refused_networks=frozenset({"prod"}))),
    ("bridge-missing", machine(cards=(MovingCard("x", "bridge", "br7"),))),
    ("passed-through", machine(passed_through=("pci",))),
    ("shared-folder", machine(shared_folders=("data",))),
    ("shared-memory", machine(has_shared_memory=True)),
    ("sealed-memory", machine(has_sealed_memory=True)),
    ("vnc-clipboard", machine(has_vnc_clipboard=True)),
    ("tpm-missing", replace(machine(has_tpm=True), target=replace(SIDE, tpm=False))),
    ("tpm-real", machine(has_tpm=True, tpm_backend="passthrough")),
    ("uefi-missing", replace(machine(has_nvram=True), target=replace(SIDE, firmwares=("bios",)))),
    (
        "firmware-left",
        guest(is_active=False, definition=replace(MACHINE, has_tpm=True, tpm_backend="emulator")),
    ),
    ("display-address", machine(displays=(Display("vnc", "10.1.2.3"),))),
    ("link-unnamed", replace(FITS, link=None)),
    ("link-closed", replace(BROKEN, is_port_open=False)),
    ("link-refused", replace(BROKEN, is_port_open=True)),
    ("link-timeout", replace(FITS, link=Link(False, 12.0, is_timeout=True))),
]
TO_KNOW: list[tuple[str, Case]] = [
    ("transient", guest(is_persistent=False)),
    ("cpu-passed", machine(cpu_mode="host-passthrough")),
    ("memory-tight", target(free_memory=9 * GIB)),
    ("hugepages", machine(has_hugepages=True)),
    ("older", target(hypervisor_version="7.1.9")),
    ("cache", disk(cache="writeback")),
    ("network-own", target(networks=(replace(BRIDGED, mode="nat"),))),
    ("kernel-files", machine(kernel_files=("/boot/vmlinuz",))),
    ("nvram-left", guest(is_active=False, definition=replace(MACHINE, has_nvram=True))),
    ("link-plain", replace(FITS, options=Options(), link_transport="TCP")),
    ("clock-ahead", replace(FITS, skew=0.8)),
    ("clock-behind", replace(FITS, skew=-4.0)),
]


def of(case: Case, level: Level) -> list[Finding]:
    return [finding for finding in examine(case) if finding.level == level]


def test_nothing_stands_against_what_fits() -> None:
    assert of(FITS, Level.BLOCKER) == []
    assert of(FITS, Level.WARNING) == []
    assert {finding.code for finding in of(FITS, Level.PASSED)} >= {
        "identity", "no-snapshots", "cpu-fits", "board", "memory", "version", "disk-shared",
        "network", "no-devices", "display", "link", "clock",
    }  # fmt: skip
    assert {finding.code for finding in of(FITS, Level.UNKNOWN)} == {"hooks", "ports"}


def test_the_portal_carries_the_disks_of_a_machine_that_is_off() -> None:
    case = replace(COPY, guest=OFF, target=EMPTY_THERE)
    assert of(case, Level.BLOCKER) == []
    assert "disk-carried" in {finding.code for finding in of(case, Level.PASSED)}


@pytest.mark.parametrize(("code", "case"), BLOCKED, ids=[code for code, _case in BLOCKED])
def test_what_stands_against_it_is_a_blocker(code: str, case: Case) -> None:
    found = of(case, Level.BLOCKER)
    assert code in {finding.code for finding in found}
    assert all("%(" not in sentence_of(finding) for finding in found)


@pytest.mark.parametrize(("code", "case"), TO_KNOW, ids=[code for code, _case in TO_KNOW])
def test_what_one_should_know_is_no_blocker(code: str, case: Case) -> None:
    assert of(case, Level.BLOCKER) == []
    found = of(case, Level.WARNING)
    assert [finding.code for finding in found] == [code]
    assert all("%(" not in sentence_of(finding) for finding in found)


def test_every_finding_has_words_and_survives_json() -> None:
    for _code, case in [*BLOCKED, *TO_KNOW, ("", FITS)]:
        for finding in examine(case):
            assert title_of(finding) != finding.code
            assert Finding.of_json(finding.as_json()) == finding


def test_cpu_that_fits_from_the_next_start_says_so() -> None:
    later = replace(MACHINE, cpu_model="EPYC")
    case = guest(next_start=later)
    case = replace(case, target=replace(SIDE, cpu_fit=CpuFit("lacks", next_fits=True)))
    assert [finding.code for finding in of(case, Level.BLOCKER)] == ["cpu-next"]


def test_rows_alone_say_nothing_of_what_only_hosts_know() -> None:
    blank = replace(SIDE, links=None, cpu_fit=None, found=frozenset(), networks=())
    case = replace(FITS, target=blank, link=None, skew=None, is_read=False)
    assert of(case, Level.BLOCKER) == []
    assert of(case, Level.UNKNOWN) == []


def test_only_disks_that_the_target_does_not_see_are_copied() -> None:
    local = MovingDisk("vdb", source="/var/images/data.qcow2", capacity=GIB)
    images = replace(POOL, name="default", path="/var/images")
    other = replace(POOL, name="default", path="/data/images")
    wanted = replace(GUEST, definition=replace(MACHINE, disks=(DISK, local, CD)))
    here, there = replace(SIDE, pools=(POOL, images)), replace(SIDE, pools=(POOL, other))
    options = propose(wanted, here, there, frozenset({"/srv/vms"}))
    assert options.copy_disks == ("vdb",)
    assert options.pools == {"default": "default"}
    assert options.unsafe_declared_shared


def test_pool_of_a_folder_can_be_made_there() -> None:
    found = of(target(pools=()), Level.BLOCKER)
    assert [(one.code, one.fix, one.fix_about) for one in found] == [
        ("pool-missing", "make-pool", "fast")
    ]
