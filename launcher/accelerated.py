"""Does QEMU really run a guest here, with KVM and without?

A device that is there says little: on nested machines it can open and then hang or abort, or work
only with a CPU model that hides a feature. First a guest of one boot sector is run, which tells its
exit code through QEMU's debug port; what passes that must then boot a kernel, because nested KVM
can run the one and hang in the other.
"""

import os
import select
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from launcher.tiny import BuildError, build_tiny_boot

# mov dx, 0xf4; mov al, 0x10; out dx, al; hlt; jmp $-1
BOOT_SECTOR = bytes.fromhex("baf400b010eef4ebfd").ljust(510, b"\0") + b"\x55\xaa"
DEBUG_EXIT = (0x10 << 1) | 1  # what QEMU's debug port makes of 0x10
CPU_MODELS = ("host", "host,-arch-capabilities", "max", "qemu64")
SECONDS = 8.0
PROOF = b"tick 1"  # what the tiny guest prints once it is up


@dataclass(frozen=True, slots=True)
class Tried:
    """Whether a guest ran; with which CPU model, or why not."""

    works: bool
    cpu: str = ""
    reason: str = ""
    hung: bool = False


def try_kvm() -> Tried:
    """Run a guest with KVM, with the first CPU model that works.

    An abort may be the fault of a feature, so the next model is tried; a hang is the machine's.
    """
    if not Path("/dev/kvm").exists():
        return Tried(works=False, reason="there is no /dev/kvm")
    tried = Tried(works=False)
    for cpu in CPU_MODELS:
        tried = _try("kvm", cpu)
        if tried.works:
            return _boot("kvm", cpu)
        if tried.hung:
            break
    return tried


def try_emulation() -> Tried:
    """Run a guest by emulation."""
    tried = _try("tcg", "qemu64")
    return _boot("tcg", "qemu64") if tried.works else tried


def _try(accelerator: str, cpu: str) -> Tried:
    """Run the boot sector once."""
    qemu = shutil.which("qemu-system-x86_64")
    if qemu is None:
        return Tried(works=False, reason="QEMU is not installed")
    with tempfile.NamedTemporaryFile(prefix="guesthouse-boot-") as disk:
        disk.write(BOOT_SECTOR)
        disk.flush()
        command = [
            qemu, "-machine", f"pc,accel={accelerator}", "-cpu", cpu, "-m", "16", "-nodefaults",
            "-no-user-config", "-display", "none", "-no-reboot",
            "-device", "isa-debug-exit,iobase=0xf4,iosize=0x04",
            "-drive", f"file={disk.name},format=raw,if=ide,snapshot=on",
        ]  # fmt: skip
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                timeout=SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Tried(False, cpu, f"the guest hung for {SECONDS:g} s", hung=True)
    if done.returncode == DEBUG_EXIT:
        return Tried(works=True, cpu=cpu)
    words = done.stderr.strip().splitlines()[-1:] or [f"QEMU ended with {done.returncode}"]
    return Tried(works=False, cpu=cpu, reason=words[0].removeprefix("qemu-system-x86_64: "))


def _boot(accelerator: str, cpu: str) -> Tried:
    """Boot the tiny guest's kernel until it counts; without one the boot sector has to do."""
    try:
        tiny = build_tiny_boot()
    except (BuildError, OSError):
        return Tried(works=True, cpu=cpu)
    command = [
        "qemu-system-x86_64", "-machine", f"q35,accel={accelerator}", "-cpu", cpu, "-m", "128",
        "-nodefaults", "-no-user-config", "-display", "none", "-serial", "stdio",
        "-kernel", str(tiny.kernel), "-initrd", str(tiny.initrd),
        "-append", "console=ttyS0 quiet guesthouse.tick",
    ]  # fmt: skip
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as qemu:
        assert qemu.stdout is not None
        try:
            proved = _prints(qemu.stdout.fileno(), PROOF, SECONDS)
        finally:
            qemu.kill()
    return Tried(proved, cpu, "" if proved else f"a kernel did not boot within {SECONDS:g} s")


def _prints(descriptor: int, words: bytes, seconds: float) -> bool:
    """Tell whether words appear on a pipe in time."""
    deadline, seen = time.monotonic() + seconds, b""
    while (left := deadline - time.monotonic()) > 0:
        if select.select([descriptor], [], [], left)[0]:
            chunk = os.read(descriptor, 4096)
            seen += chunk
            if words in seen:
                return True
            if not chunk:
                return False
    return False
