"""The RDP tab in a real browser, on a real desktop with a real server."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from consoles.gateway import rdp
from consoles.models import RdpAccess
from consoles.reaching.where import Way
from jobs.models import AuditEntry
from tests.consoles.browsing import Open, picture
from tests.consoles.test_touch import Fingers
from tests.factories import make_vm
from tests.lab.waiting import wait_until
from vms.models import VM

from .desktops import PASSWORD, SIZE, USER, Desktop

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Begin = Callable[..., tuple[VM, Desktop]]
# What is drawn at a place of the desktop, as red, green and blue.
PIXEL = """([x, y]) => {
  const canvas = document.querySelector("#screen canvas");
  return [...canvas.getContext("2d").getImageData(x, y, 1, 1).data.slice(0, 3)];
}"""
PICTURE = """() => document.querySelector("#screen canvas").toDataURL()"""
# What a terminal is told of buttons: left, right, and a wheel that turns down.
LEFT, RIGHT, WHEEL_DOWN = "\033[M ", '\033[M"', "\033[Ma"
BLACK, WHITE = [0, 0, 0], [255, 255, 255]


@pytest.fixture
def begin(tmp_path: Path, oli, monkeypatch) -> Iterator[Begin]:
    """Return a function that makes a desktop, and a machine that leads to it."""
    monkeypatch.setattr(rdp, "ways_to", lambda _vm: [Way("127.0.0.1", by_host=False)])
    desktops: list[Desktop] = []

    def make(security: str = "nla", *, asks: bool = False) -> tuple[VM, Desktop]:
        desktop = Desktop(tmp_path, security, asks=asks)
        desktops.append(desktop)
        address = {"mac": "", "address": "192.0.2.7", "family": "ipv4", "source": "lease"}
        vm = make_vm("web01", owner=oli, address="192.0.2.7", addresses=[address], has_serial=True)
        RdpAccess.objects.create(vm=vm, port=desktop.port)
        return vm, desktop

    yield make
    for desktop in desktops:
        desktop.close()


def sign_in(page: Page, password: str = PASSWORD) -> None:
    page.get_by_label("User in the machine").fill(USER)
    page.locator("#rdp-password").fill(password)
    page.locator("#rdp-password").press("Enter")


def is_connected(page: Page) -> None:
    expect(page.locator("#console")).to_have_attribute("data-state", "connected", timeout=20000)
    width, height = SIZE
    expect(page.locator("#console-size")).to_have_text(f"{width} × {height}")


def shows(page: Page, x: int, y: int, colour: list[int]) -> None:
    wait_until(lambda: page.evaluate(PIXEL, [x, y]) == colour, what=f"{colour} at {x}, {y}")


def point_at_terminal(page: Page) -> None:
    """Click there: keys go where the pointer is."""
    canvas = page.locator("#screen canvas")
    box = canvas.bounding_box()
    assert box is not None
    canvas.click(position={"x": box["width"] / 2, "y": box["height"] / 2.5})


def type_in(page: Page, text: str) -> None:
    """Press keys as they are on an American keyboard."""
    for sign in text:
        is_shifted = sign.isupper() or sign in '~!@#$%^&*()_{}|:"<>?'
        page.keyboard.press("Enter" if sign == "\n" else f"Shift+{sign}" if is_shifted else sign)


def says(page: Page, words: str) -> None:
    expect(page.locator("#rdp-sign-in [data-say]")).to_contain_text(words, timeout=20000)


def kept(desktop: Desktop, words: str) -> None:
    wait_until(lambda: words in desktop.read(), what=f"{words!r} was typed")


def test_a_person_signs_in_and_drives_the_desktop(opened: Open, begin: Begin) -> None:
    vm, desktop = begin()
    page = opened(f"/machines/{vm.pk}/console/rdp/")
    expect(page.locator("#rdp-sign-in")).to_be_visible()
    picture(page, "rdp-sign-in")
    sign_in(page, "wrong")
    says(page, "did not accept this")
    expect(page.locator("#rdp-user")).to_have_value(USER)
    expect(page.locator("#rdp-password")).to_have_value("")
    picture(page, "rdp-refused")
    sign_in(page)
    is_connected(page)
    shows(page, 500, 300, WHITE)  # the terminal
    shows(page, 5, 5, BLACK)  # the ground
    point_at_terminal(page)
    before = page.evaluate(PICTURE)
    type_in(page, 'Hello "web01" {x} ~ $ & #1\n')
    kept(desktop, 'Hello "web01" {x} ~ $ & #1\n')
    wait_until(lambda: page.evaluate(PICTURE) != before, what="what was typed shows")
    picture(page, "rdp")
    expect(page.locator("[data-fact=rdp-certificate]")).to_contain_text(":")
    with page.expect_download() as saved:
        page.locator("#console-picture").click()
    assert saved.value.path().read_bytes().startswith(b"\x89PNG")
    page.locator("#console-again").click()
    expect(page.locator("#rdp-sign-in")).to_be_visible()
    found = AuditEntry.objects.filter(action__startswith="console.rdp").order_by("seq")
    wait_until(lambda: found.count() == 3)
    assert [(one.action, one.outcome) for one in found] == [
        ("console.rdp", "failed"), ("console.rdp", "done"), ("console.rdp_end", "done"),
    ]  # fmt: skip
    assert found[1].detail["user"] == USER and found[1].detail["by"] == "nla"


def test_what_is_typed_fits_the_layout_of_the_guest(opened: Open, begin: Begin) -> None:
    vm, desktop = begin("tls")
    desktop.lay_out("de")
    page = opened(f"/machines/{vm.pk}/console/rdp/")
    sign_in(page)
    is_connected(page)
    point_at_terminal(page)
    page.locator("#console-type").click()
    page.locator("#type-text-layout").select_option("de")
    page.locator("#type-text-text").fill("Grüße @ 5 € {[]} \\ ~ Straße\n")
    page.locator("#type-text-go").click()
    kept(desktop, "Grüße @ 5 € {[]} \\ ~ Straße\n")
    page.locator("#screen canvas").focus()
    page.keyboard.press("AltRight+KeyQ")  # as on a keyboard that is laid out like the guest's
    page.keyboard.press("Enter")
    kept(desktop, "\n@\n")
    assert AuditEntry.objects.get(action="console.rdp").detail["by"] == "tls"


def test_a_text_is_offered_to_the_clipboard(opened: Open, begin: Begin) -> None:
    vm, _desktop = begin()
    page = opened(f"/machines/{vm.pk}/console/rdp/")
    sign_in(page)
    is_connected(page)
    page.locator("#console-clipboard").click()
    page.locator("#clipboard-there").fill("from here: ä €")
    page.locator("#clipboard-send").click()
    expect(page.locator("#clipboard-note")).to_contain_text("Offered")
    picture(page, "rdp-clipboard")


def test_another_certificate_is_refused_until_it_is_accepted(opened: Open, begin: Begin) -> None:
    vm, desktop = begin()
    page = opened(f"/machines/{vm.pk}/console/rdp/")
    sign_in(page)
    is_connected(page)
    desktop.renew_certificate()
    says(page, "has ended")
    sign_in(page)
    says(page, "another certificate")
    expect(page.locator("#console-rdp-offered")).to_be_visible()
    picture(page, "rdp-certificate-changed")
    page.get_by_role("button", name="Accept this certificate").click()
    expect(page.locator("#console-rdp-offered")).to_have_count(0)
    sign_in(page)
    is_connected(page)


def test_a_server_that_asks_late_turns_away(opened: Open, begin: Begin) -> None:
    vm, _desktop = begin("tls", asks=True)
    page = opened(f"/machines/{vm.pk}/console/rdp/")
    sign_in(page)
    says(page, "ended the session at once")


def test_a_server_without_tls_is_told_what_to_switch_on(opened: Open, begin: Begin) -> None:
    vm, _desktop = begin("rdp")
    page = opened(f"/machines/{vm.pk}/console/rdp/")
    sign_in(page)
    says(page, "Switch TLS or network level authentication on")


def test_a_browser_without_webassembly_is_told_so(opened: Open, begin: Begin) -> None:
    vm, _desktop = begin()
    page = opened("/about/")
    page.add_init_script("delete globalThis.WebAssembly")
    page.goto(page.url.replace("/about/", f"/machines/{vm.pk}/console/rdp/"))
    says(page, "runs no WebAssembly")
    expect(page.locator("#rdp-sign-in [type=submit]")).to_be_disabled()


def test_fingers_drive_the_desktop(opened: Open, begin: Begin) -> None:
    vm, desktop = begin()
    page = opened(
        f"/machines/{vm.pk}/console/rdp/", viewport={"width": 390, "height": 800},
        has_touch=True, is_mobile=True,
    )  # fmt: skip
    picture(page, "rdp-sign-in-phone")
    sign_in(page)
    is_connected(page)
    shows(page, 500, 300, WHITE)
    picture(page, "rdp-phone")
    page.locator("#console-more").click()
    picture(page, "rdp-phone-tools")
    page.locator("[data-touch-mode=touch]").click()
    expect(page.locator("#console-more")).to_have_attribute("aria-expanded", "false")
    fingers = Fingers(page)
    box = page.locator("#screen canvas").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    fingers.tap((x, y))
    page.wait_for_timeout(300)
    fingers.put("touchStart", (x, y))
    page.wait_for_timeout(700)
    fingers.put("touchEnd")
    fingers.glide(((x, y), (x, y - 90)), ((x + 30, y), (x + 30, y - 90)))
    page.locator("#console-board").click()
    page.keyboard.insert_text("tapped\n")
    kept(desktop, "tapped")
    pressed = desktop.read()
    assert LEFT in pressed and RIGHT in pressed and WHEEL_DOWN in pressed
    assert pressed.index(LEFT) < pressed.index(RIGHT) < pressed.index(WHEEL_DOWN)
