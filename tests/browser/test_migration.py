"""The pages of a migration in a browser: a blocker and its fix, moving figures, knobs, the end."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Portal

pytestmark = [pytest.mark.browser]


def looks(page: Page, picture: Callable[[str], None], name: str) -> None:
    """Keep the page light, dark and as on a phone."""
    picture(f"{name}-light")
    page.emulate_media(color_scheme="dark")
    picture(f"{name}-dark")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 844})
    picture(f"{name}-phone")
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    page.set_viewport_size({"width": 1440, "height": 900})


def test_admin_mends_a_blocker_starts_watches_tunes_and_sees_the_end(
    portal: Portal,
    page: Page,
    sign_in: Callable[[str], None],
    picture: Callable[[str], None],
    complaints: list[str],
) -> None:
    portal.scene("people")
    ids = portal.scene("checked")
    sign_in("ada")
    page.goto(f"{portal.url}/machines/{ids['vm']}/")
    page.keyboard.press("m")
    expect(page).to_have_url(re.compile("/migrate/$"))
    page.get_by_role("link", name=re.compile("juniper")).click()
    checks = page.locator("#migrate-checks")
    expect(checks).to_contain_text("A CD image exists only here")
    expect(checks).to_contain_text("The CPU lacks avx512f")
    expect(page.locator("#migrate-go")).to_contain_text("Once that is solved")
    looks(page, picture, "migrate-checks")

    page.get_by_role("button", name="Eject now").click()
    page.locator("#confirm [data-go]").click()
    expect(page.locator(".gh-toast").first).to_be_visible()
    assert portal.scene("jobs") == ["migration.eject"]
    portal.scene("mended", vm=ids["vm"], target=ids["juniper"])
    expect(checks).not_to_contain_text("A CD image", timeout=10_000)
    page.locator("#options-bandwidth").fill("600")
    expect(page.locator("output[for='options-bandwidth']")).to_have_text("600 MiB/s")
    page.get_by_role("button", name="Start migration").click()
    expect(page).to_have_url(re.compile(r"/migrations/\d+/$"))
    expect(page.locator(".gh-live--on")).to_be_visible()

    portal.scene("moves", percent=20.0)
    expect(page.locator("[data-figure='percent']")).to_have_text("20%")
    for percent in (31.0, 47.0, 64.0):
        portal.scene("moves", percent=percent)
    expect(page.locator("[data-figure='percent']")).to_have_text("64%")
    expect(page.locator("[data-figure='done']")).to_have_text("20.5 GiB of 32 GiB are on juniper")
    expect(page.locator("[data-chart] canvas")).to_be_visible()
    expect(page.locator("#migration-events")).to_contain_text("Began to copy")
    looks(page, picture, "migrate-live")

    page.locator("#tune-pause").fill("500")
    expect(page.locator("output[for='tune-pause']")).to_have_text("500 ms")
    expect(page.locator(".gh-toast", has_text="Applied").first).to_be_visible()
    expect(page.get_by_role("button", name="Switch to post-copy")).to_have_attribute(
        "aria-disabled", "true"
    )
    page.get_by_role("button", name="Cancel migration").click()
    expect(page.locator(".gh-toast", has_text="Cancelling").first).to_be_visible()
    assert portal.scene("wishes") == {"max_downtime_ms": 500, "cancel": True}

    portal.scene("over", outcome="migrated", downtime_ms=148)
    expect(page.locator("#migration-ended")).to_contain_text("shop-db-01 is on juniper.")
    expect(page.locator("#migration-ended")).to_contain_text("148 ms")
    picture("migrate-ended-light")
