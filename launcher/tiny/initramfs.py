"""What is inside the tiny guest, and how is it put together?"""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher.tiny import cpio
from launcher.tiny.packages import (
    BuildError,
    candidate_versions,
    digest_of,
    refresh_lists,
    run,
    unpacked,
    wanted_packages,
)

ROOTFS = Path(__file__).with_name("rootfs")

# What a machine made by Guesthouse can have: virtio devices, a power button, a keyboard. The
# cloud kernel has the PS/2 keyboard, the VGA text console and the EFI frame buffer built in.
MODULES = ("virtio_pci", "virtio_blk", "virtio_scsi", "sd_mod", "virtio_net", "virtio_console",
           "virtio-rng", "virtio_balloon", "virtio_input", "button", "evdev", "isofs", "sr_mod",
           "vfat", "nls_ascii", "nls_cp437", "acpiphp", "shpchp")  # fmt: skip


@dataclass(frozen=True, slots=True)
class TinyBoot:
    """A kernel and an initramfs that boot together, and their content key."""

    kernel: Path
    initrd: Path
    key: str


def default_cache() -> Path:
    """Return where built things are kept: GUESTHOUSE_CACHE, else var/cache of the checkout."""
    if chosen := os.environ.get("GUESTHOUSE_CACHE"):
        return Path(chosen)
    return Path(__file__).resolve().parents[2] / "var" / "cache"


@contextmanager
def locked(cache: Path) -> Iterator[None]:
    """Let one process at a time build in a cache folder."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _recipe() -> bytes:
    """Return the bytes of our own files that decide what the guest contains."""
    own = [Path(__file__), Path(cpio.__file__)]
    files = [*own, *sorted(path for path in ROOTFS.rglob("*") if path.is_file())]
    return b"\0".join(path.read_bytes() for path in files)


def build_tiny_boot(cache: Path | None = None) -> TinyBoot:
    """Return the tiny guest's kernel and initramfs, built when not yet in the cache.

    Takes a few seconds the first time. Raises BuildError in words for people.
    """
    folder = (cache or default_cache()) / "tiny"
    with locked(folder):
        known = folder / "current"
        recipe = digest_of(_recipe())
        if known.exists() and known.read_text().startswith(recipe):
            boot = _boot_in(folder, known.read_text())
            if boot.kernel.exists() and boot.initrd.exists():
                return boot
        try:
            boot = _build(folder, recipe)
        except BuildError:
            # Mostly apt's lists are missing, or so old that what they name is gone.
            refresh_lists()
            boot = _build(folder, recipe)
        known.write_text(boot.key)
        return boot


def _build(folder: Path, recipe: str) -> TinyBoot:
    """Download the packages and make kernel and initramfs of them."""
    packages = wanted_packages()
    boot = _boot_in(folder, f"{recipe}-{digest_of(candidate_versions(packages))}")
    with unpacked(packages) as tree:
        _assemble(tree, boot)
    return boot


def _boot_in(folder: Path, key: str) -> TinyBoot:
    return TinyBoot(folder / f"vmlinuz-{key}", folder / f"initrd-{key}", key)


def _assemble(packages: Path, boot: TinyBoot) -> None:
    """Make the guest's root folder from the packages' tree and pack it."""
    root = packages.parent / "root"
    shutil.copytree(ROOTFS, root)
    for name in ("bin", "sbin", "dev", "proc", "sys", "run", "tmp", "root", "mnt", "var", "lib64"):
        (root / name).mkdir(exist_ok=True)
    (root / "init").symlink_to("sbin/init")
    _add_busybox(packages, root)
    _add_agent(packages, root)
    _add_modules(packages, root)
    kernels = sorted((packages / "boot").glob("vmlinuz-*"))
    _write(boot.kernel, kernels[-1].read_bytes())
    _write(boot.initrd, cpio.archive(root))


def _write(path: Path, data: bytes) -> None:
    """Write a file so that it is either absent or whole."""
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.rename(path)


def _add_busybox(packages: Path, root: Path) -> None:
    """Add busybox and a link for each of its commands that we do not bring ourselves."""
    busybox = root / "bin" / "busybox"
    shutil.copy2(packages / "bin" / "busybox", busybox)
    for applet in run([str(busybox), "--list-full"]).split():
        link = root / applet
        if not link.exists():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to("/bin/busybox")


def _add_agent(packages: Path, root: Path) -> None:
    """Add the guest agent with the libraries its loader lists, at the paths it will look in."""
    agent = packages / "usr" / "sbin" / "qemu-ga"
    folders = [packages / part / "x86_64-linux-gnu" for part in ("lib", "usr/lib")]
    loader = next((p for f in folders for p in f.glob("ld-linux-x86-64.so.2")), None)
    if loader is None:
        raise BuildError("The C library's package has no loader; the image cannot have an agent.")
    listing = run(
        [str(loader), "--library-path", ":".join(map(str, folders)), "--list", str(agent)]
    )
    target = root / "lib" / "x86_64-linux-gnu"
    target.mkdir(parents=True)
    for path in re.findall(r"=> (/\S+)", listing):
        if Path(path).name != loader.name:
            shutil.copy(path, target / Path(path).name)
    shutil.copy(loader, root / "lib64" / loader.name)
    shutil.copy2(agent, root / "sbin" / "qemu-ga")


def _add_modules(packages: Path, root: Path) -> None:
    """Add kernel modules with what they depend on, and the order to load them in."""
    found = {_plain(p.stem): p for p in packages.glob("lib/modules/*/kernel/**/*.ko")}
    found |= {_plain(p.stem): p for p in packages.glob("usr/lib/modules/*/kernel/**/*.ko")}
    ordered: list[str] = []

    def visit(name: str) -> None:
        if name in ordered or name not in found:
            return
        if match := re.search(rb"\0depends=([^\0]*)\0", found[name].read_bytes()):
            for needed in filter(None, match[1].decode().split(",")):
                visit(_plain(needed))
        ordered.append(name)

    for name in MODULES:
        visit(_plain(name))
    target = root / "lib" / "modules"
    target.mkdir(parents=True)
    for name in ordered:
        shutil.copy(found[name], target / f"{name}.ko")
    (target / "order").write_text("".join(f"{name}\n" for name in ordered))


def _plain(name: str) -> str:
    """Return a module's name as the kernel spells it."""
    return name.replace("-", "_")
