"""What pictures of real screens say, and that doubt says nothing.

The pictures in `data` were taken of guests with QEMU's own firmware, GRUB, iPXE, memtest86+ and
Linux; nothing was drawn for the test. Graphical ones of other systems are drawn here.
"""

import random
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter

from screens.health import FAILED, GROUPS, LOOKS, ORDER, Health
from screens.pictures import open_picture
from screens.reading import health_of
from screens.reading.cells import UNKNOWN, Text, read_text
from screens.reading.words import meaning_of

DATA = Path(__file__).with_name("data")
REAL = {
    "shell-vga": Health.SHELL,
    "shell-framebuffer": Health.SHELL,
    "panic-vga": Health.PANIC,
    "seabios-starting": Health.STARTING,
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
        (["Welcome to the edge firewall", "0) Logout   5) Reboot", "Enter an option:"], ""),
        (["The quick brown fox"], ""),
        (["Dear Ada,", "the kernel panic is not your fault.", "Yours"], ""),
        ([], ""),
    ],
)
def test_what_words_mean(lines, health):
    assert meaning_of(text(*lines)) == health


def stop_error(size=(1280, 800)) -> Image.Image:
    """Draw a stop error as Windows 10 does: a face and some lines on blue."""
    drawn = Image.new("RGB", size, (0, 120, 215))
    draw = ImageDraw.Draw(drawn)
    for place in ((130, 120, 150, 140), (130, 190, 150, 210)):
        draw.rectangle(place, "white")
    draw.arc((170, 110, 230, 220), 120, 240, "white", 12)
    for row, long in enumerate((700, 640, 300)):
        for left in range(130, 130 + long, 12):
            draw.rectangle((left, 280 + row * 40, left + 7, 300 + row * 40), "white")
    return drawn


def desktop(size=(1280, 800)) -> Image.Image:
    """Draw a wallpaper with a bar and windows."""
    down, round_ = Image.linear_gradient("L"), Image.radial_gradient("L")
    drawn = Image.merge("RGB", (down, round_, down.rotate(90))).resize(size)
    drawn.paste("black", (0, 0, size[0], 28))
    drawn.paste("white", (300, 200, 900, 600))
    return drawn


def test_a_stop_error_is_known_by_its_looks():
    assert health_of(stop_error()) == Health.STOP_LOOK
    assert health_of(stop_error((1024, 768))) == Health.STOP_LOOK


def test_a_blue_desktop_is_no_stop_error():
    blue = stop_error()
    blue.paste((30, 30, 30), (0, 760, 1280, 800))  # a task bar
    assert health_of(blue) == ""
    assert health_of(Image.new("RGB", (1280, 800), (0, 120, 215))) == ""


def test_desktops_and_blank_screens():
    assert health_of(desktop()) == Health.DESKTOP
    assert health_of(Image.new("RGB", (720, 400))) == Health.BLANK
    cursor = Image.new("RGB", (720, 400))
    cursor.paste((170, 170, 170), (0, 14, 9, 16))
    assert health_of(cursor) == Health.BLANK


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
    assert set(FAILED) == {Health.PANIC, Health.STOP_ERROR, Health.STOP_LOOK, Health.RESCUE}
    assert len({group.key for group in GROUPS}) == len(GROUPS)
