"""A file goes to a guest and comes back in the console's panel, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

import jobs.tasks  # noqa: F401 - jobs run in place, so their task has to be known
from tests.consoles.browsing import Open, opened, picture, site  # noqa: F401
from tests.consoles.conftest import gateway, redis, redis_socket  # noqa: F401
from tests.consoles.test_lab import row_of
from tests.lab import Guest

pytestmark = [pytest.mark.lab, pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_file_goes_there_and_comes_back(
    opened: Open,  # noqa: F811
    lab_guest: Guest,
    oli,
    tmp_path: Path,
    settings,
):
    settings.DATA_DIR = tmp_path
    lab_guest.wait_agent()
    vm = row_of(lab_guest, "local", oli)
    vm.has_agent_channel = vm.agent_connected = True
    vm.save()
    page = opened(f"/machines/{vm.pk}/console/")
    page.locator("#console-files").click()
    file = tmp_path / "notes.txt"
    file.write_bytes(b"seven words that came from a browser")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Send to the guest").click()
    row = page.locator("[data-transfer]").first
    expect(row).to_contain_text("36 bytes", timeout=30_000)
    page.get_by_label("File in the guest").fill("/tmp/notes.txt")
    page.get_by_role("button", name="Fetch from the guest").click()
    expect(row.get_by_role("link", name="Save")).to_be_visible(timeout=30_000)
    picture(page, "files")
    with page.expect_download() as saved:
        row.get_by_role("link", name="Save").click()
    assert saved.value.suggested_filename == "notes.txt"
    assert Path(saved.value.path()).read_bytes() == file.read_bytes()
    page.goto(page.url.replace("console/", "files/"))
    picture(page, "files-page")
    page.set_viewport_size({"width": 390, "height": 844})
    picture(page, "files-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
