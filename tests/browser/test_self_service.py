"""A person with few machines in a real browser: the calm page, live, and several made at once."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import Portal

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def lessons(portal: Portal, sign_in: Callable[[str], None]) -> None:
    """A team that may have eight vCPU, with Oli and Sam as members; Oli at the desk."""
    portal.scene("people")
    portal.scene("lessons")
    sign_in("oli")


def live(page: Page) -> None:
    """Wait until the page hears of changes."""
    expect(page.locator(".gh-live--on")).to_be_visible()


def fits(page: Page) -> bool:
    """Say whether nothing is wider than the phone."""
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width <= PHONE["width"]


def test_first_machine_comes_from_the_catalogue(
    page: Page, portal: Portal, lessons: None, complaints: list[str], picture: Callable[[str], None]
) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{portal.url}/")
    expect(page.get_by_role("heading", name="Welcome, Oli")).to_be_visible()
    live(page)
    picture("phone-first-machine")
    assert fits(page)
    page.get_by_role("link", name="Network boot").click()
    live(page)
    expect(page.get_by_role("radio", name="Network boot")).to_be_checked()
    expect(page.get_by_label("Team", exact=True)).to_have_value("teaching")
    page.get_by_label("Name", exact=True).fill("my-lab")
    expect(page.locator("#create-summary")).to_contain_text("Leaves")
    page.get_by_role("button", name="Create machine").click()
    expect(page.locator("#machine-head")).to_contain_text("Creating")
    page.goto(f"{portal.url}/")
    expect(page.get_by_role("heading", name="my-lab")).to_be_visible()


def test_one_machine_fills_the_phone_and_lives(
    page: Page, portal: Portal, lessons: None, complaints: list[str], picture: Callable[[str], None]
) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    portal.scene("lesson", name="vision-lab-01", owner="oli")
    page.goto(f"{portal.url}/")
    live(page)
    expect(page.get_by_role("heading", name="vision-lab-01")).to_be_visible()
    expect(page.get_by_text("ssh 10.20.4.57")).to_be_visible()
    expect(page.get_by_text("6 of 8 left")).to_be_visible()
    picture("phone-own-machine")
    assert fits(page)
    page.get_by_role("button", name="Shut down").click()
    expect(page.locator(".gh-own [data-pill]")).to_contain_text("Shutting down")
    portal.scene("finish", name="vision-lab-01", state="off")
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    assert portal.scene("jobs") == ["vm.shutdown"]
    page.get_by_role("link", name="Extend").click()
    expect(page.get_by_role("dialog")).to_contain_text("Keep vision-lab-01")


def test_machine_that_comes_or_goes_draws_the_page_anew(
    page: Page, portal: Portal, lessons: None, complaints: list[str], picture: Callable[[str], None]
) -> None:
    page.goto(f"{portal.url}/")
    live(page)
    expect(page.get_by_role("heading", name="Welcome, Oli")).to_be_visible()
    portal.scene("lesson", name="vision-lab-01", owner="oli")
    expect(page.get_by_role("heading", name="vision-lab-01")).to_be_visible()
    picture("own-machine")
    portal.scene("lesson", name="vision-lab-02", owner="oli")
    expect(page.locator(".gh-own")).to_have_count(2)
    picture("own-machines")
    portal.scene("gone", name="vision-lab-01")
    expect(page.locator(".gh-own--alone")).to_contain_text("vision-lab-02")


def test_several_are_made_within_the_quota_and_refused_beyond(
    page: Page, portal: Portal, lessons: None, complaints: list[str], picture: Callable[[str], None]
) -> None:
    page.goto(f"{portal.url}/machines/new/")
    live(page)
    page.get_by_label("Name", exact=True).fill("vision-lab")
    page.get_by_text("Create several…").click()
    page.get_by_label("How many").fill("9")
    expect(page.locator("#create-summary")).to_contain_text("There is room for 8 of these.")
    expect(page.get_by_role("link", name="Ask for more")).to_be_visible()
    picture("several-beyond")
    page.get_by_label("How many").fill("3")
    expect(page.locator("#create-names")).to_contain_text("vision-lab-01 – vision-lab-03")
    expect(page.locator("#create-summary")).to_contain_text("5 of 8 vCPU")
    page.get_by_text("Terraform", exact=True).click()
    expect(page.locator("[data-as=terraform] pre")).to_contain_text("restapi_object")
    picture("several")
    page.get_by_role("button", name="Create 3 machines").click()
    expect(page).to_have_url(re.compile(r"/machines/new/made/\?jobs="))
    for number in (1, 2, 3):
        expect(page.locator(".gh-made")).to_contain_text(f"vision-lab-0{number}")
    live(page)
    portal.scene("done", name="vision-lab-02")
    expect(page.locator(".gh-made > li", has_text="vision-lab-02")).to_contain_text("Done")
    picture("several-made")


def test_several_on_a_phone(
    page: Page, portal: Portal, lessons: None, complaints: list[str], picture: Callable[[str], None]
) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{portal.url}/machines/new/")
    live(page)
    page.get_by_label("Name", exact=True).fill("vision-lab-07")
    page.get_by_text("Create several…").click()
    page.get_by_label("How many").fill("2")
    expect(page.get_by_role("button", name="Create 2 machines")).to_be_in_viewport()
    expect(page.locator("#create-summary")).to_contain_text("6 of 8 vCPU")
    picture("phone-several")
    assert fits(page)
    page.get_by_role("button", name="Create 2 machines").click()
    expect(page.locator(".gh-made")).to_contain_text("vision-lab-08")
    assert fits(page)
