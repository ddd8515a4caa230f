"""A host is looked at and emptied by a plan that is seen first; the plan is watched and stopped."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import Portal

pytestmark = pytest.mark.browser


def test_host_is_emptied_by_a_plan_that_is_seen_first(
    page: Page,
    portal: Portal,
    sign_in: Callable[[str], None],
    complaints: list[str],
    picture: Callable[[str], None],
) -> None:
    portal.scene("people")
    hosts = portal.scene("emptying")
    sign_in("ada")
    page.goto(f"{portal.url}/hosts/{hosts['here']}/")
    readiness = page.locator("#readiness")
    expect(readiness).to_contain_text("Clock is 0.8 s ahead")
    picture("host-readiness")
    readiness.get_by_role("link", name="Start the pool").click()
    expect(page.locator("h1")).to_contain_text("Start the pool default")
    picture("host-fix")
    page.get_by_role("link", name="Cancel").click()

    page.get_by_role("link", name="Preview the plan").click()
    expect(page.locator("main")).to_contain_text("3 machines move away.")
    page.emulate_media(color_scheme="dark")
    picture("maintenance-preview-dark")
    page.emulate_media(color_scheme="light")
    picture("maintenance-preview")
    page.get_by_label("What becomes of jupyter-gpu-01").select_option("shutdown")
    page.get_by_role("button", name="Begin the plan").click()
    expect(page.locator("h1")).to_have_text("Empty juniper")
    rows = page.locator("#plan tbody tr")
    expect(rows).to_have_count(4)
    expect(page.locator("#live")).to_have_text("Live", timeout=20_000)
    portal.scene("plan_moves")
    expect(rows.nth(0)).to_contain_text("Done")
    expect(rows.nth(1)).to_contain_text("A snapshot blocks the migration")
    picture("maintenance-plan")
    page.emulate_media(color_scheme="dark")
    picture("maintenance-plan-dark")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Cancel the plan").click()
    portal.scene("plan_stops")
    expect(rows.nth(3)).to_contain_text("Cancelled")
    page.set_viewport_size({"width": 390, "height": 844})
    for name, place in (
        ("maintenance-plan-phone", page.url),
        ("maintenance-preview-phone", f"{portal.url}/hosts/{hosts['here']}/maintenance/"),
        ("balance-phone", f"{portal.url}/hosts/balance/"),
        ("groups-phone", f"{portal.url}/machines/groups/new/"),
    ):
        page.goto(place)
        picture(name)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{portal.url}/hosts/balance/")
    expect(page.locator("main")).to_contain_text("web-prod-0")
    picture("balance-dark")
    page.emulate_media(color_scheme="light")
    picture("balance")
