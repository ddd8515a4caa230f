"""Several screens and the size of the window, with real QEMU and in a real browser."""

import struct
import time
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from live.redis import bytes_client
from screens import store
from screens.pictures import Thumbs
from screens.watching import key_of
from tests.factories import make_vm
from tests.lab import Guest, Lab, wait_until
from tests.lab.guest import guest_xml
from tests.lab.laboratory import define
from virt.connection import connect
from virt.domain import Domain
from virt.errors import WrongState
from vms.sync.reading import columns_of

from .browsing import Open, picture
from .signing import sign_in
from .test_lab import opened as open_console
from .test_lab import row_of

VGA = "<video><model type='vga'/></video>"
TWO_CARDS = VGA + "<video><model type='virtio' heads='2'/></video>"
DESKTOP_SIZE, EXTENDED = -223, -308
LOOK = struct.pack(">BBHHHH", 3, 0, 0, 0, 64, 64)
FORWARDED, IMPOSSIBLE = 4, 3  # QEMU's answers to a wish for another size


class Screen:
    """Read what a display says of its size."""

    def __init__(self, console: Any) -> None:
        self._console = console
        self._buffer = bytearray()
        console.send(struct.pack(">BxHiii", 2, 3, 0, EXTENDED, DESKTOP_SIZE))

    def _exact(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._buffer += self._console.recv(5)
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    def sizes(self) -> Any:
        """Yield reason, status, width and height each time the size is told."""
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            self._console.send(LOOK)
            _kind, count = struct.unpack(">BxH", self._exact(4))
            for _rectangle in range(count):
                x, y, width, height, encoding = struct.unpack(">HHHHi", self._exact(12))
                if encoding == EXTENDED:
                    self._exact(16 * self._exact(4)[0])
                    yield x, y, width, height
                elif encoding == 0:
                    self._exact(width * height * 4)
        raise AssertionError("The display said nothing more of its size.")

    def ask(self, width: int, height: int) -> int:
        """Wish for another size and return the display's answer."""
        size = struct.pack(">BxHHBxIHHHHI", 251, width, height, 1, 0, 0, 0, width, height, 0)
        self._console.send(size)
        return int(next(status for reason, status, *_size in self.sizes() if reason == 1))

    def show(self, number: int, *, instead: tuple[int, int]) -> tuple[int, int]:
        """Press what the menu presses for another screen, and return its size, another one."""
        keys = (0xFFE3, 0xFFE9, 0x30 + number)
        for key in keys:
            self._console.send(struct.pack(">BBHI", 4, 1, 0, key))
        for key in reversed(keys):
            self._console.send(struct.pack(">BBHI", 4, 0, 0, key))
        return next(tuple(told[2:]) for told in self.sizes() if tuple(told[2:]) != instead)


@pytest.mark.lab
@pytest.mark.django_db(transaction=True)
def test_the_screens_of_two_cards_are_shown_one_at_a_time_and_virtio_takes_a_size(
    gateway: Any, lab: Lab, oli: Any
):
    host = lab["hv1"]
    define(host, "", "heads", guest_xml("heads").replace(VGA, TWO_CARDS))
    guest = Guest(host, "heads")
    guest.wait_ticking()
    hypervisor = connect(host.address("local"))
    domain = Domain(hypervisor, guest.uuid)
    cards = [{"model": "vga", "heads": 1}, {"model": "virtio", "heads": 2}]
    assert columns_of(domain.info())["video"] == cards
    assert all(domain.screenshot(number)[1] for number in range(3))
    with pytest.raises(WrongState):
        domain.screenshot(3)
    hypervisor.close()
    console, width, height = open_console(gateway, sign_in(oli), row_of(guest, "local", oli))
    screen = Screen(console)
    assert next(screen.sizes())[2:] == (width, height)
    assert screen.ask(900, 700) == IMPOSSIBLE
    other = screen.show(2, instead=(width, height))
    assert screen.ask(900, 700) == FORWARDED
    assert screen.show(1, instead=other) == (width, height)


def coloured(colour: str) -> bytes:
    """Return a small picture of one colour."""
    out = BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "WEBP")
    return out.getvalue()


def wishes(heard: bytes) -> list[tuple[int, int]]:
    """Return the sizes that a browser wished for."""
    found, at = [], heard.find(b"\xfb\0")
    while at >= 0:
        found.append(struct.unpack(">HH", heard[at + 2 : at + 6]))
        at = heard.find(b"\xfb\0", at + 8)
    return found


def say_size(connection: Any) -> None:
    """Say, as a display does at first, how large the screen is and that it can be changed."""
    connection.recv(65536)  # a browser reads on only after it has asked for the picture
    connection.sendall(struct.pack(">BxH", 0, 1) + struct.pack(">HHHHi", 0, 0, 640, 480, EXTENDED))
    connection.sendall(struct.pack(">B3xIHHHHI", 1, 0, 0, 0, 640, 480, 0))


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_guest_follows_the_window_of_who_drives(opened: Open, display: Any, oli: Any):
    bytes_client.cache_clear()
    display.talk = say_size
    vm = make_vm("wide01", owner=oli, video=[{"model": "virtio", "heads": 2}])
    page = opened(f"/machines/{vm.pk}/console/")
    expect(page.locator("#console")).to_have_attribute("data-state", "connected")
    page.get_by_role("button", name="Fit").click()
    page.get_by_role("menuitemradio", name="Resize the guest's screen").click()
    wait_until(lambda: wishes(bytes(display.heard)) != [])
    (width, height) = wishes(bytes(display.heard))[-1]
    box = page.locator("#screen-sheet").bounding_box()
    assert box is not None
    assert (width, height) == (int(box["width"]), int(box["height"]))
    for head, colour in enumerate(("navy", "maroon")):
        shot = Thumbs(640, 480, coloured(colour), None)
        store.keep(key_of(vm, head), store.new_version(time.time()), shot)
    page.get_by_role("button", name="Screens").click()
    expect(page.locator(".gh-heads__choice img")).to_have_count(2)
    first, second = (page.locator(".gh-heads__choice img").nth(one) for one in (0, 1))
    expect(first).not_to_have_attribute("src", second.get_attribute("src") or "")
    page.wait_for_timeout(200)
    picture(page, "screens")
    display.heard.clear()
    page.get_by_role("button", name="Screen 2").click()
    wait_until(lambda: struct.pack(">BBHI", 4, 1, 0, 0x32) in display.heard)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_card_with_sizes_of_its_own_says_so(opened: Open, display: Any, oli: Any):
    vm = make_vm("old01", owner=oli, video=[{"model": "vga", "heads": 1}])
    page = opened(f"/machines/{vm.pk}/console/")
    expect(page.locator("#console")).to_have_attribute("data-state", "connected")
    expect(page.locator("#console-screens")).to_have_count(0)
    page.get_by_role("button", name="Fit").click()
    choice = page.get_by_role("menuitemradio", name="Resize the guest's screen")
    expect(choice).to_have_attribute("aria-disabled", "true")
    assert "(vga)" in (choice.get_attribute("aria-description") or "")
    picture(page, "no-resize")
    choice.click(force=True)
    expect(page.get_by_role("menuitemradio", name="Fit")).to_have_attribute("aria-checked", "true")


def top_of(page: Page) -> float:
    """Return where the lower edge of the bar is."""
    return float(
        page.evaluate("document.querySelector('.gh-console__bar').getBoundingClientRect().bottom")
    )


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_full_screen_hides_the_bar_and_never_keeps_the_keyboard(
    opened: Open, display: Any, vm: Any
):
    page = opened(f"/machines/{vm.pk}/console/")
    expect(page.locator("#console")).to_have_attribute("data-state", "connected")
    page.get_by_role("button", name="Full screen").click()
    expect(page.locator("#console-full-note")).to_be_visible()
    expect(page.locator("#screen")).to_have_attribute("data-keys", "guest")
    page.mouse.move(600, 400)
    wait_until(lambda: top_of(page) <= 0)
    picture(page, "full")
    page.mouse.move(600, 1)
    wait_until(lambda: top_of(page) > 40)
    picture(page, "full-bar")
    page.mouse.move(600, 500)
    wait_until(lambda: top_of(page) <= 0)
    page.keyboard.down("ControlLeft")
    page.keyboard.down("AltLeft")
    page.keyboard.up("AltLeft")
    page.keyboard.up("ControlLeft")
    expect(page.locator("#console-keys")).to_be_focused()
    wait_until(lambda: top_of(page) > 40)
    page.get_by_role("button", name="Full screen").click()
    expect(page.locator("#console")).not_to_have_class("gh-console--full")
    expect(page.locator("#console-full-note")).to_be_hidden()
