"""Does what the test driver lacks work on real hosts: consoles, displays, frozen guests, SSH?"""

import os
import time
from io import BytesIO
from pathlib import Path

import pytest

from tests.lab.guest import Guest
from tests.lab.laboratory import Lab
from tests.lab.waiting import wait_until
from virt.connection import connect
from virt.errors import AccessDenied, HostUnreachable, NotFound, OperationTimeout, Unsupported
from virt.facts.domain import DomainState
from virt.hosts import storage
from virt.hosts.probe import probe_acceleration
from virt.specs import DiskSpec, DomainSpec, VolumeSpec
from virt.xml import build

pytestmark = pytest.mark.lab
UUID = "11111111-2222-4333-8444-666666666666"


def test_what_is_built_starts_with_every_firmware(lab: Lab) -> None:
    with connect(lab["hv1"].address(), timeout=20) as host:
        volume = storage.create_volume(host, "default", VolumeSpec("virt-test.qcow2", 2**24))
        try:
            for firmware in ("bios", "uefi"):
                wish = DomainSpec(
                    f"virt-{firmware}", UUID, 1, 2**27, virt_type="qemu", firmware=firmware,
                    tpm=firmware == "uefi",
                    disks=(DiskSpec(path=volume.path), DiskSpec(device="cdrom", format="raw")),
                )  # fmt: skip
                domain = host.define(build.domain(wish))
                domain.start()
                info = domain.info()
                assert (info.state, info.firmware) == (DomainState.RUNNING, firmware)
                assert info.disks[0].capacity == 2**24
                fd = domain.open_graphics_fd()
                assert os.read(fd, 4) == b"RFB "
                os.close(fd)
                assert domain.screenshot()[0] in {"image/png", "image/x-portable-pixmap"}
                domain.force_off()
                domain.undefine()
        finally:
            storage.delete_volume(host, "default", "virt-test.qcow2")


def test_bytes_go_up_and_come_down(lab: Lab) -> None:
    with connect(lab["hv1"].address("tcp"), timeout=20) as host:
        data = os.urandom(300_000)
        storage.create_volume(host, "default", VolumeSpec("virt-up", len(data), "raw"))
        try:
            steps: list[int] = []
            storage.upload(host, "default", "virt-up", BytesIO(data), len(data), steps.append)
            back = BytesIO()
            storage.download(host, "default", "virt-up", back)
            assert back.getvalue()[: len(data)] == data
            assert steps[-1] == len(data)
            with pytest.raises(ValueError):
                storage.upload(host, "default", "virt-up", BytesIO(b"short"), len(data))
            with pytest.raises(ValueError):
                storage.resize(host, "default", "virt-up", 1)
        finally:
            storage.delete_volume(host, "default", "virt-up")
        with pytest.raises(NotFound):
            storage.get_volume(host, "default", "virt-up")


def test_a_display_is_not_asked_for_over_the_network(lab: Lab, lab_guest: Guest) -> None:
    with connect(lab["hv1"].address("tcp"), timeout=20) as host:
        with pytest.raises(Unsupported):
            host.get_domain(lab_guest.uuid).open_graphics_fd()
        host.ping()


@pytest.mark.slow
def test_a_frozen_qemu_does_not_stop_the_watching(lab: Lab, lab_guest: Guest) -> None:
    uuid = lab_guest.uuid
    with connect(lab["hv1"].address(), timeout=20) as host:
        host.samples()
        lab["hv1"].freeze_qemu(lab_guest.name)
        try:
            host.samples()
            began = time.monotonic()
            assert uuid in {info.uuid for info in host.list_domains()}
            assert host.domain_info(uuid).state is DomainState.RUNNING
            host.samples()
            assert time.monotonic() - began < 3
            wait_until(
                lambda: {item.uuid: item for item in host.samples()}[uuid].is_stuck,
                timeout=10,
                what="the frozen guest is marked",
            )
        finally:
            lab["hv1"].thaw_qemu(lab_guest.name)
        wait_until(lambda: not host.sidelines.hanging, timeout=10, what="the late call came back")


def test_emulation_is_proved_by_a_guest(lab: Lab) -> None:
    with connect(lab["hv1"].address(), timeout=20) as host:
        found = probe_acceleration(host, "qemu")
        assert (found.works, found.certain, found.reason) == (True, True, "works")
        assert not [item for item in host.volumes("default") if "probe" in item.name]
        assert not [item for item in host.list_domains() if "probe" in item.name]


def test_ssh_trusts_the_pinned_key_only(lab: Lab, tmp_path: Path) -> None:
    key = lab["hv1"].inside("sh", "-c", "ssh-keyscan -t ed25519 " + lab["hv1"].ip)
    good, empty, other = tmp_path / "good", tmp_path / "empty", tmp_path / "other"
    good.write_text("".join(f"{line}\n" for line in key.splitlines() if line[:1] != "#"))
    empty.touch()
    public = next(iter(lab["hv1"].ssh.key.parent.glob("*.pub"))).read_text().split()
    other.write_text(f"{lab['hv1'].ip} {public[0]} {public[1]}\n")
    with connect(lab["hv1"].address("ssh", str(good)), timeout=20) as host:
        assert host.version()
        host.list_domains()
    for path in (empty, other):
        with pytest.raises((HostUnreachable, AccessDenied)):
            connect(lab["hv1"].address("ssh", str(path)), timeout=20)


def test_a_frozen_daemon_costs_seconds_only(lab: Lab) -> None:
    lab["hv2"].freeze_libvirtd()
    try:
        began = time.monotonic()
        with pytest.raises((HostUnreachable, OperationTimeout)):
            connect(lab["hv2"].address(), timeout=3)
        assert time.monotonic() - began < 5
    finally:
        lab["hv2"].thaw_libvirtd()
