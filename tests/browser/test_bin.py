"""The recycle bin in a real browser: in by a dialog, past it by the name, and out again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import Portal

pytestmark = pytest.mark.browser


@pytest.fixture
def house(portal: Portal, sign_in: Callable[[str], None]) -> dict[str, int]:
    """A house of ten machines, one of them in the bin, and ada at the desk."""
    found: dict[str, int] = portal.scene("house")
    portal.scene("binned", name="git-mirror-02")
    sign_in("ada")
    return found


def test_into_the_bin_past_it_and_out_again(
    page: Page, portal: Portal, house: dict[str, int], complaints: list[str], picture
) -> None:
    page.goto(f"{portal.url}/machines/{house['kiosk-demo']}/")
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("link", name="Delete…").click()
    dialog = page.get_by_role("dialog")
    to_bin = dialog.get_by_role("button", name="Move to the recycle bin")
    expect(dialog).to_contain_text("for 14 days")
    expect(to_bin).to_be_enabled()
    dialog.get_by_label("Skip the bin").check()
    for_good = dialog.get_by_role("button", name="Delete for good")
    expect(for_good).to_be_disabled()
    dialog.get_by_label("Type kiosk-demo").fill("kiosk-demo")
    expect(for_good).to_be_enabled()
    picture("bin-dialog")
    dialog.get_by_label("Skip the bin").uncheck()
    to_bin.click()
    expect(page.locator("#machine-head")).to_contain_text("Moving to the recycle bin")
    page.get_by_role("link", name="Recycle bin").first.click()
    line = page.get_by_role("row").filter(has_text="git-mirror-02")
    expect(line).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="kiosk-demo")).to_have_count(0)
    picture("bin")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    picture("phone-bin")
    line.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("The recycle bin is empty")).to_be_visible()
    picture("phone-bin-empty")
