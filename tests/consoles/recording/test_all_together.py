"""The whole of the room in one visit: two browsers, a German guest, a recording, a link, a move."""

import re
import subprocess
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import Membership, Role, Team
from consoles.models import ConsoleLink
from jobs.models import AuditEntry, Job, JobState
from migration.options import Options
from migration.services.asking import request_migration
from recordings.models import Recording, State
from tests.consoles.browsing import Open, is_drawn, picture, type_in
from tests.consoles.test_typing import PASSWORD, paste, run, write
from tests.lab import Guest, wait_until
from tests.migration.moves import Carrier, Pair
from vms.models import VM

from .test_browser import pixels, shows

pytestmark = [pytest.mark.lab, pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = 30_000


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    """Keep recordings away from those of other tests."""
    settings.DATA_DIR = tmp_path
    settings.RECORDINGS_FREE_MIB = 0


def is_connected(page: Page) -> None:
    """Wait until a page shows its console."""
    expect(page.locator("#console")).to_have_attribute("data-state", "connected", timeout=LONG)


def says(page: Page, word: str) -> None:
    """Let a shell at the screen write a word to the guest's own log, the serial port."""
    page.locator("#screen canvas").click()
    type_in(page, f"echo {word} > /dev/ttyS0\n")


def hands_change_and_only_one_types(first: Page, second: Page, guest: Guest) -> None:
    """See in the guest's log that the observer's keys change nothing, before and after."""
    expect(first.locator("#console-driver")).to_contain_text("You drive")
    says(second, "sneaked")
    says(first, "steered")
    wait_until(lambda: "steered" in guest.serial_output(), timeout=20)
    second.get_by_role("button", name="Ask to drive").click()
    first.locator("#console-prompt").get_by_role("button", name="Hand over").click()
    expect(second.locator("#console-driver")).to_contain_text("You drive")
    says(first, "lingered")
    says(second, "handed")
    wait_until(lambda: "handed" in guest.serial_output(), timeout=20)
    assert not {"sneaked", "lingered"} & set(guest.serial_output().split())


def signs_in_in_german(page: Page, guest: Guest) -> None:
    """Paste a password of 200 signs at the guest's own login prompt, with a German keymap."""
    assert len(PASSWORD) == 200
    keymap = subprocess.run(["loadkeys", "-b", "de-latin1"], capture_output=True, check=True).stdout
    write(guest, "/tmp/de.bmap", keymap)
    write(guest, "/tmp/secret", f"{PASSWORD}\n".encode())
    hashed = run(guest, "mkpasswd -m sha512 -P 0 < /tmp/secret").strip()
    accounts = f"root::0:0::/:/bin/sh\nlena:{hashed}:0:0::/tmp:/bin/sh\n"
    write(guest, "/etc/passwd", accounts.encode())
    page.locator("#screen canvas").click()
    type_in(page, "login\n")  # its layout is still American
    wait_until(lambda: "login" in run(guest, "ps"), timeout=20)
    run(guest, "loadkmap < /tmp/de.bmap")
    paste(page, "lena")
    page.wait_for_timeout(1000)  # until login asks for the password and has thrown away the rest
    paste(page, PASSWORD)
    wait_until(lambda: re.search(r"lena +-sh", run(guest, "ps")), timeout=30)


def plays_back(page: Page, vm: VM, before: str) -> None:
    """See at the end of the recording what the screen showed when it ended, and less before."""
    recording = wait_until(lambda: Recording.objects.filter(state=State.ENDED).first(), timeout=15)
    page.goto(page.url.replace(f"/machines/{vm.pk}/console/", f"/recordings/{recording.pk}/"))
    expect(page.locator("#player")).to_have_attribute("data-state", "ready", timeout=10_000)
    first = shows(page, 0)
    shows(page, int(recording.length * 10) / 10)
    assert pixels(page, "#player-stage") != first
    assert pixels(page, "#player-stage").split()[0] == before.split()[0]
    page.go_back()
    is_connected(page)


def comes_by_a_link_that_ends(page: Page, browser: Browser, vm: VM) -> None:
    """Share a link, watch by it without an account, and let its time run out."""
    page.get_by_text("New link").click()
    page.get_by_label("It opens for").select_option("no")
    page.get_by_role("button", name="Make the link").click()
    address = page.get_by_label("Link", exact=True).input_value()
    context = browser.new_context()
    guest = context.new_page()
    guest.goto(address)
    guest.get_by_label("Your name").fill("Grace")
    guest.get_by_role("button", name="Come in").click()
    is_connected(guest)
    expect(page.locator("#console-people")).to_contain_text("Grace")
    expect(page.locator("#console-people")).to_contain_text("by link")
    assert AuditEntry.objects.filter(action="console.join", target_id=vm.pk).exists()
    ConsoleLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    expect(guest.locator("[data-cover=closed]")).to_contain_text("This link has ended.")
    guest.goto(address)
    expect(guest.locator("h1")).to_have_text("This link has ended")
    context.close()


@pytest.mark.slow
def test_two_people_share_type_record_and_follow_a_guest_to_another_host(
    opened: Open,
    browser: Browser,
    two: Pair,
    carry: Callable[[Job], Carrier],
    oli: Any,
    vera: Any,
    ada: Any,
) -> None:
    guest, vm = two.guest()
    guest.wait_agent()
    team = Team.objects.create(name="Robotics", slug="robotics", console_links="anyone")
    Membership.objects.create(team=team, user=oli, role=Role.OWNER)
    Membership.objects.create(team=team, user=vera, role=Role.OPERATOR)
    VM.objects.filter(pk=vm.pk).update(team=team)
    url = f"/machines/{vm.pk}/console/"
    first = opened(url)
    wait_until(lambda: is_drawn(first), timeout=15)
    second = opened(url, user=vera)
    wait_until(lambda: is_drawn(second), timeout=15)

    hands_change_and_only_one_types(first, second, guest)
    second.get_by_role("button", name="Record the screen").click()
    for page in (first, second):
        expect(page.locator("#console-recording")).to_contain_text("Recording", timeout=10_000)
    signs_in_in_german(second, guest)
    before = pixels(second, "#screen")
    second.get_by_role("button", name="Stop recording").click()
    expect(first.locator("#console-recording")).not_to_contain_text("Recording", timeout=10_000)
    plays_back(first, vm, before)
    comes_by_a_link_that_ends(first, browser, vm)
    picture(first, "all-together")

    vm.refresh_from_db()
    done = carry(request_migration(vm, two.second, ada, Options())).ended()
    assert done.state == JobState.SUCCEEDED, (done.error_message, done.error_detail)
    guest.host = two.hv2
    guest.wait_ticking()
    for page in (first, second):
        is_connected(page)
        wait_until(lambda page=page: is_drawn(page), timeout=20)
    expect(second.locator("#console-driver")).to_contain_text(re.compile("You drive|oli drives"))
    driver = second if "You drive" in second.locator("#console-driver").inner_text() else first
    driver.locator("#screen canvas").click()
    paste(driver, "echo moved > /dev/ttyS0")
    wait_until(lambda: "moved" in guest.serial_output(), timeout=30)
