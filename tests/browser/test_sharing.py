"""One machine shared in a real browser: given, seen at once, taken away, gone at once."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Portal

pytestmark = pytest.mark.browser
GONE = re.compile("Nothing here|Page not found")  # the latter while developing
SOON = 5_000  # milliseconds in which a right that ended has to be felt


@pytest.fixture
def house(portal: Portal, sign_in: Callable[[str], None]) -> dict[str, int]:
    """A house of ten machines, one of them oli's, and oli at the desk."""
    found: dict[str, int] = portal.scene("house")
    sign_in("oli")
    return found


@pytest.fixture
def sams(portal: Portal, house: dict[str, int], browser: Browser) -> Iterator[Page]:
    """A page in a browser of sam's."""
    context: Any = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    key = portal.scene("session", username="sam")
    context.add_cookies([{"name": "sessionid", "value": key, "url": portal.url}])
    yield context.new_page()
    context.close()


def live(page: Page) -> None:
    """Wait until the page hears of changes."""
    expect(page.locator(".gh-live--on")).to_be_visible()


def test_shared_seen_taken_away_and_given_back(
    page: Page,
    sams: Page,
    portal: Portal,
    house: dict[str, int],
    complaints: list[str],
    picture: Callable[[str], None],
) -> None:
    web = f"{portal.url}/machines/{house['web-prod-07']}/"
    sams.goto(f"{portal.url}/machines/")
    expect(sams.locator("main")).to_contain_text("No machine yet")
    live(sams)

    page.goto(web)
    live(page)
    page.get_by_role("link", name="Share…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("User name or mail address").fill("sa")
    dialog.get_by_role("button", name="Share").click()
    expect(dialog).to_contain_text("Nobody here has this user name or mail address.")
    dialog.get_by_label("User name or mail address").fill("sam")
    dialog.get_by_role("button", name="Share").click()
    expect(page.locator("#vm-people")).to_contain_text("Sam Okafor")
    picture("people")

    row = sams.locator("#machines tbody tr", has_text="web-prod-07")
    expect(row).to_contain_text("Shared with you", timeout=SOON)
    sams.get_by_role("link", name="web-prod-07").click()
    expect(sams.locator("#vm-people")).to_contain_text("shared by Oli Byrne")
    expect(sams.get_by_role("button", name="Shut down")).to_be_enabled()
    live(sams)

    live(page)
    page.get_by_role("button", name="Stop sharing with Sam Okafor").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop sharing").click()
    expect(page.locator("#vm-people")).to_contain_text("Shared with nobody else.")
    expect(sams.get_by_role("heading", level=1)).to_have_text(GONE, timeout=SOON)

    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#vm-people")).to_contain_text("Sam Okafor")
    sams.goto(web)
    expect(sams.locator("#vm-people")).to_contain_text("Shared with you")


def test_other_terms_reach_the_open_page(
    page: Page, sams: Page, portal: Portal, house: dict[str, int], complaints: list[str]
) -> None:
    web = f"{portal.url}/machines/{house['web-prod-07']}/"
    page.goto(f"{web}share/")
    page.get_by_label("User name or mail address").fill("sam")
    page.get_by_role("button", name="Share").click()
    expect(page.locator("#vm-people")).to_contain_text("Sam Okafor")
    sams.goto(web)
    live(sams)
    expect(sams.locator("[formaction$='/shutdown/']").first).to_be_visible()
    page.get_by_role("link", name="Change what Sam Okafor may do").click()
    page.get_by_label("Role").select_option("viewer")
    page.get_by_role("button", name="Save").click()
    expect(sams.locator("#vm-people")).to_contain_text("Viewer", timeout=SOON)
    expect(sams.locator("[formaction$='/shutdown/']")).to_have_count(0, timeout=SOON)
