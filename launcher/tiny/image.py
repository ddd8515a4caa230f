"""How does the tiny guest become a disk image that boots by BIOS and by UEFI?"""

import shutil
import tempfile
from pathlib import Path

from launcher.tiny.initramfs import TinyBoot, build_tiny_boot, default_cache, locked
from launcher.tiny.packages import BuildError, digest_of, run

# GRUB looks for the image by a file of this name and hands over at once. The kernel writes to the
# screen and to the first serial port; a shell runs on both.
GRUB_CONFIG = """\
set timeout=0
insmod all_video
clear
search --no-floppy --set=root --file /boot/guesthouse-tiny
linux /boot/vmlinuz console=ttyS0 console=tty0 quiet {options}
initrd /boot/initrd
boot
"""
# The part_* modules are those that GRUB's own first configuration asks for by name.
GRUB_MODULES = (
    "normal linux search search_fs_file iso9660 fat all_video boot minicmd echo test part_gpt "
    "part_msdos part_acorn part_amiga part_apple part_bsd part_dfly part_dvh part_plan part_sun "
    "part_sunpc"
)
# The program, and the Debian package that brings it.
TOOLS = {"grub-mkrescue": "grub-common", "xorriso": "xorriso", "mformat": "mtools"}
PLATFORMS = {"i386-pc": "grub-pc-bin", "x86_64-efi": "grub-efi-amd64-bin"}
MIB = 1024 * 1024


def missing_packages() -> list[str]:
    """Return the Debian packages that building the image still needs."""
    tools = [package for tool, package in TOOLS.items() if not shutil.which(tool)]
    platforms = [p for name, p in PLATFORMS.items() if not Path("/usr/lib/grub", name).is_dir()]
    return tools + platforms


def build_tiny_image(dest: Path, *, options: str = "", cache: Path | None = None) -> Path:
    """Put the tiny guest's bootable raw disk image at a path and return the path.

    Built once per content and kept in the cache (about 10 s), then copied only when it differs.
    `options` are added to the kernel's command line; "guesthouse.tick" makes the guest count on
    its serial port. Raises BuildError in words for people.
    """
    boot = build_tiny_boot(cache)
    folder = (cache or default_cache()) / "tiny"
    grub = GRUB_CONFIG.format(options=options)
    built = folder / f"image-{boot.key}-{digest_of(grub, GRUB_MODULES)}.img"
    with locked(folder):
        if not built.exists():
            if missing := missing_packages():
                raise BuildError(
                    "The tiny image needs packages: run "
                    f"'apt-get install --no-install-recommends {' '.join(missing)}'."
                )
            _make(boot, grub, built)
    if not dest.exists() or dest.stat().st_mtime_ns != built.stat().st_mtime_ns:
        dest.parent.mkdir(parents=True, exist_ok=True)
        part = dest.with_suffix(".part")
        shutil.copy2(built, part)
        part.rename(dest)
    return dest


def _make(boot: TinyBoot, grub: str, target: Path) -> None:
    """Run GRUB's rescue-image maker: a hybrid that is a disk and a CD, for BIOS and UEFI."""
    with tempfile.TemporaryDirectory(prefix="guesthouse-tiny-") as name:
        tree = Path(name) / "tree"
        (tree / "boot/grub").mkdir(parents=True)
        shutil.copy(boot.kernel, tree / "boot/vmlinuz")
        shutil.copy(boot.initrd, tree / "boot/initrd")
        (tree / "boot/guesthouse-tiny").write_text(f"{boot.key}\n")
        (tree / "boot/grub/grub.cfg").write_text(grub)
        part = Path(name) / "image"
        run(
            ["grub-mkrescue", "-o", str(part), "--compress=no", "--locales=", "--themes=",
             "--fonts=", f"--install-modules={GRUB_MODULES}", str(tree),
             "--", "-volid", "GUESTHOUSE_TINY"]
        )  # fmt: skip
        size = part.stat().st_size
        with part.open("ab") as handle:
            handle.truncate(-(-size // MIB) * MIB)
        whole = target.with_suffix(".part")
        shutil.copy(part, whole)
        whole.rename(target)
