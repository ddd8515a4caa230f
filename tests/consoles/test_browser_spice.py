"""A SPICE screen in a real browser, on a real guest, under the strict policy."""

import pytest
from playwright.sync_api import expect

from tests.lab import Guest, Lab, wait_until
from vms.models import VM

from .browsing import Open, is_drawn, picture, type_in
from .test_lab import row_of

pytestmark = [pytest.mark.lab, pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SPICE = "<graphics type='spice'><listen type='none'/></graphics>"


def spice_row(guest: Guest, oli) -> VM:
    """Make the row of a guest with both displays."""
    vm = row_of(guest, "local", oli)
    vm.graphics = [{"kind": "vnc"}, {"kind": "spice"}]
    vm.save()
    return vm


def test_the_spice_screen_is_seen_typed_into_and_only_watched(opened: Open, lab: Lab, oli):
    guest = lab.guest(lab["hv1"], "spicy", more=SPICE)
    guest.wait_ticking()
    vm = spice_row(guest, oli)
    page = opened(f"/machines/{vm.pk}/console/")
    page.get_by_role("link", name="SPICE").click()
    expect(page.locator("#console")).to_have_attribute("data-state", "connected", timeout=20_000)
    wait_until(lambda: is_drawn(page), timeout=15)
    page.locator("#screen canvas").click()
    expect(page.locator("#screen")).to_have_attribute("data-keys", "guest")
    type_in(page, "\necho Spicy > /dev/ttyS0\n")
    wait_until(lambda: "Spicy" in guest.serial_output(), timeout=20)
    picture(page, "spice")
    page.goto(page.url + "?mode=view")
    expect(page.locator("#console-status")).to_have_text("Connected, view only")
    wait_until(lambda: is_drawn(page), timeout=15)
    page.locator("#screen canvas").click()
    type_in(page, "echo Sneaked > /dev/ttyS0\n")
    guest.wait_ticking()
    assert "Sneaked" not in guest.serial_output()
