"""Machines in a real browser: the list, the page of one, and a new one."""

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


def row(page: Page, name: str):
    """Return the row of a machine."""
    return page.locator("#machines tbody tr", has_text=name)


def live(page: Page) -> None:
    """Wait until the page hears of changes."""
    expect(page.locator(".gh-live--on")).to_be_visible()


def test_list_is_searched_filtered_and_sorted(
    page: Page, portal: Portal, house: dict[str, int], complaints: list[str], picture
) -> None:
    page.goto(f"{portal.url}/machines/")
    expect(page.locator("#machines tbody tr")).to_have_count(10)
    live(page)
    picture("machines")
    page.keyboard.press("/")
    page.keyboard.type("prod")
    expect(page.locator("#machines tbody tr")).to_have_count(3)
    expect(page).to_have_url(re.compile(r"\?q=prod"))
    expect(page.locator("#machines-q")).to_be_focused()
    page.get_by_role("link", name="Needs attention").click()
    expect(page.locator("#machines tbody tr")).to_have_count(4)
    expect(page.locator("#machines-chips")).to_contain_text("Needs attention")
    page.get_by_role("link", name="Remove filter").click()
    expect(page.locator("#machines tbody tr")).to_have_count(10)
    page.locator("th").get_by_role("link", name="Name").click()
    expect(page.locator("#machines tbody tr").first).to_contain_text("web-prod-07")
    page.go_back()
    expect(page.locator("#machines tbody tr").first).to_contain_text("api-gateway-01")


def test_columns_are_hidden_and_stay_so(
    page: Page, portal: Portal, house: dict[str, int], complaints: list[str]
) -> None:
    page.goto(f"{portal.url}/machines/")
    live(page)
    expect(page.locator("th.gh-c-tags")).to_be_visible()
    page.get_by_role("button", name="Columns").click()
    page.get_by_label("Tags", exact=True).uncheck()
    expect(page.locator("th.gh-c-tags")).to_be_hidden()
    expect(page.locator("td.gh-c-tags").first).to_be_hidden()
    page.reload()
    expect(page.locator("th.gh-c-owner")).to_be_visible()
    expect(page.locator("th.gh-c-tags")).to_be_hidden()
    page.get_by_role("button", name="Columns").click()
    page.get_by_label("Tags", exact=True).check()
    expect(page.locator("th.gh-c-tags")).to_be_visible()


def test_filter_dialog_and_saved_view(
    page: Page, portal: Portal, house: dict[str, int], complaints: list[str]
) -> None:
    page.goto(f"{portal.url}/machines/")
    live(page)
    page.get_by_role("link", name="Filter", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Tag").select_option("prod")
    dialog.get_by_role("button", name="Filter").click()
    expect(page).to_have_url(f"{portal.url}/machines/?tag=prod")
    live(page)
    page.get_by_role("button", name="Save view").first.click()
    page.get_by_label("Name", exact=True).fill("Production")
    page.get_by_role("dialog").get_by_role("button", name="Save view").click()
    tab = page.locator("#machines-tabs").get_by_role("link", name="Production")
    expect(tab).to_have_attribute("aria-current", "page")


def test_state_changes_while_looking(
    page: Page, portal: Portal, house: dict[str, int], complaints: list[str]
) -> None:
    page.goto(f"{portal.url}/machines/")
    live(page)
    portal.scene("change", name="kiosk-demo", state="running", domain_id=9, address="10.20.4.99")
    expect(row(page, "kiosk-demo")).to_contain_text("Running")
    expect(row(page, "kiosk-demo")).to_contain_text("10.20.4.99")
    expect(row(page, "kiosk-demo").get_by_role("button", name="Shut down")).to_be_visible()


def test_rows_keep_their_place_until_asked_to_sort_again(
    page: Page, portal: Portal, house: dict[str, int], complaints: list[str], picture
) -> None:
    page.goto(f"{portal.url}/machines/?sort=-cpu")
    live(page)
    names = page.locator("#machines tbody .gh-name")
    order = names.all_text_contents()
    chip = page.locator("[data-moved]")
    expect(chip).to_be_hidden()
    last = [name for name in order if "Running" in (row(page, name).text_content() or "")][-1]
    assert last != order[0]
    portal.scene("use", name=last, cpu=99.0)
    expect(row(page, last)).to_contain_text("99%")
    expect(row(page, last).locator(".gh-meter rect")).to_have_attribute("width", "50.0%")
    expect(chip).to_have_text("1 moved, re-sort")
    assert names.all_text_contents() == order
    picture("machines-moved")
    row(page, order[1]).get_by_role("checkbox").check()
    chip.click()
    expect(names.first).to_have_text(last)
    expect(chip).to_be_hidden()
    expect(row(page, order[1]).get_by_role("checkbox")).to_be_checked()
    assert sorted(names.all_text_contents()) == sorted(order)
    page.goto(f"{portal.url}/machines/")
    live(page)
    order = names.all_text_contents()
    portal.scene("change", name=order[0], renamed="zebra")
    expect(names.first).to_have_text("zebra")
    expect(chip).to_have_text("1 moved, re-sort")
    page.goto(f"{portal.url}/machines/?sort=state")
    live(page)
    portal.scene("change", name="kiosk-demo", state="running", domain_id=9)
    expect(row(page, "kiosk-demo")).to_contain_text("Running")
    expect(chip).to_have_text("1 moved, re-sort")


def test_start_from_the_row(
    page: Page, portal: Portal, house: dict[str, int], complaints: list[str]
) -> None:
    page.goto(f"{portal.url}/machines/")
    live(page)
    row(page, "kiosk-demo").get_by_role("button", name="Start").click()
    expect(row(page, "kiosk-demo")).to_contain_text("Starting")
    assert portal.scene("jobs") == ["vm.start"]
    portal.scene("finish", name="kiosk-demo", state="running")
    expect(row(page, "kiosk-demo")).to_contain_text("Running")


def test_bulk_names_who_refused(
    page: Page, portal: Portal, house: dict[str, int], complaints: list[str], picture
) -> None:
    page.goto(f"{portal.url}/machines/")
    live(page)
    for name in ("kiosk-demo", "payroll-test", "api-gateway-01"):
        row(page, name).get_by_role("checkbox").check()
    bar = page.locator("#bulk")
    expect(bar).to_contain_text("3 selected")
    picture("machines-bulk")
    bar.get_by_role("button", name=re.compile("^Start")).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Start: 2 of 3")
    expect(dialog).to_contain_text("api-gateway-01 is on already")
    picture("machines-bulk-result")
    dialog.get_by_role("button", name="Close").click()
    assert portal.scene("jobs") == ["vm.start", "vm.start"]


def test_row_menu_opens_the_delete_dialog(
    page: Page, portal: Portal, house: dict[str, int], complaints: list[str], picture
) -> None:
    page.goto(f"{portal.url}/machines/")
    live(page)
    row(page, "kiosk-demo").get_by_role("button", name="More").click()
    page.get_by_role("link", name="Delete…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Move to the recycle bin")).to_be_enabled()
    dialog.get_by_label(re.compile("Skip the bin")).check()
    verb = dialog.get_by_role("button", name="Delete for good")
    expect(verb).to_be_disabled()
    dialog.get_by_label("Delete its disks too").check()
    dialog.get_by_label(re.compile("Type kiosk-demo")).fill("kiosk-demo")
    picture("machine-delete")
    verb.click()
    expect(row(page, "kiosk-demo")).to_contain_text("Deleting")
    assert portal.scene("jobs") == ["vm.delete"]


def test_machine_page_follows_and_acts(
    page: Page, portal: Portal, house: dict[str, int], complaints: list[str], picture
) -> None:
    page.goto(f"{portal.url}/machines/{house['web-prod-07']}/")
    live(page)
    expect(page.locator(".gh-chart canvas")).to_have_count(4)
    expect(page.locator("[data-now='cpu']")).to_have_text(re.compile(r"\d+%"))
    picture("machine")
    page.get_by_role("button", name="More ways to stop").click()
    page.get_by_role("button", name="Force off").click()
    page.get_by_role("dialog").get_by_role("button", name="Force off").click()
    expect(page.locator("#machine-head .gh-pill")).to_contain_text("Forcing off")
    expect(page.locator(".gh-job-line")).to_be_visible()
    portal.scene("finish", name="web-prod-07", state="off")
    expect(page.locator("#machine-head .gh-pill")).to_contain_text("Off")
    head = page.locator("#machine-head")
    expect(head.get_by_role("button", name="Start", exact=True)).to_be_visible()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("link", name="Rename…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("git-mirror-02")  # on the same host
    dialog.get_by_role("button", name="Rename").click()
    expect(dialog).to_contain_text("cannot be had")
    dialog.get_by_label("Name").fill("web-prod-08")
    dialog.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert portal.scene("jobs") == ["vm.force_off", "vm.rename"]


def test_new_machine(
    page: Page, portal: Portal, house: dict[str, int], complaints: list[str], picture
) -> None:
    page.goto(f"{portal.url}/machines/new/")
    live(page)
    page.get_by_role("radio", name="Large").check()
    expect(page.locator("#create-summary")).to_contain_text("8 GiB")
    page.locator("#id_name").fill("kiosk-demo")
    expect(page.locator("#name-state")).to_contain_text("already")
    page.locator("#id_name").fill("vision-lab-01")
    expect(page.locator("#name-state")).to_contain_text("free")
    page.get_by_role("radio", name="Medium").check()
    expect(page.locator("#create-summary")).to_contain_text("4 GiB")
    picture("new-machine")
    page.get_by_role("button", name="Create machine").click()
    expect(page).to_have_url(re.compile(r"/machines/\d+/$"))
    expect(page.locator("#machine-head")).to_contain_text("Creating")


def test_overview_shows_what_needs_a_look(
    page: Page, portal: Portal, house: dict[str, int], complaints: list[str], picture
) -> None:
    page.goto(f"{portal.url}/")
    expect(page.get_by_text("Host larch does not answer")).to_be_visible()
    expect(page.get_by_text("db-replica-05 is blocked")).to_be_visible()
    live(page)
    picture("overview")


@pytest.mark.parametrize("path", ["/", "/machines/", "/machines/new/"])
def test_phone_never_scrolls_sideways(
    page: Page, portal: Portal, house: dict[str, int], complaints: list[str], picture, path: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{portal.url}{path}")
    live(page)
    width = page.evaluate("document.documentElement.scrollWidth")
    picture(f"phone{path.replace('/', '-').rstrip('-')}")
    assert width <= 390


def test_works_without_javascript(
    browser, portal: Portal, house: dict[str, int], browser_context_args
) -> None:
    context = browser.new_context(**{**browser_context_args, "java_script_enabled": False})
    key = portal.scene("session", username="ada")
    context.add_cookies([{"name": "sessionid", "value": key, "url": portal.url}])
    page = context.new_page()
    page.goto(f"{portal.url}/machines/")
    page.locator("#machines-q").fill("kiosk")
    page.keyboard.press("Enter")
    expect(page.locator("#machines tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Start", exact=True).click()
    expect(row(page, "kiosk-demo")).to_contain_text("Starting")
    context.close()
