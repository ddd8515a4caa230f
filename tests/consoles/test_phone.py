"""The room on a phone: five tools in reach, the others behind one button, nothing overlaps."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Membership, Role, Team
from consoles.models import ConsoleSession
from consoles.room import driving
from tests.factories import make_vm
from tests.lab import Guest
from vms.models import VM

from .browsing import Open, picture
from .test_lab import row_of
from .test_touch import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FINGER = 44
REACHED = """() => [...document.querySelectorAll(
    "#console :is(a[href], button), #console [role=img]#console-pad"
  )].filter((one) => one.checkVisibility() && !one.closest(".gh-console__side")).map((one) => {
    const box = one.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
    const isOver = one.disabled || x > innerWidth || one.contains(document.elementFromPoint(x, y));
    const name = one.id || one.ariaLabel || one.innerText;
    return { name, x: box.x, y: box.y, width: box.width, height: box.height, isOver };
  })"""


def reached(page: Page) -> list[dict[str, Any]]:
    """Return what a finger can reach, with its box in pixels and whether its middle is its own."""
    return list(page.evaluate(REACHED))


def is_fit_for_fingers(page: Page, *, below: bool = False) -> None:
    """Say that targets are large and uncovered; `below` that a sheet covers some of them."""
    found = reached(page)
    assert [one["name"] for one in found if min(one["width"], one["height"]) < FINGER - 0.5] == []
    if not below:
        assert [one["name"] for one in found if not one["isOver"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def overlaps(page: Page) -> list[tuple[str, str]]:
    """Return the pairs of targets above and below that lie on each other."""
    found = [one for one in reached(page) if "key" not in one["name"]]
    return [
        (a["name"], b["name"])
        for number, a in enumerate(found)
        for b in found[number + 1 :]
        if a["x"] < b["x"] + b["width"] - 1
        and b["x"] < a["x"] + a["width"] - 1
        and a["y"] < b["y"] + b["height"] - 1
        and b["y"] < a["y"] + a["height"] - 1
        and "console-zoom" not in (a["name"], b["name"])
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_matters_is_in_reach_and_the_rest_behind_one_button(
    opened: Open, display: Any, oli: Any, scheme: str
):
    name = "a-machine-with-a-name-that-is-rather-long"
    video = [{"model": "virtio", "heads": 2}]
    vm = make_vm(name, owner=oli, has_serial=True, video=video)
    page = opened(f"/machines/{vm.pk}/console/", color_scheme=scheme, **PHONE)
    expect(page.locator("#console")).to_have_attribute("data-state", "connected")
    expect(page.locator("#console-driver")).to_contain_text("You drive")
    picture(page, f"phone-room-{scheme}")
    is_fit_for_fingers(page)
    assert overlaps(page) == []
    for word in ("Keyboard", "Type text", "Clipboard", "Keyboard layout", "Full screen"):
        expect(page.get_by_role("button", name=word).first).to_be_in_viewport()
    expect(page.locator("#console-keys")).to_be_hidden()
    page.get_by_role("button", name="More tools").tap()
    expect(page.get_by_role("link", name="Serial")).to_be_visible()
    for word in ("Keys", "Screens", "Fit", "Save a picture", "Power", "Connect again"):
        expect(page.get_by_role("button", name=word).first).to_be_in_viewport()
    is_fit_for_fingers(page, below=True)
    picture(page, f"phone-more-{scheme}")
    page.get_by_role("button", name="Power").tap()
    expect(page.get_by_role("button", name="Shut down")).to_be_visible()
    picture(page, f"phone-power-{scheme}")
    page.touchscreen.tap(190, 300)
    expect(page.get_by_role("button", name="Shut down")).to_be_hidden()
    expect(page.locator("#console-keys")).to_be_hidden()
    page.get_by_role("button", name="Room").tap()
    expect(page.get_by_role("button", name="Only watch")).to_be_visible()
    picture(page, f"phone-people-{scheme}")
    page.get_by_role("button", name="Only watch").tap()
    page.get_by_role("button", name="Room").tap()
    page.locator(".gh-console__seat").get_by_role("button", name="Drive").tap()
    expect(page.locator("#console-driver")).to_contain_text("You drive")


def test_who_watches_asks_between_screen_and_pad_and_the_driver_answers_there(
    opened: Open, display: Any, oli: Any, sam: Any
):
    team = Team.objects.create(name="Robotics", slug="robotics")
    for person in (oli, sam):
        Membership.objects.create(team=team, user=person, role=Role.MEMBER)
    vm = make_vm("web01", owner=oli, team=team, has_serial=True)
    driving = opened(f"/machines/{vm.pk}/console/", **PHONE)
    expect(driving.locator("#console-driver")).to_contain_text("You drive")
    watching = opened(f"/machines/{vm.pk}/console/", user=sam, **PHONE)
    expect(driving.locator("#console-driver")).to_contain_text("1 watches")
    seat = watching.locator(".gh-console__seat")
    expect(seat).to_contain_text(f"{oli.display_name} drives")
    picture(watching, "phone-watching")
    is_fit_for_fingers(watching)
    assert overlaps(watching) == []
    seat.get_by_role("button", name="Ask to drive").tap()
    prompt = driving.locator("#console-prompt")
    expect(prompt).to_contain_text("asks to drive")
    is_fit_for_fingers(driving)
    assert overlaps(driving) == []
    picture(driving, "phone-asked")
    prompt.get_by_role("button", name="Hand over").tap()
    expect(watching.locator("#console-driver")).to_contain_text("You drive")


def test_a_visitor_who_asks_is_marked_and_the_page_stays_as_wide_as_the_phone(
    opened: Open, display: Any, vm: VM
) -> None:
    page = opened(f"/machines/{vm.pk}/console/", **PHONE, locale="de-DE")
    expect(page.locator("#console-driver")).to_contain_text("Sie steuern")
    asked = ConsoleSession.objects.create(
        vm=vm, name="Grace Brewster Murray Hopper", who="visitor:1", asked_at=timezone.now()
    )
    driving.ask(vm, asked.who)
    expect(page.locator("#console-prompt")).to_contain_text("über einen Link, ohne Konto")
    is_fit_for_fingers(page)
    picture(page, "phone-visitor-asks")


def test_who_only_looks_has_the_whole_phone_for_the_screen(
    opened: Open, display: Any, vm: VM
) -> None:
    page = opened(f"/machines/{vm.pk}/console/?mode=view", **PHONE)
    expect(page.locator("#console")).to_have_attribute("data-state", "connected")
    expect(page.locator("#console-pad")).to_be_hidden()
    expect(page.get_by_role("button", name="Esc", exact=True)).to_be_hidden()
    box = page.locator("#screen").bounding_box()
    assert box is not None and box["height"] > 500
    picture(page, "phone-view")


def test_a_text_console_has_its_few_tools_below(opened: Open, display: Any, vm: VM):
    page = opened(f"/machines/{vm.pk}/console/serial/", **PHONE)
    for word in ("Power", "Connect again", "Full screen"):
        expect(page.locator("#console-tools").get_by_role("button", name=word)).to_be_in_viewport()
    page.get_by_role("button", name="More tools").tap()
    expect(page.get_by_role("link", name="Screen")).to_be_visible()
    picture(page, "phone-serial")


@pytest.mark.lab
def test_a_phone_has_the_keys_that_a_text_console_needs(opened: Open, lab_guest: Guest, oli: Any):
    vm = row_of(lab_guest, "local", oli)
    page = opened(f"/machines/{vm.pk}/console/serial/", **PHONE)
    shown = page.locator(".xterm-rows")
    expect(shown).to_contain_text("tick", timeout=10_000)
    is_fit_for_fingers(page)
    page.locator("#console-tools").get_by_role("button", name="Keyboard").tap()
    expect(page.locator(".xterm-helper-textarea")).to_be_focused()
    expect(page.locator("#console-tools")).to_be_hidden()
    keyboard = page.context.new_cdp_session(page)

    def write(text: str) -> None:
        keyboard.send("Input.insertText", {"text": text})
        page.wait_for_timeout(60)

    def press(name: str) -> None:
        page.get_by_role("button", name=name, exact=True).tap()

    write("sleep 500")
    page.keyboard.press("Enter")
    press("Ctrl")
    write("c")  # or the next line would never be read
    expect(page.get_by_role("button", name="Ctrl", exact=True)).to_have_attribute(
        "aria-pressed", "false"
    )
    write("echo on")
    press("←")
    write("Xn")
    press("End")
    press("|")
    write("tr a-z A-Z")
    page.keyboard.press("Enter")
    expect(shown).to_contain_text("OXNN", timeout=10_000)
    press("↑")
    expect(shown).to_contain_text("echo oXnn|tr a-z A-Z")
    picture(page, "phone-text-keys")
