"""What is found is read, narrowed and accepted in a browser, in both colours and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import Portal
from .test_accessibility import faults, open_all

pytestmark = pytest.mark.browser


def test_findings_are_read_narrowed_and_accepted(
    page: Page,
    portal: Portal,
    sign_in: Callable[[str], None],
    complaints: list[str],
    picture: Callable[[str], None],
) -> None:
    portal.scene("people")
    sign_in("ada")
    page.goto(f"{portal.url}/posture/")
    expect(page.locator("main")).to_contain_text("Nobody has looked yet")
    ids = portal.scene("guarded")
    page.goto(f"{portal.url}/posture/")
    main = page.locator("main")
    expect(main).to_contain_text("Its display is open to the network, without a password")
    expect(main).to_contain_text("Held at")
    picture("posture")
    page.get_by_text("How the score is made").click()
    page.screenshot(path="test-results/posture-whole.png", full_page=True, caret="initial")
    page.emulate_media(color_scheme="dark")
    picture("posture-dark")
    page.emulate_media(color_scheme="light")

    page.get_by_label("Host", exact=True).select_option(label="sorrel")
    page.get_by_role("button", name="Filter").click()
    expect(main).to_contain_text("libvirt also answers without encryption or password")
    expect(main).not_to_contain_text("web-prod-01")
    group = page.locator("#check-open-host-root")
    group.get_by_role("link", name="Accept…").click()
    page.get_by_label("Why it may stay").fill("Replaced next month")
    picture("posture-accept")
    page.get_by_role("button", name="Accept the finding").click()
    group = page.locator("#check-accepted-host-root")
    expect(group).to_contain_text("Ada Marsh: “Replaced next month”")
    group.get_by_role("button", name="Let it count again").click()
    expect(page.locator("#check-open-host-root")).to_be_visible()

    for name, place in (
        ("posture-machine", f"/machines/{ids['open']}/posture/"),
        ("posture-card", f"/machines/{ids['open']}/"),
        ("posture-host", f"/hosts/{ids['bare']}/"),
    ):
        page.goto(portal.url + place)
        expect(page.locator("main")).to_be_visible()
        picture(name)
    page.set_viewport_size({"width": 390, "height": 844})
    for name, place in (
        ("posture-phone", "/posture/"),
        ("posture-machine-phone", f"/machines/{ids['open']}/posture/"),
    ):
        page.goto(portal.url + place)
        picture(name)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name


def test_an_owner_sees_the_teams_own(
    page: Page,
    portal: Portal,
    sign_in: Callable[[str], None],
    complaints: list[str],
    picture: Callable[[str], None],
) -> None:
    portal.scene("people")
    portal.scene("guarded")
    sign_in("oli")
    page.goto(f"{portal.url}/teams/web-crew/")
    page.get_by_role("link", name="Security", exact=True).click()
    main = page.locator("main")
    expect(main).to_contain_text("web-prod-01")
    expect(main).not_to_contain_text("sorrel")
    picture("posture-team")
    page.emulate_media(color_scheme="dark")
    picture("posture-team-dark")
    page.set_viewport_size({"width": 390, "height": 844})
    picture("posture-team-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_on_pages_with_findings(
    page: Page, portal: Portal, sign_in: Callable[[str], None], colours: str
) -> None:
    portal.scene("people")
    ids = portal.scene("guarded")
    sign_in("ada")
    page.emulate_media(color_scheme=colours, reduced_motion="reduce")
    machine = f"machines/{ids['open']}/"
    paths = ["posture/", "teams/web-crew/posture/", f"{machine}posture/", machine]
    found = open_all(page, portal, {}, [*paths, f"hosts/{ids['bare']}/"])
    page.goto(f"{portal.url}/posture/")
    page.get_by_role("link", name="Accept…").first.click()
    assert not found + faults(page)
