"""The main job as a newcomer does it: sign in, make a machine, see it boot, type, see it stop."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.lab import Guest, Lab, LabHost, wait_until
from tests.portal import Portal

pytestmark = [pytest.mark.lab, pytest.mark.browser]

PICTURES = Path(__file__).resolve().parents[2] / "var" / "pictures"
NEW_PASSWORD = "a-kettle-on-the-hob-9"


@pytest.fixture
def portal() -> Iterator[Portal]:
    """A portal as one command brings it up, with a generated password."""
    with Portal(password="") as running:
        yield running


def test_newcomer_does_the_main_job(lab: Lab, portal: Portal, browser: Browser) -> None:
    host = lab["hv1"]
    portal.manage(
        "addhost", "--name", "juniper", "--transport", "local", "--socket", str(host.socket_path)
    )
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if "policy" in line.text else None)

    sign_in(page, portal)
    portal.wait_for_host("juniper")
    create(page, portal, "first")
    expect(page.locator("[data-pill=running]").first).to_be_visible(timeout=120_000)
    expect(page.get_by_role("cell", name="vda").first).to_be_visible(timeout=20_000)
    picture(page, "machine")

    console(page)
    wait_until(
        lambda: "Linux" in read_in_guest(host, "first", "/proc/version"),
        timeout=120,
        what="the guest's agent",
    )
    picture(page, "booted")
    type_into(page, "cp /proc/version /tmp/typed")
    wait_until(
        lambda: "Linux" in read_in_guest(host, "first", "/tmp/typed"),
        timeout=60,
        what="the file that the typed line makes",
    )
    picture(page, "console")

    Guest(host, "first").shell("while :; do :; done")
    page.goto(f"{portal.url}/machines/")
    page.get_by_role("link", name="first", exact=True).click()
    expect(page.locator(".gh-chart canvas")).to_have_count(4, timeout=20_000)
    busy = re.compile(r"^([3-9]\d|100)%$")
    expect(page.locator("[data-now='cpu']")).to_have_text(busy, timeout=30_000)
    picture(page, "busy")
    expect(page.locator("[data-now='memory']")).to_have_text(re.compile(r"^\d+\sMiB$"))
    expect(page.locator(".gh-chart canvas")).to_have_count(4)  # in the other colours too

    page.goto(f"{portal.url}/machines/")
    row = page.locator("tr[data-live-kind=vm]", has_text="first")
    expect(row).to_contain_text("Running")
    picture(page, "machines")
    host.virsh("destroy", "first")
    expect(row).to_contain_text("Off", timeout=3_000)
    page.goto(f"{portal.url}/")
    picture(page, "overview")
    assert faults == []


def sign_in(page: Page, portal: Portal) -> None:
    """Sign in with the printed password and choose another, as one is asked to."""
    found = re.search(r"password +(\S+) ", portal.said())
    assert found, portal.said()
    page.goto(portal.url)
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", found[1])
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("password/change"))
    page.fill("input[name=oldpassword]", found[1])
    page.fill("input[name=password1]", NEW_PASSWORD)
    if page.locator("input[name=password2]").count():
        page.fill("input[name=password2]", NEW_PASSWORD)
    page.locator("main button[type=submit], form button[type=submit]").first.click()
    expect(page).not_to_have_url(re.compile("password/change"))


def create(page: Page, portal: Portal, name: str) -> None:
    """Make a machine from the built-in image and land on its page."""
    page.goto(f"{portal.url}/machines/new/")
    page.locator("label.gh-choice", has_text="Tiny Linux").first.click()
    page.locator("label.gh-choice", has_text="256 MiB").first.click()
    page.fill("input[name=name]", name)
    picture(page, "new")
    page.get_by_role("button", name="Create machine").click()
    expect(page).to_have_url(re.compile(r"/machines/\d+/$"))


def console(page: Page) -> None:
    """Open the console and wait for the guest's prompt."""
    page.get_by_role("link", name="Console", exact=True).first.click()
    expect(page.locator("canvas").first).to_be_visible(timeout=20_000)


def type_into(page: Page, text: str) -> None:
    """Type a line on the guest's keyboard."""
    page.locator("canvas").first.click()
    page.keyboard.press("Enter")
    page.keyboard.type(text, delay=30)
    page.keyboard.press("Enter")


def read_in_guest(host: LabHost, name: str, path: str) -> str:
    """Read a file through the guest agent; empty while it is not there."""

    def ask(command: str, **arguments: object) -> dict[str, object]:
        words = json.dumps({"execute": command, "arguments": arguments})
        answer = host.virsh("qemu-agent-command", name, words, check=False).strip()
        return json.loads(answer) if answer.startswith("{") else {}

    handle = ask("guest-file-open", path=path, mode="r").get("return")
    if handle is None:
        return ""
    found = ask("guest-file-read", handle=handle).get("return")
    ask("guest-file-close", handle=handle)
    return base64.b64decode(found["buf-b64"]).decode() if isinstance(found, dict) else ""


def picture(page: Page, name: str) -> None:
    """Keep the page as it looks, light and dark."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.screenshot(path=PICTURES / f"{name}-{scheme}.png")
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
