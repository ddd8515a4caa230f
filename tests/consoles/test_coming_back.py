"""Open consoles that lose what they show say why, count their tries and come back by themselves."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from hosts.models import Host
from jobs.models import Job
from tests.lab import Guest, Lab, wait_until
from vms.models import VM

from .browsing import Open, is_drawn, picture, tell
from .conftest import running_gateway
from .test_lab import row_of

pytestmark = [pytest.mark.lab, pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIVE = ("--live", "--p2p", "--persistent", "--undefinesource")
LONG = 30_000


def is_connected(page: Page) -> None:
    """Wait until a page shows its console."""
    expect(page.locator("#console")).to_have_attribute("data-state", "connected", timeout=LONG)


def cover(page: Page) -> Any:
    """Return what lies over the screen while there is none."""
    return page.locator("[data-cover=connecting]")


@pytest.fixture
def both(opened: Open, lab: Lab, oli: Any) -> tuple[Guest, VM, Page, Page]:
    """Open screen and text console of one guest."""
    guest = lab.guest(lab["hv1"], "lively")
    guest.wait_ticking()
    vm = row_of(guest, "local", oli)
    screen = opened(f"/machines/{vm.pk}/console/")
    text = opened(f"/machines/{vm.pk}/console/serial/")
    is_connected(screen)
    is_connected(text)
    expect(text.locator(".xterm-rows")).to_contain_text("tick", timeout=LONG)
    return guest, vm, screen, text


def test_a_move_to_another_host_is_followed_by_screen_and_text(both: Any, lab: Lab):
    guest, vm, screen, text = both
    Job.objects.create(kind="vm.migrate", target_kind="vm", target_id=vm.pk, host_id=vm.host_id)
    lab["hv1"].virsh("migrate", *LIVE, guest.name, f"qemu+tcp://{lab['hv2'].ip}/system")
    for page in (screen, text):
        expect(cover(page)).to_contain_text("The machine moves to another host")
    expect(screen.locator("#cover-tries")).to_contain_text("Try 2")
    picture(screen, "moving")
    Host.objects.filter(pk=vm.host_id).update(socket=str(lab["hv2"].socket_path))
    is_connected(screen)
    is_connected(text)
    wait_until(lambda: is_drawn(screen), timeout=20)
    guest.host = lab["hv2"]
    guest.wait_ticking()
    before = len(text.locator(".xterm-rows").inner_text())
    wait_until(lambda: len(text.locator(".xterm-rows").inner_text()) > before, timeout=20)


def test_a_restart_of_the_guest_and_of_its_host_program_are_survived(both: Any, lab: Lab):
    guest, vm, screen, text = both
    lab["hv1"].virsh("reset", guest.name)
    wait_until(lambda: is_drawn(screen), timeout=20)
    is_connected(screen)
    lab["hv1"].virsh("destroy", guest.name)
    expect(cover(text)).to_contain_text("The machine has stopped.")
    lab["hv1"].virsh("start", guest.name)
    tell(vm)
    is_connected(screen)
    is_connected(text)


@pytest.mark.slow
def test_a_restart_of_the_gateway_is_survived(both: Any, gateway: Any, settings: Any):
    _guest, _vm, screen, text = both
    gateway.end()
    for page in (screen, text):
        expect(cover(page)).to_contain_text("The console service is restarting.")
    path = Path(settings.CONSOLE_SOCKET)
    lines = gateway.lines._lines.values()
    wait_until(lambda: all(line._console is None for line in lines), what="the lines are closed")
    with running_gateway(path):
        is_connected(screen)
        is_connected(text)
