"""What was written on a text console is found, copied and saved, in letters of any size."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.lab import Guest

from .browsing import Open, picture
from .test_lab import row_of
from .test_touch import PHONE

pytestmark = [pytest.mark.lab, pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TICK = re.compile(r"tick \d+\n")
PICKED = "document.querySelector('.xterm-selection')?.childElementCount ?? 0"


def saved(page: Page) -> str:
    """Return what the file holds that is saved, without what the guest counts in between."""
    page.locator("#console-text").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a text file").click()
    assert download.value.suggested_filename.endswith(".txt")
    return TICK.sub("", Path(download.value.path()).read_text())


def size_of(page: Page) -> float:
    """Return how high the letters are."""
    return float(
        page.evaluate(
            "parseFloat(getComputedStyle(document.querySelector('.xterm-rows')).fontSize)"
        )
    )


def test_what_was_written_is_found_copied_and_saved(
    opened: Open, lab_guest: Guest, oli: Any
) -> None:
    vm = row_of(lab_guest, "local", oli)
    page = opened(
        f"/machines/{vm.pk}/console/serial/", permissions=["clipboard-read", "clipboard-write"]
    )
    rows = page.locator(".xterm-rows")
    expect(rows).to_contain_text("tick", timeout=10_000)
    page.locator("#screen").click()
    long = "long" * 60
    page.keyboard.type(f"echo Early; echo {long}; seq 100 190\n")
    expect(rows).to_contain_text("189", timeout=20_000)
    page.keyboard.type("printf '\\033[38;2;10;200;30mgreen\\033[0m'; echo en'd'\n")
    expect(rows).to_contain_text("end", timeout=20_000)
    expect(page.locator("#console-delay")).not_to_be_empty()
    green = page.locator(".xterm-rows span", has_text=re.compile("^green$"))
    expect(green).to_have_css("color", "rgb(10, 200, 30)")

    text = saved(page)
    assert f"\n{long}\n" in text  # one line, however narrow the window
    assert "\nEarly\n" in text
    assert "\n137\n" in text
    page.locator("#console-text").click()
    page.get_by_role("button", name="Copy all").click()
    expect(page.locator("#toasts")).to_contain_text("Copied")
    assert "\n137\n" in page.evaluate("navigator.clipboard.readText()")

    page.keyboard.press("Control+Shift+F")
    field = page.get_by_label("Text to find")
    expect(field).to_be_focused()
    field.fill("Early")
    expect(rows).to_contain_text("Early")  # scrolled back to
    wait_picked(page)
    picture(page, "find")
    field.fill("no such words")
    expect(page.locator("#find-note")).to_have_text("Not found")
    field.fill("1")
    expect(page.locator("#find-note")).to_be_empty()
    field.press("Enter")
    field.press("Shift+Enter")
    field.press("Escape")
    expect(field).to_be_hidden()
    expect(page.locator("#screen textarea")).to_be_focused()

    before = size_of(page)
    columns = page.locator("#console-size").inner_text()
    page.locator("#console-text").click()
    for _ in range(4):
        page.get_by_role("button", name="Larger letters").click()
    picture(page, "text-menu")
    assert size_of(page) == before + 4
    expect(page.locator("#console-size")).not_to_have_text(columns)
    page.reload()
    expect(rows).to_contain_text("end", timeout=10_000)
    assert size_of(page) == before + 4
    page.locator("#console-text").click()
    smaller = page.get_by_role("button", name="Smaller letters")
    while smaller.get_attribute("aria-disabled") != "true":
        smaller.click()
    assert size_of(page) == 8


def wait_picked(page: Page) -> None:
    """Wait until something in the terminal is picked out."""
    page.wait_for_function(f"({PICKED}) > 0")


def test_a_phone_has_them_behind_its_button(opened: Open, lab_guest: Guest, oli: Any) -> None:
    page = opened(f"/machines/{row_of(lab_guest, 'local', oli).pk}/console/serial/", **PHONE)
    expect(page.locator(".xterm-rows")).to_contain_text("tick", timeout=10_000)
    expect(page.locator("#console-delay")).not_to_be_empty()
    expect(page.locator("#console-find")).to_be_hidden()
    picture(page, "text-phone")
    page.get_by_role("button", name="More tools").tap()
    picture(page, "text-phone-tools")
    page.locator("#console-text").tap()
    expect(page.get_by_role("button", name="Copy all")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Smaller letters")).to_be_in_viewport(ratio=1)
    picture(page, "text-phone-menu")
    page.get_by_role("button", name="Larger letters").tap()
    page.touchscreen.tap(200, 200)  # beside them
    page.get_by_role("button", name="More tools").tap()
    page.locator("#console-find").tap()
    expect(page.locator("#console")).not_to_have_class("gh-console--tools")
    page.get_by_label("Text to find").fill("tick")
    expect(page.locator("#find-note")).to_be_empty()
    wait_picked(page)
    picture(page, "find-phone")
    page.locator("#find-close").tap()
    expect(page.locator("#find")).to_be_hidden()
