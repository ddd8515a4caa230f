"""Does the tiny image boot, by BIOS and by UEFI, on screen and on the serial port?"""

import gzip
import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from launcher.tiny import build_tiny_boot, build_tiny_image, cpio
from tests.lab import wait_until

OVMF = Path("/usr/share/OVMF")


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_image(tmp_path_factory.mktemp("tiny") / "guesthouse-tiny.img")


def test_archive_is_the_same_each_time(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/run").write_text("#!/bin/sh\n")
    (tmp_path / "bin/run").chmod(0o755)
    (tmp_path / "sh").symlink_to("bin/run")
    first = cpio.archive(tmp_path)
    os.utime(tmp_path / "bin/run", (1, 1))
    assert cpio.archive(tmp_path) == first
    listing = subprocess.run(
        ["cpio", "-tv", "--quiet"], input=gzip.decompress(first), capture_output=True, check=True
    ).stdout.decode()
    assert "-rwxr-xr-x" in listing
    assert "sh -> bin/run" in listing
    assert "dev/console" in listing


@pytest.mark.lab
def test_second_build_comes_from_the_cache() -> None:
    assert build_tiny_boot() == build_tiny_boot()


@pytest.mark.lab
def test_image_is_small_and_whole(image: Path) -> None:
    assert 8 << 20 < image.stat().st_size < 40 << 20
    assert stat.S_ISREG(image.stat().st_mode)


@pytest.mark.lab
@pytest.mark.parametrize("firmware", ["bios", pytest.param("uefi", marks=pytest.mark.slow)])
def test_image_boots_to_a_prompt_and_switches_off(
    image: Path, tmp_path: Path, firmware: str
) -> None:
    log = tmp_path / "serial"
    command = ["qemu-system-x86_64", "-machine", "q35,accel=tcg", "-m", "256", "-display", "none",
               "-serial", f"file:{log}", "-monitor", "stdio", "-vga", "std",
               "-drive", f"file={image},format=raw,if=virtio,readonly=on"]  # fmt: skip
    if firmware == "uefi":
        variables = shutil.copy(OVMF / "OVMF_VARS_4M.fd", tmp_path / "vars.fd")
        for path, mode in ((OVMF / "OVMF_CODE_4M.fd", "on"), (variables, "off")):
            command += ["-drive", f"if=pflash,format=raw,readonly={mode},file={path}"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as qemu:
        try:
            wait_until(lambda: log.exists() and "tiny#" in log.read_text(), timeout=60)
            assert qemu.stdin is not None
            qemu.stdin.write("system_powerdown\n")
            qemu.stdin.flush()
            assert qemu.wait(30) == 0
        finally:
            qemu.kill()
    assert "Guesthouse tiny" in log.read_text()
