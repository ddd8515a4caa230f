"""Power, CDs and pictures in the console room, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.lab import Guest, wait_until

from .browsing import Open, is_drawn, picture
from .test_lab import row_of

pytestmark = [pytest.mark.lab, pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_room_has_a_power_menu_and_saves_a_picture(opened: Open, lab_guest: Guest, oli):
    vm = row_of(lab_guest, "local", oli)
    page = opened(f"/machines/{vm.pk}/console/")
    wait_until(lambda: is_drawn(page), timeout=10)
    with page.expect_download() as saved:
        page.locator("#console-picture").click()
    assert Path(saved.value.path()).read_bytes().startswith(b"\x89PNG")
    menu = page.locator("#console-power")
    menu.locator(".dropdown > button").click()
    picture(page, "power")
    expect(menu.get_by_role("button", name="Start", exact=True)).to_have_attribute(
        "aria-disabled", "true"
    )
    menu.get_by_role("link", name="CD…").click()
    expect(page.locator("#dialogs dialog")).to_contain_text("has no CD drive")
    picture(page, "cd")
    page.locator("#dialogs").get_by_role("button", name="Cancel").click()
    menu.locator(".dropdown > button").click()
    menu.get_by_role("button", name="Force off").click()
    expect(page.locator("#confirm")).to_contain_text("Like pulling the plug")
