"""What stop errors look like, in any language, and what only has their colour.

The pages are drawn here by their layout. A collection of such pages that others drew is looked at
too, where it is installed (Debian: xscreensaver-screensaver-bsod). No Windows was at hand.
"""

import os
import shutil
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from screens.health import Health
from screens.reading import health_of
from tests.lab.waiting import wait_until

from .pages import BLUE, OLD_BLUE, SIZES, Page, boxed, draw, framed

LANGUAGES = {
    "en": (
        "Your PC ran into a problem and needs to restart. We're just",
        "collecting some error info, and then we'll restart for you.",
        "20% complete",
    ),
    "de": (
        "Auf dem PC ist ein Problem aufgetreten. Er muss neu gestartet",
        "werden. Es werden einige Fehlerinformationen gesammelt.",
        "20% abgeschlossen",
    ),
    "fr": (
        "Votre PC a rencontré un problème et doit redémarrer. Nous",
        "collectons simplement des informations relatives aux erreurs.",
        "20% effectués",
    ),
    "es": (
        "Tu PC tuvo un problema y necesita reiniciarse. Estamos",
        "recopilando información sobre el error.",
        "20% completado",
    ),
}
DUMP = tuple(f"{n:08x} 2be154c9 - driver{n}.sys" for n in range(3, 20))
RECOVERY = (
    "Recovery",
    "Your PC/Device needs to be repaired",
    "An unexpected error has occurred.",
    "Error code: 0xc0000225",
    "You'll need to use recovery tools.",
    "Press Enter to try again",
    "Press F8 for Startup Settings",
)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ground", [BLUE, (16, 113, 170), (0, 120, 30), (0, 0, 0)])
def test_the_face_above_lines_is_known_in_any_language_and_colour(size, language, ground):
    assert health_of(draw(Page(LANGUAGES[language], ground), size)) == Health.STOP_LOOK


@pytest.mark.parametrize("size", SIZES)
def test_lines_at_one_edge_on_the_colours_of_stop_errors(size):
    for page in (
        Page(RECOVERY, BLUE, face=False, code=False),
        Page(DUMP, OLD_BLUE, face=False, code=False, indent=0.005),
        Page(DUMP, (0, 0, 170), face=False, code=False, indent=0.0),
        Page(DUMP, (160, 0, 160), face=False, code=False, indent=0.01),
    ):
        assert health_of(draw(page, size)) == Health.STOP_LOOK


@pytest.mark.parametrize("size", SIZES)
def test_what_only_has_the_colour_is_none(size):
    updates = ("Working on updates 2%", "Don't turn off your PC. This will take a while.", "Wait.")
    calm = [
        draw(Page(updates, BLUE, face=False, code=False, centred=True), size),
        draw(Page(RECOVERY, BLUE, face=False, code=False, centred=True), size),
        draw(Page(("Microsoft Windows NT", "1 System Processor"), OLD_BLUE, face=False), size),
        draw(Page(RECOVERY, (90, 30, 60), face=False, code=False), size),
        draw(Page(RECOVERY, (0, 0, 0), face=False, code=False), size),
        framed(BLUE, size),
        framed((0, 0, 170), size),
        boxed(BLUE, size),
        boxed((0, 0, 170), size),
        Image.new("RGB", size, BLUE),
    ]
    taskbar = draw(Page(LANGUAGES["en"]), size)
    taskbar.paste((30, 30, 30), (0, size[1] - 40, *size))
    said = [health_of(one) for one in [*calm, taskbar]]
    assert Health.STOP_LOOK not in said


# Pages that others drew

COLLECTION = Path("/usr/libexec/xscreensaver/bsod")
FEW = ("NT", "VMware", "Win10")
ALL_CALM = ("Linux", "BSD", "MacX", "Solaris", "MSDOS", "OS2", "SparcLinux", "HPUX", "SCO",
            "Android", "Mac", "GNOME")  # fmt: skip


class Shown:
    """A page of the collection on a display without a screen."""

    def __init__(self, folder: Path, size: tuple[int, int], number: int) -> None:
        self._file = folder / "Xvfb_screen0"
        self._env = os.environ | {"DISPLAY": f":{number}"}
        screen = f"{size[0]}x{size[1]}x24"
        words = [f":{number}", "-screen", "0", screen, "-fbdir", str(folder), "-nolisten", "tcp"]
        self._display = subprocess.Popen(["Xvfb", *words], stderr=subprocess.DEVNULL)
        wait_until(lambda: Path(f"/tmp/.X11-unix/X{number}").exists(), what="the display")
        self._page: subprocess.Popen[bytes] | None = None

    def show(self, name: str) -> None:
        """Show another page."""
        self._leave()
        words = [str(COLLECTION), "--root", "--delay", "500", "--only", name]
        self._page = subprocess.Popen(words, env=self._env, stderr=subprocess.DEVNULL)

    def _leave(self) -> None:
        if self._page is not None:
            self._page.terminate()
            self._page.wait(10)

    def end(self) -> None:
        self._leave()
        self._display.terminate()
        self._display.wait(10)

    def picture(self) -> Image.Image:
        """Return what is shown, from the file in which the display keeps it (XWD)."""
        data = self._file.read_bytes()
        head = struct.unpack(">25I", data[:100])
        start, width, height, line = head[0] + head[19] * 12, head[4], head[5], head[12]
        pixels = data[start : start + line * height]
        return Image.frombuffer("RGB", (width, height), pixels, "raw", "BGRX", line, 1)


@pytest.fixture(params=[(1024, 768), (1920, 1080)])
def shown(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shown]:
    if not COLLECTION.exists() or shutil.which("Xvfb") is None:
        pytest.skip("xscreensaver-screensaver-bsod and xvfb are not installed")
    one = Shown(tmp_path, request.param, 90 + os.getpid() % 400)
    yield one
    one.end()


@pytest.mark.slow
def test_pages_that_others_drew(shown: Shown):
    for name in FEW:
        shown.show(name)
        wait_until(
            lambda: health_of(shown.picture()) == Health.STOP_LOOK,
            timeout=60, every=1.0, what=f"{name} is known",
        )  # fmt: skip
    for name in ALL_CALM:
        shown.show(name)
        time.sleep(4)
        assert health_of(shown.picture()) not in {Health.STOP_LOOK, Health.STOP_ERROR}, name
