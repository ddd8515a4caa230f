"""A machine's address is reserved on its page, and its network's page says who has what."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import Portal

pytestmark = pytest.mark.browser


def test_an_address_is_reserved_and_shown(
    page: Page,
    portal: Portal,
    sign_in: Callable[[str], None],
    complaints: list[str],
    picture: Callable[[str], None],
) -> None:
    house = portal.scene("house")
    network = portal.scene("lend", name="web-prod-07")
    sign_in("ada")
    page.goto(f"{portal.url}/networks/{network}/addresses/")
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator("tbody tr").nth(1)).to_contain_text("web-prod-07")
    picture("network-addresses")

    page.goto(f"{portal.url}/machines/{house['web-prod-07']}/addresses/")
    picture("machine-addresses-empty")
    page.get_by_label("Address", exact=True).fill("192.168.122.9")
    page.get_by_role("button", name="Reserve").click()
    expect(page.locator("form", has_text="lent to another machine now")).to_be_visible()
    picture("machine-addresses-refused")
    page.get_by_label("Address", exact=True).fill("")
    page.get_by_role("button", name="Reserve").click()
    expect(page.locator("tbody tr")).to_contain_text("192.168.122.31")
    expect(page.locator("tbody tr")).to_contain_text("Being reserved")
    page.emulate_media(color_scheme="dark")
    picture("machine-addresses-dark")
    page.set_viewport_size({"width": 390, "height": 844})
    picture("machine-addresses-phone")
    page.goto(f"{portal.url}/networks/{network}/addresses/")
    picture("network-addresses-phone")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
