"""Switching the listening on, as a person does."""

import pytest
from playwright.sync_api import expect

from consoles.listening import leases
from consoles.listening.choice import is_listened
from consoles.listening.leases import Ear, Told
from hosts.models import Transport
from tests.factories import make_host, make_vm
from vms.announcing import announce_change

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_it_is_switched_on_and_the_page_says_what_becomes_of_it(opened, oli, settings):
    host = make_host(transport=Transport.LOCAL, state="online")
    vm = make_vm("web01", owner=oli, host=host, has_serial=True, state="running")
    settings.CONSOLE_LISTENERS = 0  # nobody is to ask this host, which is not there
    page = opened(f"/machines/{vm.pk}/")
    page.locator(".gh-head__actions").get_by_role("button", name="More", exact=True).click()
    page.get_by_text("Listen to the text console…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("virsh console says that it is in use")
    dialog.get_by_role("button", name="Listen", exact=True).click()
    facts = page.locator("#vm-facts")
    expect(facts).to_contain_text("Text console")
    assert is_listened(vm)
    expect(page.locator(".gh-live--on")).to_be_visible()
    leases.keep("here", {vm.pk: Told(Ear.TAKEN, vm.state_since)})
    announce_change(vm)  # as a gateway does
    expect(facts).to_contain_text("another program has it")
    facts.locator("a", has_text="Change").first.click()
    dialog.get_by_role("button", name="Stop listening").click()
    expect(facts).not_to_contain_text("Text console")
    assert not is_listened(vm)
