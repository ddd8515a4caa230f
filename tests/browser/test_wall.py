"""The wall in a real browser: pictures come, change by themselves, and are looked at closer."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import Portal

pytestmark = pytest.mark.browser


@pytest.fixture
def house(portal: Portal, sign_in: Callable[[str], None]) -> dict[str, int]:
    """A house of ten machines, and ada at the desk."""
    found: dict[str, int] = portal.scene("house")
    sign_in("ada")
    return found


def test_screens_come_change_and_are_looked_at_closer(
    page: Page, portal: Portal, house: dict[str, int], complaints: list[str], picture
) -> None:
    page.goto(f"{portal.url}/wall/")
    expect(page.locator(".gh-live--on")).to_be_visible()
    tiles = page.locator(".gh-tile")
    name = tiles.last.locator(".gh-tile__name").inner_text()
    tile = page.locator(".gh-tile", has_text=name)
    expect(tile.locator("img")).to_have_count(0)

    portal.scene("shows", name=name, picture="panic-vga")
    expect(tile.locator("img")).to_have_attribute("src", re.compile("^data:image/webp"))
    expect(tile.locator(".gh-screen__tag")).to_contain_text("Kernel panic")
    expect(tile).to_have_class(re.compile("gh-tile--brick"))
    first = tile.locator("img").get_attribute("src")
    portal.scene("shows", name=name, picture="shell-vga")
    expect(tile.locator(".gh-screen__tag")).to_contain_text("Shell in use")
    expect(tile.locator("img")).not_to_have_attribute("src", first or "")
    portal.scene("shows", name=name, picture="grub-menu")
    expect(tile.locator(".gh-screen__tag")).to_contain_text("Boot menu")

    page.reload()  # what needs a look comes first, and the chips count
    expect(tiles.first.locator(".gh-tile__name")).to_have_text(name)
    page.get_by_role("link", name=re.compile("^Waiting")).click()
    expect(tiles).to_have_count(1)
    picture("wall")

    tiles.first.locator(".gh-tile__link").hover()
    peek = page.locator("#peek")
    expect(peek).to_be_visible()
    expect(peek).to_contain_text(name)
    expect(peek.locator("img")).to_have_attribute("src", re.compile("^data:image/webp"))
    page.keyboard.press("Escape")
    expect(peek).to_be_hidden()

    page.get_by_role("button", name="L", exact=True).click()
    page.reload()
    expect(page.locator("#wall-body")).to_have_attribute("data-size", "l")
    page.locator(".gh-tile__name").first.click()
    screen = page.locator("#vm-facts .gh-screen")
    expect(screen.locator(".gh-screen__tag")).to_contain_text("Boot menu")
    expect(screen.locator("[data-stamp]")).to_have_text("Live")


def test_the_wall_follows_machines_that_start_and_stop(
    page: Page, portal: Portal, house: dict[str, int], complaints: list[str], picture
) -> None:
    page.goto(f"{portal.url}/wall/")
    expect(page.locator(".gh-live--on")).to_be_visible()
    tiles = page.locator(".gh-tile")
    count = tiles.count()
    name = tiles.last.locator(".gh-tile__name").inner_text()
    tile = page.locator(".gh-tile", has_text=name)
    shown = page.locator(".gh-wall__chips .gh-num").first
    expect(shown).to_have_text(str(count))
    portal.scene("change", name=name, state="off", domain_id=None)
    expect(tile.locator(".gh-screen--off")).to_be_visible()
    expect(shown).to_have_text(str(count - 1), timeout=10_000)
    page.reload()
    expect(tile).to_have_count(0)
    portal.scene("change", name=name, state="running", domain_id=7)
    expect(tile).to_be_visible(timeout=10_000)
    expect(shown).to_have_text(str(count), timeout=10_000)
    portal.scene(
        "shows", name=name, picture="panic-vga"
    )  # what nobody looks at puts itself in order
    page.get_by_role("button", name="Full screen").click()
    expect(tiles.first.locator(".gh-tile__name")).to_have_text(name, timeout=15_000)
    expect(page.locator(".gh-wall__chips")).to_contain_text("Failed")


def test_who_drives_a_console_stands_at_the_machine_everywhere(
    page: Page, portal: Portal, house: dict[str, int], complaints: list[str], picture
) -> None:
    page.goto(f"{portal.url}/wall/")
    expect(page.locator(".gh-live--on")).to_be_visible()
    name = page.locator(".gh-tile__name").first.inner_text()
    tile = page.locator(".gh-tile", has_text=name)
    portal.scene("shows", name=name, picture="shell-vga")
    portal.scene("drives", name=name, username="oli")
    expect(tile.locator(".gh-driver")).to_contain_text("drives its console")
    picture("wall-driver")
    tile.locator(".gh-tile__name").click()
    expect(page.locator("#machine-head .gh-driver")).to_contain_text("drives its console")
    picture("machine-driver")
    page.goto(f"{portal.url}/machines/")
    expect(page.locator(".gh-live--on")).to_be_visible()
    row = page.locator("tr", has_text=name)
    expect(row.locator(".gh-driver")).to_contain_text("drives its console")
    row.locator("[data-console]").hover()
    peek = page.locator("#peek")
    expect(peek).to_contain_text(name)
    expect(peek.locator("img")).to_have_attribute("src", re.compile("^data:image/webp"))
    picture("list-driver")
    page.mouse.move(300, 20)
    expect(peek).to_be_hidden()
    portal.scene("left", name=name)
    expect(row.locator(".gh-driver")).to_be_empty()


def test_a_restart_from_the_closer_look_asks_first(
    page: Page, portal: Portal, house: dict[str, int], complaints: list[str], picture
) -> None:
    page.goto(f"{portal.url}/wall/")
    expect(page.locator(".gh-live--on")).to_be_visible()
    posts: list[str] = []
    page.on("request", lambda one: posts.append(one.url) if "/reboot/" in one.url else None)
    tile = page.locator(".gh-tile").first
    name = tile.locator(".gh-tile__name").inner_text()
    question = page.get_by_role("dialog", name=f"Restart {name}?")
    tile.locator(".gh-tile__link").hover()
    page.locator("#peek").get_by_role("button", name="Restart").click()
    expect(question).to_be_visible()
    picture("wall-restart")
    question.get_by_role("button", name="Cancel").click()
    expect(question).to_be_hidden()
    assert not posts
    page.mouse.move(5, 5)
    tile.locator(".gh-tile__link").hover()
    page.locator("#peek").get_by_role("button", name="Restart").click()
    with page.expect_request(lambda one: one.url.endswith("/reboot/")):
        question.get_by_role("button", name="Restart").click()
