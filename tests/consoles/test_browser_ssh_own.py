"""What a person sees in the SSH tab: that it is recorded, and what the machine asks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from playwright.sync_api import Page, expect

from accounts.models import Membership, Role, Team, User
from recordings.models import Recording, State
from tests.lab.waiting import wait_until
from vms.models import VM

from .browsing import Open, picture
from .ssh_server import Running, Server, make_machine, running
from .terminals import PASSWORD
from .test_ssh_asking import CODE, Code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.RECORDINGS_FREE_MIB = 0


@pytest.fixture
def servers() -> Iterator[Running]:
    with running() as made:
        yield made


@pytest.fixture
def vm(oli: User, servers: Running, monkeypatch: pytest.MonkeyPatch) -> VM:
    return make_machine(oli, monkeypatch, servers.serve())


def sign_in(page: Page) -> None:
    page.locator("#ssh-user").fill("root")
    page.locator("#ssh-password").fill(PASSWORD)
    page.locator("#ssh-password").press("Enter")
    expect(page.locator("#console")).to_have_attribute("data-state", "connected", timeout=20000)


def test_a_session_is_recorded_at_a_click_and_the_tab_shows_it(opened: Open, vm: VM) -> None:
    page = opened(f"/machines/{vm.pk}/console/ssh/")
    expect(page.locator("#ssh-sign-in")).to_be_visible()
    button = page.get_by_role("button", name="Record this session")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(page.locator(".gh-console__notice")).to_have_count(0)
    sign_in(page)
    expect(page.locator(".xterm-rows")).to_contain_text("ready")
    button.click()
    mark = page.locator("#console-recording .gh-recording__mark")
    expect(mark).to_be_visible(timeout=10000)
    expect(mark.locator("[data-clock]")).to_contain_text(":", timeout=10000)
    expect(page.locator("#announcer")).to_contain_text("recorded from now on")
    page.locator("#screen").click()
    page.keyboard.type("hello\n")
    expect(page.locator(".xterm-rows")).to_contain_text("> hello")
    picture(page, "ssh-recorded")
    page.set_viewport_size({"width": 390, "height": 800})
    expect(mark).to_be_visible()
    picture(page, "ssh-recorded-phone")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name="Stop recording").click()
    expect(mark).to_have_count(0, timeout=10000)
    wait_until(lambda: Recording.objects.filter(state=State.ENDED).exists())
    page.get_by_role("link", name="1 recording of this machine").click()
    expect(page.get_by_text("SSH session of")).to_be_visible()
    page.get_by_role("link", name="Play", exact=True).click()
    expect(page.locator("#player")).to_have_attribute("data-state", "ready", timeout=10000)
    page.locator("#player-place").fill("999")
    expect(page.locator(".xterm-rows")).to_contain_text("> hello")


def test_that_it_will_be_recorded_is_said_before_one_signs_in(
    opened: Open, vm: VM, oli: User
) -> None:
    team = Team.objects.create(name="Web", slug="web", console_recording="always")
    Membership.objects.create(user=oli, team=team, role=Role.MEMBER)
    VM.objects.filter(pk=vm.pk).update(team=team)
    page = opened(f"/machines/{vm.pk}/console/ssh/")
    expect(page.locator(".gh-console__notice")).to_contain_text("will be recorded")
    picture(page, "ssh-notice")
    sign_in(page)
    expect(page.locator("#console-recording .gh-recording__mark")).to_be_visible(timeout=10000)
    expect(page.locator("#console-recorded")).to_contain_text("The rules here require it")
    expect(page.get_by_role("button", name="Stop recording")).to_have_count(0)
    page.keyboard.type("exit\n")
    expect(page.locator("#ssh-sign-in [data-say]")).to_contain_text("has ended", timeout=10000)
    expect(page.locator(".gh-console__notice")).to_contain_text("will be recorded")
    expect(page.locator("#console-recording .gh-recording__mark")).to_have_count(0)


def test_a_protected_key_asks_for_its_passphrase_and_is_not_lost(
    opened: Open, oli: User, servers: Running, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = asyncssh.generate_private_key("ssh-ed25519")

    class Mine(Server):
        methods = ("key",)
        keys = (made.export_public_key().decode().strip(),)

    path = tmp_path / "id_ed25519"
    path.write_bytes(made.export_private_key("openssh", passphrase=PASSWORD, rounds=64))
    plain = made.export_private_key("openssh").decode()
    vm = make_machine(oli, monkeypatch, servers.serve(Mine))
    page = opened(f"/machines/{vm.pk}/console/ssh/", color_scheme="dark")
    page.locator("#ssh-user").fill("root")
    page.get_by_label("Private key", exact=True).first.check()
    passphrase = page.locator("#ssh-passphrase")
    page.locator("#ssh-key").fill(plain)
    expect(passphrase).to_be_hidden()
    page.locator("#ssh-file").set_input_files(path)
    expect(page.locator("#ssh-key")).to_have_value(path.read_text())
    expect(passphrase).to_be_visible()
    passphrase.fill("wrong")
    passphrase.press("Enter")
    line = page.locator("#ssh-sign-in [data-say]")
    expect(line).to_contain_text("does not open this private key", timeout=20000)
    expect(passphrase).to_be_focused()
    expect(passphrase).to_have_value("")
    picture(page, "ssh-passphrase-dark")
    page.set_viewport_size({"width": 390, "height": 800})
    picture(page, "ssh-passphrase-phone-dark")
    passphrase.fill(PASSWORD)
    passphrase.press("Enter")
    expect(page.locator("#console")).to_have_attribute("data-state", "connected", timeout=20000)
    expect(page.locator("#ssh-key")).to_have_value("")
    picture(page, "ssh-phone-dark")


def test_what_the_machine_asks_is_shown_and_answered(
    opened: Open, oli: User, servers: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    vm = make_machine(oli, monkeypatch, servers.serve(Code))
    page = opened(f"/machines/{vm.pk}/console/ssh/")
    page.locator("#ssh-user").fill("root")
    page.locator("#ssh-password").fill(PASSWORD)
    page.locator("#ssh-password").press("Enter")
    field = page.get_by_label("Verification code:")
    expect(field).to_be_focused(timeout=20000)
    expect(page.locator("#ssh-asks-words")).to_contain_text("Open your app.")
    expect(page.get_by_role("heading", name="web01 asks")).to_be_visible()
    picture(page, "ssh-asks")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#ssh-sign-in")).to_be_visible()
    page.locator("#ssh-password").fill(PASSWORD)
    page.locator("#ssh-password").press("Enter")
    field.fill(CODE)
    field.press("Enter")
    expect(page.locator("#console")).to_have_attribute("data-state", "connected", timeout=20000)
    expect(page.locator(".xterm-rows")).to_contain_text("Welcome to web01")
    expect(field).to_have_count(0)
