"""Redis dies under open pages: they say how old they are, work on, and are live again after it."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Portal

pytestmark = [pytest.mark.browser]


def load(page: Page, portal: Portal) -> float:
    """Fetch the list; return the seconds until it was there, as busy as the machine is now."""
    began = time.monotonic()
    page.goto(f"{portal.url}/machines/", wait_until="domcontentloaded")
    return time.monotonic() - began


def test_pages_say_how_old_they_are_while_redis_is_away(
    portal: Portal, page: Page, sign_in: Callable[[str], None], complaints: list[str]
) -> None:
    portal.scene("house")
    sign_in("ada")
    load(page, portal)
    usual = load(page, portal)
    live = page.locator("#live")
    expect(live).to_have_text("Live", timeout=20_000)
    portal.redis.kill()
    try:
        expect(live).to_have_text("Reconnecting", timeout=5000)
        assert load(page, portal) < usual + 2
        expect(page.locator("#machines tbody tr")).to_have_count(10)
        expect(live).to_contain_text("as of", timeout=20_000)
    finally:
        portal.redis.start()
    expect(live).to_have_text("Live", timeout=20_000)
