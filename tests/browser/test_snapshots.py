"""The tree of snapshots in a real browser: looked at, one chosen, gone back to; light and dark."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import Portal

pytestmark = pytest.mark.browser


@pytest.fixture
def house(portal: Portal, sign_in: Callable[[str], None]) -> dict[str, int]:
    """A house of ten machines, one with seven snapshots, and ada at the desk."""
    found: dict[str, int] = portal.scene("house")
    portal.scene("moments", name="db-prod-02")
    sign_in("ada")
    return found


def looks(page: Page, picture: Callable[[str], None], name: str) -> None:
    """Keep the page as it looks: light, dark, and on a phone, where nothing may stick out."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        picture(f"{name}-{scheme}")
    size = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    picture(f"phone-{name}")
    assert size is not None
    page.set_viewport_size(size)


def test_a_way_back_is_looked_at_before_it_is_taken(
    page: Page,
    portal: Portal,
    house: dict[str, int],
    complaints: list[str],
    picture: Callable[[str], None],
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{portal.url}/machines/")
    marked = page.locator("#machines tbody tr", has_text="db-prod-02")
    expect(marked).to_contain_text("Its oldest snapshot is 250 days old.")
    page.goto(f"{portal.url}/machines/{house['db-prod-02']}/")
    expect(page.locator(".gh-live--on")).to_be_visible()
    page.keyboard.press("s")
    tree = page.locator("#snapshot-tree")
    expect(tree.get_by_role("listitem")).to_have_count(8 + 6)
    expect(page.get_by_role("heading", name="Take a snapshot")).to_be_visible()
    looks(page, picture, "snapshots")

    tree.get_by_role("link", name="try-pg17").click()
    panel = page.locator(".gh-snapshots__panel")
    expect(panel).to_contain_text(re.compile(r"21\sh 2\d\smin"))
    expect(panel).to_contain_text("It runs again from")
    expect(panel).to_contain_text("vdb stays as it is now")
    expect(panel).to_contain_text("Settings change")
    looks(page, picture, "snapshots-revert")
    keep = panel.get_by_label("Keep the present state first")
    expect(keep).to_be_checked()
    expect(tree).not_to_contain_text("from-outside")
    portal.scene("taken", name="db-prod-02", key="from-outside")
    expect(tree).to_contain_text("from-outside")
    expect(panel).to_contain_text("If you revert to try-pg17")
    tree.get_by_role("link", name="List").click()
    expect(page.locator(".gh-rail")).to_have_count(0)
    expect(panel).to_contain_text("If you revert to try-pg17")

    page.get_by_role("button", name="More about nightly-21").click()
    page.get_by_role("link", name="Delete…").click()
    expect(page.get_by_label("Delete what was taken after it, too")).not_to_be_checked()
    looks(page, picture, "snapshot-delete")
    page.get_by_role("link", name="Cancel").click()
    page.get_by_role("link", name="Merge old layers").click()
    looks(page, picture, "snapshot-merge")
    page.get_by_role("link", name="Cancel").click()
    page.get_by_role("link", name="Schedule", exact=True).click()
    page.get_by_label("How many are kept").fill("5")
    page.get_by_role("button", name="Set schedule").click()
    expect(page.get_by_text("the newest 5 are kept")).to_be_visible()
    looks(page, picture, "snapshot-schedules")

    page.get_by_role("link", name="Snapshots").first.click()
    tree.get_by_role("link", name="try-pg17").click()
    keep.uncheck()
    picture("snapshots-revert-danger")
    page.get_by_role("button", name="Revert", exact=True).click()
    expect(
        page.get_by_text("db-prod-02 is protected. Keep the present state first.")
    ).to_be_visible()
    page.get_by_role("button", name="Revert", exact=True).click()
    expect(page.locator("#machine-head")).to_contain_text("Revert to a snapshot")
    assert portal.scene("jobs")[-1] == "snapshot.revert"
    expect(page).to_have_url(re.compile("/snapshots/$"))
