"""Another size in a real browser: the effect before the act, what waits, and a disk that grows."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import Portal

pytestmark = pytest.mark.browser
GIB = 1024**3


@pytest.fixture
def house(portal: Portal, sign_in: Callable[[str], None]) -> dict[str, int]:
    """A house of ten machines, and ada at the desk."""
    found: dict[str, int] = portal.scene("house")
    sign_in("ada")
    return found


def live(page: Page) -> None:
    """Wait until the page hears of changes."""
    expect(page.locator("#live")).to_have_text("Live", timeout=20_000)


def test_a_machine_gets_another_size_and_a_bigger_disk(
    page: Page, portal: Portal, house: dict[str, int], complaints: list[str], picture
) -> None:
    name = "web-prod-07"
    page.goto(f"{portal.url}/machines/{house[name]}/hardware/")
    page.get_by_role("link", name="Change…", exact=True).first.click()
    summary = page.locator("#resize-summary")
    live(page)
    page.get_by_role("radio", name="Large").check()
    expect(summary).to_contain_text("At the next start")
    expect(summary).to_contain_text("A restart is not enough.")
    picture("resize")
    page.get_by_role("radio", name="Custom").check()
    page.get_by_label("Processors", exact=True).fill("3")
    expect(summary).to_contain_text("3 vCPU")
    picture("resize-own")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    picture("phone-resize")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="dark")
    picture("resize-dark")
    page.emulate_media(color_scheme="light")
    page.get_by_role("button", name="Change the size").click()
    expect(page.locator("#machine-head")).to_contain_text("Changing its size")
    live(page)
    portal.scene("finish", name=name, state="running")
    later = {"next_vcpus": 3, "next_max_vcpus": 3, "next_memory": 8 * GIB}
    portal.scene("change", name=name, **later, next_max_memory=8 * GIB)
    head = page.locator("#machine-head")
    expect(head).to_contain_text("From the next start: 3 vCPU")
    expect(page.locator("#vm-sizes")).to_contain_text("2 → 3")
    expect(page.get_by_role("link", name="Change…", exact=True).first).to_be_visible()
    picture("resize-pending")
    page.get_by_role("link", name="Grow…").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("grow its own partition")
    dialog.get_by_label("New size (GiB)").fill("10")
    dialog.get_by_role("button", name="Grow disk").click()
    expect(dialog).to_contain_text("A disk only grows")
    picture("grow")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    picture("phone-grow")
    page.set_viewport_size({"width": 1440, "height": 900})
    dialog.get_by_label("New size (GiB)").fill("120")
    dialog.get_by_role("button", name="Grow disk").click()
    expect(head).to_contain_text("Changing its size")
    assert portal.scene("jobs")[-2:] == ["vm.resize", "vm.grow"]
