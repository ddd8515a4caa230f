"""Fingers on the console: real touches in Chromium, and the messages that reach the display."""

import struct
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from consoles.rfb.messages import measure
from tests.lab import Guest, wait_until
from vms.models import VM

from .browsing import Open, is_drawn, picture
from .test_lab import row_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


class Fingers:
    """Touch a page as hands do. Points are of the page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._cdp = page.context.new_cdp_session(page)

    def put(self, kind: str, *points: tuple[float, float]) -> None:
        """Send one touch event with all fingers that are down."""
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self._cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def glide(self, *ways: tuple[tuple[float, float], tuple[float, float]], steps: int = 8) -> None:
        """Move one finger a way each, from its first point to its second, and lift them all."""
        for count in range(len(ways)):
            self.put("touchStart", *(way[0] for way in ways[: count + 1]))
        for step in range(1, steps + 1):
            self.put(
                "touchMove",
                *(
                    (a[0] + (b[0] - a[0]) * step / steps, a[1] + (b[1] - a[1]) * step / steps)
                    for a, b in ways
                ),
            )
            self.page.wait_for_timeout(20)
        self.put("touchEnd")

    def tap(self, *points: tuple[float, float]) -> None:
        """Touch with some fingers for a moment."""
        for count in range(len(points)):
            self.put("touchStart", *points[: count + 1])
        self.page.wait_for_timeout(40)
        self.put("touchEnd")


def pointers(heard: bytes) -> list[tuple[int, int, int]]:
    """Return the pointer messages among what a display heard: buttons, x, y."""
    rest, found = bytearray(heard), []
    while rest:
        length, _only_looks = measure(rest)
        if not length or len(rest) < length:
            break
        if rest[0] == 5:
            found.append(struct.unpack(">BBHH", rest[:6])[1:])
        del rest[:length]
    return found


def middle_of(page: Page, what: str) -> tuple[float, float]:
    """Return the middle of an element."""
    box = page.locator(what).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.fixture
def touched(opened: Open, display: Any, vm: VM) -> tuple[Page, Fingers]:
    """Open the console of a machine with a scripted display on a phone."""
    page = opened(f"/machines/{vm.pk}/console/", **PHONE)
    expect(page.locator("#console")).to_have_attribute("data-state", "connected")
    return page, Fingers(page)


def presses(display: Any) -> list[int]:
    """Return the buttons in the order in which they changed."""
    found = [buttons for buttons, _x, _y in pointers(bytes(display.heard))]
    return [now for before, now in zip([0, *found], found, strict=False) if now != before]


def test_a_touchpad_moves_clicks_drags_and_scrolls(touched: Any, display: Any):
    page, fingers = touched
    expect(page.locator("#console-pad")).to_be_visible()
    x, y = middle_of(page, "#console-pad")
    fingers.glide(((x, y), (x + 60, y + 30)))
    wait_until(lambda: len(pointers(bytes(display.heard))) > 2)
    _buttons, at_x, at_y = pointers(bytes(display.heard))[-1]
    assert at_x > 380 and at_y > 270  # from the middle, 320 and 240
    fingers.tap((x, y))
    wait_until(lambda: presses(display) == [1, 0])
    fingers.tap((x, y), (x + 60, y))
    wait_until(lambda: presses(display) == [1, 0, 4, 0])
    fingers.put("touchStart", (x, y))
    expect(page.locator("#console-pad")).to_have_class("gh-console__pad gh-pad--held")
    picture(page, "phone-held")
    for step in range(1, 6):
        fingers.put("touchMove", (x - step * 12, y))
        page.wait_for_timeout(20)
    fingers.put("touchEnd")
    wait_until(lambda: presses(display) == [1, 0, 4, 0, 1, 0])
    down = [one for one in pointers(bytes(display.heard)) if one[0] == 1][-1]
    assert down[1] < at_x - 30  # dragged to the left
    fingers.glide(((x, y), (x, y + 90)), ((x + 60, y), (x + 60, y + 90)))
    wait_until(lambda: presses(display)[6:8] == [8, 0])
    before = len(presses(display))
    fingers.glide(((x, y), (x, y - 90)), ((x + 60, y), (x + 60, y - 90)))
    wait_until(lambda: presses(display)[before : before + 2] == [16, 0])


def test_fingers_that_part_look_closer_and_the_pointer_is_followed(touched: Any, display: Any):
    page, fingers = touched
    x, y = middle_of(page, "#console-pad")
    small = page.locator("#screen canvas").bounding_box()
    fingers.glide(((x - 20, y), (x - 80, y)), ((x + 20, y), (x + 80, y)))
    expect(page.locator("#console-zoom")).to_have_attribute("aria-pressed", "true")
    wait_until(lambda: page.locator("#screen canvas").bounding_box()["width"] > 2 * small["width"])
    assert presses(display) == []
    stage = page.locator("#screen")
    left = stage.evaluate("stage => stage.scrollLeft")
    fingers.glide(((x - 60, y), (x + 110, y)))
    wait_until(lambda: stage.evaluate("stage => stage.scrollLeft") > left)
    chip = page.locator("#console-zoom")

    def is_whole() -> bool:
        chip.tap()  # one right after a glide may only end that
        return "100" in chip.inner_text()

    wait_until(is_whole)


def test_touch_on_the_screen_itself_is_chosen_and_kept_for_the_person(
    touched: Any, display: Any, opened: Open, vm: VM
):
    page, fingers = touched
    page.get_by_role("button", name="More tools").tap()
    page.get_by_role("button", name="Touch", exact=True).tap()
    expect(page.locator("#console-pad")).to_be_hidden()
    box = page.locator("#screen canvas").bounding_box()
    x, y = box["x"] + box["width"] / 4, box["y"] + box["height"] / 4
    fingers.tap((x, y))
    wait_until(lambda: presses(display) == [1, 0])
    assert abs(pointers(bytes(display.heard))[-1][1] - 160) < 4
    fingers.put("touchStart", (x, y))
    wait_until(lambda: presses(display)[2:] == [4])  # held: the right button, which may drag
    fingers.put("touchEnd")
    wait_until(lambda: presses(display)[2:] == [4, 0])
    fingers.glide(((x, y), (x, y + 160)), ((x + 40, y), (x + 40, y + 160)))
    wait_until(lambda: 8 in presses(display))
    count = len(presses(display))
    fingers.glide(((x, y), (x - 50, y - 50)), ((x + 40, y + 40), (x + 150, y + 150)))
    expect(page.locator("#console-zoom")).to_have_attribute("aria-pressed", "true")
    assert len(presses(display)) == count  # the guest heard nothing of it
    page.reload()
    expect(page.locator("#console")).to_have_attribute("data-state", "connected")
    expect(page.locator("#console-pad")).to_be_hidden()
    picture(page, "phone-touch")


def test_who_watches_moves_nothing(opened: Open, display: Any, vm: VM):
    page = opened(f"/machines/{vm.pk}/console/?mode=view", **PHONE)
    expect(page.locator("#console")).to_have_attribute("data-state", "connected")
    x, y = middle_of(page, "#screen")
    fingers = Fingers(page)
    fingers.glide(((x, y), (x + 60, y)))
    fingers.tap((x, y))
    fingers.glide(((x - 20, y), (x - 80, y)), ((x + 20, y), (x + 80, y)))
    expect(page.locator("#console-zoom")).to_have_attribute("aria-pressed", "true")
    assert pointers(bytes(display.heard)) == []


@pytest.mark.lab
def test_a_phone_writes_and_completes_words_in_the_guest(opened: Open, lab_guest: Guest, oli: Any):
    vm = row_of(lab_guest, "local", oli)
    page = opened(f"/machines/{vm.pk}/console/", **PHONE)
    wait_until(lambda: is_drawn(page), timeout=10)
    picture(page, "phone-pad")
    page.locator("#console-board").tap()
    expect(page.locator("#console-typing")).to_be_focused()
    expect(page.locator("#console-pad")).to_be_hidden()
    picture(page, "phone-typing")
    page.get_by_role("button", name="F1…").tap()
    expect(page.get_by_role("button", name="F12")).to_be_visible()
    picture(page, "phone-more-keys")
    keyboard = page.context.new_cdp_session(page)
    compose = "Input.imeSetComposition"
    keyboard.send("Input.insertText", {"text": "echo X"})
    for part in ("Phon", "Phone", "Phones"):  # as a phone's keyboard does: it writes and corrects
        keyboard.send(
            compose, {"text": part, "selectionStart": len(part), "selectionEnd": len(part)}
        )
        page.wait_for_timeout(60)
    keyboard.send("Input.insertText", {"text": "Phone"})
    page.wait_for_timeout(60)
    keyboard.send("Input.insertText", {"text": "_! > /dev/ttyS0\n"})
    wait_until(lambda: "XPhone_!" in lab_guest.serial_output(), timeout=20)
    page.get_by_role("button", name="Ctrl", exact=True).tap()
    keyboard.send("Input.insertText", {"text": "l"})
    expect(page.get_by_role("button", name="Ctrl", exact=True)).to_have_attribute(
        "aria-pressed", "false"
    )
