"""What pictures of real screens say, and that doubt says nothing.

The pictures in `data` were taken of guests with QEMU's own firmware, GRUB, iPXE, memtest86+ and
Linux; nothing was drawn for the test. Graphical ones of other systems are drawn here.
"""

import random
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageFilter

from screens.health import FAILED, GROUPS, LOOKS, ORDER, Health
from screens.models import shown_health
from screens.pictures import open_picture
from screens.reading import health_of
from screens.reading.cells import UNKNOWN, Text, read_text
from screens.reading.words import meaning_of

DATA = Path(__file__).with_name("data")
REAL = {
    "shell-vga": Health.SHELL,
    "shell-framebuffer": Health.SHELL,
    "panic-vga": Health.PANIC,
    "seabios-starting": Health.STUCK,  # said of it when it has stood for minutes
    "seabios-no-disk": Health.NO_DISK,
    "ipxe-starting": Health.NETWORK_BOOT,
    "ipxe-no-disk": Health.NO_DISK,
    "grub-menu": Health.BOOT_MENU,
    "grub-failed": Health.NO_DISK,
    "memtest": Health.MEMORY_TEST,
    "ovmf-no-disk": Health.NO_DISK,
    "ovmf-no-disk-cd": Health.NO_DISK,
    "uefi-shell": Health.UEFI_SHELL,
    "no-display-yet": Health.STARTING,
    "ovmf-logo": "",
}


def picture(name: str) -> Image.Image:
    return open_picture((DATA / f"{name}.png").read_bytes())


@pytest.mark.parametrize(("name", "health"), REAL.items())
def test_real_screens(name, health):
    assert health_of(picture(name)) == health


def test_every_picture_is_tested():
    assert {path.stem for path in DATA.glob("*.png")} == set(REAL)


@pytest.mark.parametrize("name", [n for n in REAL if n not in {"ovmf-logo"} and "ovmf" not in n])
def test_text_is_read_without_a_fault(name):
    text = read_text(picture(name))
    assert text is not None
    assert not any(UNKNOWN in line.rstrip(UNKNOWN) for line in text.lines)


def test_text_is_read_to_the_letter():
    text = read_text(picture("panic-vga"))
    assert "Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-b" in "".join(
        text.lines
    )
    assert "No bootable option or device was found." in "\n".join(
        read_text(picture("ovmf-no-disk")).lines
    )
    assert read_text(picture("uefi-shell")).last == "Shell>"


def test_a_blurred_text_is_not_guessed_at():
    blurred = picture("panic-vga").filter(ImageFilter.GaussianBlur(1))
    assert health_of(blurred) == ""


def text(*lines: str) -> Text:
    return Text(lines, 80)


@pytest.mark.parametrize(
    ("lines", "health"),
    [
        (["Debian GNU/Linux 12 web-prod-07 tty1", "", "web-prod-07 login:"], Health.LOGIN),
        (["Ubuntu 24.04.1 LTS api tty1", "api login: ada", "Password:"], Health.LOGIN),
        (["FreeBSD/amd64 (edge) (ttyv0)", "", "login:"], Health.LOGIN),
        (["[ 3.4] Kernel panic - not syncing: x", "", "web login:"], Health.LOGIN),
        (["ALERT!  UUID=9f1c does not exist.  Dropping to a shell!", "(initramfs)"], Health.RESCUE),
        (["Entering rescue mode...", "grub rescue>"], Health.RESCUE),
        (
            [
                "You are in emergency mode.",
                "Give root password for maintenance",
                "(or press Control-D to continue):",
            ],
            Health.RESCUE,
        ),
        (["dracut:/#"], Health.RESCUE),
        (["ada@web-prod-07:~$ htop"], Health.SHELL),
        (["[root@web ~]#"], Health.SHELL),
        (["C:\\Windows\\System32>"], Health.SHELL),
        (["  PID USER      PR  NI", " 4121 app       20   0"], Health.SHELL),
        (["*** STOP: 0x0000007B (0xF78D2524,0xC0000034)"], Health.STOP_ERROR),
        (
            ["[  OK  ] Started Journal Service.", "[  OK  ] Reached target Network."],
            Health.STARTING,
        ),
        (["[    3.101553] io scheduler mq-deadline registered"], Health.STARTING),
        (["GNU GRUB  version 2.12", "*Debian GNU/Linux"], Health.BOOT_MENU),
        (["ISOLINUX 6.04", "boot:"], Health.BOOT_MENU),
        (["BOOTMGR is missing", "Press Ctrl+Alt+Del to restart"], Health.NO_DISK),
        (["[!!] Select a language", "<Go Back>          <Continue>"], Health.INSTALLER),
        ([">>Start PXE over IPv4."], Health.NETWORK_BOOT),
        (
            ["Nothing to boot: No such file or directory (https://ipxe.org/2d03e13b)"],
            Health.NO_DISK,
        ),
        (["Fatal trap 12: page fault", "Uptime: 3h", "db>"], Health.PANIC),
        (["Stopped at db_enter+0x10: popq %rbp", "ddb{0}>"], Health.RESCUE),
        (["panic[cpu0]/thread=fffffffffbc2e0e0: BAD TRAP: type=e"], Health.PANIC),
        (["(XEN) Panic on CPU 0:", "(XEN) Could not set up DMA"], Health.PANIC),
        (
            ["VMware ESXi 6.7.0 [Releasebuild-8169922 x86_64]", "#PF Exception 14 in world 2098"],
            Health.PANIC,
        ),
        (["VMware ESXi 7.0.0 (VMKernel Release Build 15843807)", "PINE64 Quartz64 Model A"], ""),
        (
            ["    Windows", "  A fatal exception 0E has occurred at F0AD:42494C4C"],
            Health.STOP_ERROR,
        ),
        (
            [
                "   Windows Boot Manager",
                "  File: \\Boot\\BCD",
                "  Status: 0xc000000f",
                "Enter=Continue",
            ],
            Health.BOOT_FAILED,
        ),
        (["  Statut : 0xc0000225"], Health.BOOT_FAILED),
        (["/dev/vda1: UNEXPECTED INCONSISTENCY; RUN fsck MANUALLY."], Health.BOOT_FAILED),
        (["Verification failed: (0x1A) Security Violation"], Health.BOOT_FAILED),
        (["UNEXPECTED INCONSISTENCY; RUN fsck MANUALLY.", "(initramfs)"], Health.RESCUE),
        (["Please unlock disk vda3_crypt:"], Health.PASSPHRASE),
        (["Enter passphrase for /dev/vda3:"], Health.PASSPHRASE),
        (["Booting from Hard Disk..."], Health.STUCK),
        (["Booting from Hard Disk...", "GRUB loading."], Health.STUCK),
        (["Booting from Hard Disk...", "[    0.000000] Linux version 6.1"], Health.STARTING),
        (["Welcome to the edge firewall", "0) Logout   5) Reboot", "Enter an option:"], ""),
        (["The quick brown fox"], ""),
        (["Dear Ada,", "the kernel panic is not your fault.", "Yours"], ""),
        ([], ""),
    ],
)
def test_what_words_mean(lines, health):
    assert meaning_of(text(*lines)) == health


def desktop(size=(1280, 800)) -> Image.Image:
    """Draw a wallpaper with a bar and windows."""
    down, round_ = Image.linear_gradient("L"), Image.radial_gradient("L")
    drawn = Image.merge("RGB", (down, round_, down.rotate(90))).resize(size)
    drawn.paste("black", (0, 0, size[0], 28))
    drawn.paste("white", (300, 200, 900, 600))
    return drawn


def test_desktops_and_blank_screens():
    assert health_of(desktop()) == Health.DESKTOP
    assert health_of(Image.new("RGB", (720, 400))) == Health.BLANK
    cursor = Image.new("RGB", (720, 400))
    cursor.paste((170, 170, 170), (0, 14, 9, 16))
    assert health_of(cursor) == Health.BLANK


def test_a_boot_loader_that_stands_still_is_a_start_for_two_minutes():
    assert shown_health(Health.STUCK, timedelta(seconds=90)) == Health.STARTING
    assert shown_health(Health.STUCK, timedelta(minutes=3)) == Health.STUCK


def test_noise_is_nothing():
    noise = Image.effect_noise((720, 400), 90).convert("1").convert("RGB")
    assert health_of(noise) == ""
    rng = random.Random(7)
    dots = Image.new("RGB", (640, 480))
    for _ in range(4000):
        dots.putpixel((rng.randrange(640), rng.randrange(480)), (255, 255, 255))
    assert health_of(dots) == ""


def test_every_kind_has_words_and_a_place():
    assert set(LOOKS) == set(Health) == set(ORDER)
    assert set(FAILED) == set(GROUPS[0].members) and Health.BOOT_FAILED in FAILED
    assert len({group.key for group in GROUPS}) == len(GROUPS)
