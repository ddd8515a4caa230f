"""The SSH tab in a real browser, on a real guest with a real server in it."""

import pytest
from playwright.sync_api import expect

from tests.lab.dropbear import change_host_key
from tests.lab.guest import Guest
from vms.models import VM

from .browsing import Open, picture
from .terminals import PASSWORD
from .test_lab_ssh import served  # noqa: F401

pytestmark = [pytest.mark.lab, pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_person_signs_in_in_the_tab_and_types(
    opened: Open,
    served: tuple[Guest, VM],  # noqa: F811
) -> None:
    guest, vm = served
    page = opened(f"/machines/{vm.pk}/console/serial/")
    expect(page.locator(".xterm-rows")).to_contain_text("tick", timeout=20000)
    page.locator(".gh-console__bar").get_by_role("link", name="SSH").first.click()
    expect(page.locator("#ssh-sign-in")).to_be_visible()
    picture(page, "ssh-sign-in")
    page.get_by_label("User in the machine").fill("root")
    page.get_by_label("Password", exact=True).last.fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#ssh-sign-in [data-say]")).to_contain_text("did not accept", timeout=20000)
    expect(page.locator("#ssh-user")).to_have_value("root")
    expect(page.locator("#ssh-password")).to_have_value("")
    page.locator("#ssh-password").fill(PASSWORD)
    page.locator("#ssh-password").press("Enter")
    expect(page.locator("#console")).to_have_attribute("data-state", "connected", timeout=20000)
    page.keyboard.type("echo typed $((6*7))th; stty size\n")
    expect(page.locator(".xterm-rows")).to_contain_text("typed 42th", timeout=20000)
    columns, rows = page.locator("#console-size").inner_text().split(" × ")
    expect(page.locator(".xterm-rows")).to_contain_text(f"{rows} {columns}")
    expect(page.locator("[data-fact=ssh-key]")).to_contain_text("SHA256:")
    expect(page.locator("#console-delay")).to_contain_text("ms")
    picture(page, "ssh")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_label("Text to find").fill("typed 42th")
    expect(page.locator("#find-note")).to_be_empty()
    page.get_by_label("Text to find").press("Escape")  # and back into the terminal
    page.keyboard.type("exit\n")
    expect(page.locator("#ssh-sign-in [data-say]")).to_contain_text("has ended", timeout=20000)
    change_host_key(guest)
    page.locator("#ssh-password").fill(PASSWORD)
    page.locator("#ssh-password").press("Enter")
    expect(page.locator("#ssh-sign-in [data-say]")).to_contain_text(
        "another host key", timeout=20000
    )
    expect(page.locator("#console-ssh-offered")).to_be_visible()
    picture(page, "ssh-key-changed")
    page.get_by_role("button", name="Accept this key").click()
    expect(page.locator("#console-ssh-offered")).to_have_count(0)
    page.locator("#ssh-password").fill(PASSWORD)
    page.locator("#ssh-password").press("Enter")
    expect(page.locator("#console")).to_have_attribute("data-state", "connected", timeout=20000)
    page.set_viewport_size({"width": 390, "height": 800})
    picture(page, "ssh-phone")
    page.reload()
    expect(page.locator("#ssh-user")).to_have_value("root")  # kept on this device
    picture(page, "ssh-sign-in-phone")
