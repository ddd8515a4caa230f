"""What the room tells: who came, asked, drives and keeps driving, and why a tool does not work."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from accounts.models import Membership, Role, Team
from consoles.sharing import links
from consoles.views.visit import POLL_SECONDS
from tests.lab import Guest
from vms.models import VM
from vms.states import VMState

from .browsing import Open, tell
from .conftest import sign_in
from .test_lab import row_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG_NAME = "a-machine-whose-name-is-long-enough-to-be-cut-at-the-end-of-the-bar"
NAMELESS = """() => [...document.querySelectorAll("#console :is(a[href], button)")]
    .filter((one) => one.checkVisibility() && !one.ariaLabel && !one.innerText.trim())
    .map((one) => one.outerHTML.slice(0, 120))"""
OVERFLOW = """() => { const bar = document.querySelector(".gh-console__bar");
    return bar.scrollWidth - bar.clientWidth; }"""


@pytest.fixture
def team_vm(vm: VM, oli: Any, vera: Any) -> VM:
    """A machine of a team that oli owns and in which vera operates."""
    team = Team.objects.create(name="Robotics", slug="robotics")
    Membership.objects.create(team=team, user=oli, role=Role.OWNER)
    Membership.objects.create(team=team, user=vera, role=Role.OPERATOR)
    vm.team, vm.owner = team, None
    vm.save()
    return vm


def is_told(page: Page, words: str) -> None:
    """Wait until screen readers are told something."""
    expect(page.locator("#announcer")).to_contain_text(words)


def is_connected(page: Page) -> None:
    """Wait until the page shows its console."""
    expect(page.locator("#console")).to_have_attribute("data-state", "connected")


def test_everybody_hears_who_comes_asks_is_refused_and_drives(
    opened: Open, display: Any, team_vm: VM, vera: Any
) -> None:
    url = f"/machines/{team_vm.pk}/console/"
    first = opened(url)
    expect(first.locator("#console-driver")).to_contain_text("You drive")
    second = opened(url, user=vera)
    is_told(first, "vera is in the room.")
    second.get_by_role("button", name="Ask to drive").click()
    is_told(first, "vera asks to drive.")
    first.locator("#console-prompt").get_by_role("button", name="Not now").click()
    expect(second.locator("#toasts")).to_contain_text("oli keeps driving for now.")
    second.get_by_role("button", name="Ask to drive").click()
    first.locator("#console-prompt").get_by_role("button", name="Hand over").click()
    is_told(second, "You drive now.")
    expect(first.locator("#toasts")).to_contain_text("vera drives now.")
    second.close()
    is_told(first, "vera has left the room.")
    is_told(first, "Nobody drives now.")


def test_a_double_click_asks_once(opened: Open, display: Any, team_vm: VM, vera: Any) -> None:
    url = f"/machines/{team_vm.pk}/console/"
    expect(opened(url).locator("#console-driver")).to_contain_text("You drive")
    second = opened(url, user=vera)
    expect(second.get_by_role("button", name="Ask to drive")).to_be_visible()
    asked: list[str] = []
    second.on("request", lambda one: asked.append(one.url) if one.method == "POST" else None)
    second.evaluate("""() => {
      const button = document.getElementById("console-ask");
      button.click();
      button.click();
    }""")
    expect(second.get_by_role("button", name="Asked to drive")).to_be_visible()
    assert len([one for one in asked if one.endswith("/hands/")]) == 1


def test_taking_back_a_question_is_no_refusal(
    opened: Open, display: Any, team_vm: VM, vera: Any
) -> None:
    url = f"/machines/{team_vm.pk}/console/"
    expect(opened(url).locator("#console-driver")).to_contain_text("You drive")
    second = opened(url, user=vera)
    second.get_by_role("button", name="Ask to drive").click()
    second.get_by_role("button", name="Asked to drive").click()
    expect(second.get_by_role("button", name="Ask to drive")).to_be_visible()
    expect(second.locator("#toasts")).not_to_contain_text("keeps driving")


def test_a_page_that_only_looks_offers_no_hands_after_a_change_either(vm: VM, oli: Any) -> None:
    client: Client = sign_in(oli)
    page = client.get(f"/machines/{vm.pk}/console/?mode=view").content.decode()
    for name in ("driver", "prompt", "people"):
        url = f"/machines/{vm.pk}/console/{name}/?mode=view"
        assert url in page
        part = client.get(url).content.decode()
        assert url in part
        assert '"act": "ask"' not in part


def test_the_name_can_be_read_and_each_tool_has_one_at_every_width(
    opened: Open, display: Any, team_vm: VM
) -> None:
    VM.objects.filter(pk=team_vm.pk).update(name=LONG_NAME)
    page = opened(f"/machines/{team_vm.pk}/console/")
    is_connected(page)
    for width in (1920, 1390, 1100, 900, 770):
        page.set_viewport_size({"width": width, "height": 700})
        expect(page.locator("#console-driver")).to_be_visible()
        assert page.evaluate(OVERFLOW) == 0, width
        assert page.locator("h1").evaluate("one => one.clientWidth") > 100, width
        assert page.evaluate(NAMELESS) == []


def test_tools_without_a_console_say_why_they_do_not_work(
    opened: Open, display: Any, team_vm: VM
) -> None:
    team_vm.state, team_vm.domain_id = VMState.SAVED, None
    team_vm.save()
    page = opened(f"/machines/{team_vm.pk}/console/")
    expect(page.get_by_role("heading", name=f"{team_vm.name} is saved")).to_be_visible()
    for tool in ("#console-keys", "#console-type", "#console-picture"):
        expect(page.locator(tool)).to_be_disabled()
    why = "This works while the console is connected."
    expect(page.locator("#console-keys")).to_have_attribute("data-tip", why)
    expect(page.get_by_role("button", name="Record the screen")).to_be_disabled()
    expect(page.get_by_role("button", name="Drive", exact=True)).to_have_count(0)
    team_vm.state, team_vm.domain_id = VMState.RUNNING, 7
    tell(team_vm)
    is_connected(page)
    expect(page.locator("#console-keys")).to_be_enabled()
    expect(page.get_by_role("button", name="Record the screen")).to_be_enabled()
    team_vm.state = VMState.PAUSED
    tell(team_vm)
    expect(page.locator("#console-status")).to_have_text("Connected. The machine stands still.")


def test_a_lost_network_is_named_and_coming_back_needs_no_waiting(
    opened: Open, display: Any, vm: VM
) -> None:
    page = opened(f"/machines/{vm.pk}/console/")
    is_connected(page)
    page.context.set_offline(True)
    page.locator("#console-again").click()
    expect(page.locator("#cover")).to_contain_text("This device has no network connection.")
    expect(page.locator("#cover-tries")).to_contain_text("The next one is in 4 s.")
    page.context.set_offline(False)
    is_connected(page)


def test_who_came_by_a_link_asks_no_more_when_it_has_ended(
    opened: Open, browser: Browser, site: str, display: Any, team_vm: VM, oli: Any
) -> None:
    Team.objects.update(console_links="anyone")
    team_vm.team.refresh_from_db()
    wishes: dict[str, Any] = {"mode": "view", "needs_sign_in": False, "lasts": timedelta(hours=1)}
    made = links.share(team_vm, oli, **wishes)
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}/w/{made.key}/")
    page.get_by_label("Your name").fill("Grace")
    page.get_by_role("button", name="Come in").click()
    is_connected(page)
    links.end(made.link, oli)
    expect(page.locator("[data-cover=closed]")).to_contain_text("This link has ended.")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.wait_for_timeout((POLL_SECONDS + 1) * 1000)
    assert asked == []
    context.close()


@pytest.mark.lab
def test_a_text_console_shows_its_past_once_and_answers_no_old_question(
    opened: Open, lab_guest: Guest, oli: Any
) -> None:
    vm = row_of(lab_guest, "local", oli)
    page = opened(f"/machines/{vm.pk}/console/serial/")
    rows = page.locator(".xterm-rows")
    expect(rows).to_contain_text("tick", timeout=10_000)
    page.locator("#screen").click()
    # A question where the cursor is; its answer is what the guest's cat would write again.
    page.keyboard.type("printf '\\033[6n'; timeout 2 cat -v; echo ov'er'\n", delay=20)
    expect(rows).to_contain_text("over", timeout=20_000)
    answers = lab_guest.serial_output().count("R")
    page.reload()
    expect(rows).to_contain_text("over")
    page.locator("#console-again").click()
    is_connected(page)
    lab_guest.wait_ticking()
    expect(rows).to_contain_text("over")
    assert rows.inner_text().count("\nover") == 1
    assert lab_guest.serial_output().count("R") == answers
    page.locator("#console-tell-size").click()
    expect(rows).to_contain_text("stty rows")
    page.get_by_role("button", name="Type text").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Text", exact=True).fill(
        "echo " + "long " * 40 + "> /dev/null\necho $((6*7))th"
    )
    dialog.get_by_label("Press Enter at the end").check()
    dialog.get_by_role("button", name="Type", exact=True).click()
    expect(dialog).to_be_hidden()
    expect(rows).to_contain_text("42th")
