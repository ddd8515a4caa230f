"""The console room in a real browser, on a real guest."""

import pytest
from playwright.sync_api import Browser, expect

from accounts.models import Membership, Role, Team
from tests.lab import Guest, wait_until
from vms.models import VM
from vms.states import VMState

from .browsing import Open, is_drawn, picture, tell, type_in
from .test_lab import row_of

pytestmark = [pytest.mark.lab, pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_screen_is_seen_and_takes_what_is_typed(opened: Open, lab_guest: Guest, oli):
    vm = row_of(lab_guest, "local", oli)
    page = opened(f"/machines/{vm.pk}/console/")
    expect(page.locator("#console")).to_have_attribute("data-state", "connected")
    wait_until(lambda: is_drawn(page), timeout=10)
    page.locator("#screen canvas").click()
    expect(page.locator("#screen")).to_have_attribute("data-keys", "guest")
    picture(page, "screen")
    type_in(page, "echo typed here > /dev/ttyS0\n")
    wait_until(lambda: "typed here" in lab_guest.serial_output(), timeout=20)
    picture(page, "typed")


@pytest.mark.slow
def test_left_ctrl_and_alt_alone_give_the_keyboard_back(opened: Open, lab_guest: Guest, oli):
    page = opened(f"/machines/{row_of(lab_guest, 'local', oli).pk}/console/")
    expect(page.locator("#screen")).to_have_attribute("data-keys", "guest")
    for chord in ("Control+Alt+KeyA", "Shift"):
        page.keyboard.press(chord)
    expect(page.locator("#screen")).to_have_attribute("data-keys", "guest")
    page.keyboard.down("ControlLeft")
    page.keyboard.down("AltLeft")
    page.keyboard.up("AltLeft")
    page.keyboard.up("ControlLeft")
    expect(page.locator("#console-keys")).to_be_focused()
    expect(page.locator("#screen")).to_have_attribute("data-keys", "")


def test_it_waits_while_the_machine_is_off_and_comes_back_by_itself(
    opened: Open, lab_guest: Guest, oli
):
    vm = row_of(lab_guest, "local", oli)
    page = opened(f"/machines/{vm.pk}/console/")
    expect(page.locator("#console")).to_have_attribute("data-state", "connected")
    lab_guest.host.virsh("destroy", lab_guest.name)
    vm.state, vm.domain_id = VMState.OFF, None
    tell(vm)
    expect(page.locator("#console")).to_have_attribute("data-state", "off")
    expect(page.get_by_role("heading", name=f"{vm.name} is off")).to_be_visible()
    expect(page.locator("#cover").get_by_role("button", name="Start")).to_be_visible()
    picture(page, "off")
    lab_guest.host.virsh("start", lab_guest.name)
    vm.state, vm.domain_id = VMState.RUNNING, 9
    tell(vm)
    expect(page.locator("#console")).to_have_attribute("data-state", "connected")


def test_signing_out_is_explained(opened: Open, lab_guest: Guest, oli):
    vm = row_of(lab_guest, "local", oli)
    page = opened(f"/machines/{vm.pk}/console/")
    expect(page.locator("#console")).to_have_attribute("data-state", "connected")
    oli.set_password("another-lighthouse-8")
    oli.save()
    expect(page.locator("#console")).to_have_attribute("data-state", "closed")
    expect(page.locator("[data-cover=closed]")).to_contain_text("You have been signed out.")


def test_only_looking_sends_nothing(opened: Open, lab_guest: Guest, oli):
    vm = row_of(lab_guest, "local", oli)
    page = opened(f"/machines/{vm.pk}/console/?mode=view")
    expect(page.locator("#console-status")).to_have_text("Connected, view only")
    expect(page.locator("#console-keys")).to_have_count(0)
    page.locator("#screen canvas").click()
    type_in(page, "echo seen > /dev/ttyS0\n")
    lab_guest.wait_ticking()
    assert "seen" not in lab_guest.serial_output()


def test_two_people_hand_the_guest_over(opened: Open, lab_guest: Guest, oli, vera):
    vm = row_of(lab_guest, "local", oli)
    team = Team.objects.create(name="Robotics", slug="robotics")
    Membership.objects.create(team=team, user=oli, role=Role.MEMBER)
    Membership.objects.create(team=team, user=vera, role=Role.OPERATOR)
    VM.objects.filter(pk=vm.pk).update(team=team)
    first = opened(f"/machines/{vm.pk}/console/")
    expect(first.locator("#console-driver")).to_contain_text("You drive")
    second = opened(f"/machines/{vm.pk}/console/", user=vera)
    expect(second.locator("#console-driver")).to_contain_text("oli drives")
    expect(second.locator("#console-hint")).to_contain_text("oli drives")
    expect(second.locator("#console-keys")).to_be_disabled()
    second.locator("#screen canvas").click()
    type_in(second, "echo sneaked > /dev/ttyS0\n")
    second.get_by_role("button", name="Ask to drive").click()
    expect(first.locator("#console-prompt")).to_contain_text("vera asks to drive")
    picture(first, "asked")
    picture(second, "watching")
    first.locator("#console-prompt").get_by_role("button", name="Hand over").click()
    expect(second.locator("#console-driver")).to_contain_text("You drive")
    expect(first.locator("#console-driver")).to_contain_text("vera drives")
    second.locator("#screen canvas").click()
    type_in(second, "echo handed > /dev/ttyS0\n")
    wait_until(lambda: "handed" in lab_guest.serial_output(), timeout=20)
    assert "sneaked" not in lab_guest.serial_output()
    second.get_by_role("button", name="Hand over").first.click()
    second.get_by_role("button", name="Only watch").click()
    expect(first.get_by_role("button", name="Drive", exact=True)).to_be_visible()


def test_a_link_shows_the_screen_to_somebody_without_an_account(
    opened: Open, browser: Browser, site: str, lab_guest: Guest, oli
):
    vm = row_of(lab_guest, "local", oli)
    team = Team.objects.create(name="Robotics", slug="robotics", console_links="anyone")
    Membership.objects.create(team=team, user=oli, role=Role.MEMBER)
    VM.objects.filter(pk=vm.pk).update(team=team)
    page = opened(f"/machines/{vm.pk}/console/")
    page.get_by_text("New link").click()
    page.get_by_label("It opens for").select_option("no")
    page.get_by_role("button", name="Make the link").click()
    address = page.get_by_label("Link", exact=True).input_value()
    picture(page, "shared")
    context = browser.new_context(viewport={"width": 1390, "height": 868})
    guest = context.new_page()
    guest.goto(address)
    guest.get_by_label("Your name").fill("Grace")
    picture(guest, "name")
    guest.get_by_role("button", name="Come in").click()
    expect(guest.locator("#console")).to_have_attribute("data-state", "connected")
    wait_until(lambda: is_drawn(guest), timeout=10)
    expect(guest.locator("#console-people")).to_contain_text("Grace")
    expect(page.locator("#console-people")).to_contain_text("Grace")
    picture(guest, "visitor")
    page.get_by_role("button", name="End now").click()
    expect(guest.locator("[data-cover=closed]")).to_contain_text("This link has ended.")
    context.close()


def test_the_text_console_works_under_the_strict_policy(opened: Open, lab_guest: Guest, oli):
    vm = row_of(lab_guest, "local", oli)
    page = opened(f"/machines/{vm.pk}/console/serial/")
    expect(page.locator("#console")).to_have_attribute("data-state", "connected")
    expect(page.locator(".xterm-rows")).to_contain_text("tick", timeout=10_000)
    page.locator("#screen").click()
    page.keyboard.type("echo $((6*7))th\n", delay=20)
    expect(page.locator(".xterm-rows")).to_contain_text("42th")
    picture(page, "serial")


def test_a_phone_has_keys_under_the_screen(opened: Open, lab_guest: Guest, oli):
    vm = row_of(lab_guest, "local", oli)
    page = opened(
        f"/machines/{vm.pk}/console/",
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
    )
    wait_until(lambda: is_drawn(page), timeout=10)
    page.get_by_role("button", name="Ctrl", exact=True).tap()
    expect(page.get_by_role("button", name="Ctrl", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    picture(page, "phone")
    page.get_by_role("button", name="Tab", exact=True).tap()
    expect(page.get_by_role("button", name="Ctrl", exact=True)).to_have_attribute(
        "aria-pressed", "false"
    )
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


def test_the_dark_room_and_the_keys_menu(opened: Open, lab_guest: Guest, oli):
    vm = row_of(lab_guest, "local", oli)
    page = opened(f"/machines/{vm.pk}/console/", color_scheme="dark")
    wait_until(lambda: is_drawn(page), timeout=10)
    page.get_by_role("button", name="Keys").click()
    expect(page.get_by_role("button", name="Ctrl Alt Del")).to_be_visible()
    picture(page, "dark")
