"""Texts go into a guest's clipboard and come from it, by VNC and by SPICE; watchers get none."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Membership, Role, Team
from tests.lab import Guest, Lab, wait_until
from vms.models import VM

from .browsing import Open, picture
from .test_browser_spice import SPICE
from .test_lab import row_of

pytestmark = [pytest.mark.lab, pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SOURCE = "<source><clipboard copypaste='yes'/><mouse mode='server'/></source>"
CHANNEL = "<channel type='{}'>{}<target type='virtio' name='com.redhat.spice.0'/></channel>"
KINDS = {
    "vnc": CHANNEL.format("qemu-vdagent", SOURCE),
    "spice": SPICE + CHANNEL.format("spicevmc", ""),
}


def machine(lab: Lab, oli, kind: str) -> tuple[Guest, VM]:
    """Start a guest with a clipboard that goes by a kind of screen, and make its row."""
    guest = lab.guest(lab["hv1"], f"clip-{kind}", more=KINDS[kind])
    guest.start_desktop()
    vm = row_of(guest, "local", oli)
    vm.graphics = [{"kind": "vnc"}, {"kind": "spice"}]
    vm.clipboard, vm.clipboard_connected = kind, True
    vm.save()
    return guest, vm


def open_clipboard(page: Page) -> None:
    expect(page.locator("#console")).to_have_attribute("data-state", "connected", timeout=20_000)
    page.locator("#console-clipboard").click()
    expect(page.locator("dialog#clipboard")).to_be_visible()


@pytest.mark.parametrize("kind", ["vnc", "spice"])
def test_texts_go_both_ways(opened: Open, lab: Lab, oli, kind):
    guest, vm = machine(lab, oli, kind)
    page = opened(f"/machines/{vm.pk}/console/" + ("spice/" if kind == "spice" else ""))
    open_clipboard(page)
    page.get_by_label("To the guest", exact=True).fill("Grüße, 100 % Straße")
    page.get_by_role("button", name="Put it into the guest").click()
    wait_until(lambda: "given: Grüße, 100 % Straße" in guest.serial_output(), timeout=20)
    guest.put("/tmp/clip", "copied there: ü".encode())
    expect(page.get_by_label("From the guest", exact=True)).to_have_value(
        "copied there: ü", timeout=20_000
    )
    picture(page, f"clipboard-{kind}")


def test_who_watches_gets_no_clipboard_until_hands_change(opened: Open, lab: Lab, oli, vera):
    guest, vm = machine(lab, oli, "vnc")
    team = Team.objects.create(name="Robotics", slug="robotics")
    Membership.objects.create(team=team, user=oli, role=Role.MEMBER)
    Membership.objects.create(team=team, user=vera, role=Role.OPERATOR)
    VM.objects.filter(pk=vm.pk).update(team=team)
    first = opened(f"/machines/{vm.pk}/console/")
    expect(first.locator("#console-driver")).to_contain_text("You drive")
    second = opened(f"/machines/{vm.pk}/console/", user=vera)
    expect(second.locator("#console-driver")).to_contain_text("oli drives")
    expect(second.locator("#console-clipboard")).to_be_disabled()
    guest.put("/tmp/clip", b"a secret of oli")
    expect(first.locator("#clipboard-here")).to_have_value("a secret of oli", timeout=20_000)
    second.evaluate("document.getElementById('console').dataset.mode = 'control'")
    assert second.locator("#clipboard-here").input_value() == ""
    second.get_by_role("button", name="Ask to drive").click()
    first.locator("#console-prompt").get_by_role("button", name="Hand over").click()
    expect(second.locator("#console-driver")).to_contain_text("You drive")
    guest.put("/tmp/clip", b"a word for vera")
    expect(second.locator("#clipboard-here")).to_have_value("a word for vera", timeout=20_000)
    assert first.locator("#clipboard-here").input_value() == "a secret of oli"
