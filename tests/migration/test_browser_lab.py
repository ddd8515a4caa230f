"""Two real hosts, a portal and a browser: a blocker is mended, a move cancelled, then made."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.lab import Lab, LabHost
from tests.lab.guest import guest_xml
from tests.lab.laboratory import define
from tests.portal import PASSWORD, Portal

pytestmark = [pytest.mark.lab, pytest.mark.browser, pytest.mark.slow]

MEDIA = (
    "<pool type='dir'><name>media</name><target><path>/var/lib/libvirt/qemu</path></target></pool>"
)
DRIVE = (
    "<disk type='file' device='cdrom'><driver name='qemu' type='raw'/>"
    "<source file='/var/lib/libvirt/qemu/cd.iso'/><target dev='sda' bus='sata'/><readonly/></disk>"
)
REACHED = """
from hosts.models import Host
Host.objects.filter(name={name!r}).update(migration_transport='tcp', migration_address={ip!r})
"""


@pytest.fixture
def media(lab: Lab) -> Iterator[LabHost]:
    """A pool of media on hv1 alone, with a CD."""
    hv1 = lab["hv1"]
    define(hv1, "pool", "media", MEDIA)
    hv1.virsh("vol-create-as", "media", "cd.iso", "1M", "--format", "raw")
    yield hv1
    hv1.virsh("vol-delete", "cd.iso", "--pool", "media", check=False)
    hv1.virsh("pool-destroy", "media", check=False)
    hv1.virsh("pool-undefine", "media", check=False)


def test_blocker_fix_cancel_and_a_full_migration(
    lab: Lab, media: LabHost, browser: Browser
) -> None:
    define(media, "", "wanderer", guest_xml("wanderer", more=DRIVE))
    with Portal() as portal:
        for name, host in (("birch", lab["hv1"]), ("juniper", lab["hv2"])):
            place = ("--transport", "local", "--socket", str(host.socket_path))
            portal.manage("addhost", "--name", name, *place)
            portal.manage("shell", "-c", REACHED.format(name=name, ip=host.ip))
        for name in ("birch", "juniper"):
            portal.wait_for_host(name)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        _sign_in(page, portal)
        page.goto(f"{portal.url}/machines/")
        page.get_by_role("link", name="wanderer").click()
        expect(page.locator("h1")).to_contain_text("wanderer")
        page.keyboard.press("m")
        _mend(page)
        _start(page, cap=2)
        figure = page.locator("[data-figure='percent']")
        expect(figure).to_have_text(re.compile(r"[1-9]\d?%"), timeout=60_000)
        before = figure.text_content() or ""
        expect(figure).not_to_have_text(before, timeout=30_000)
        page.get_by_role("button", name="Cancel migration").click()
        ended = page.locator("#migration-ended")
        expect(ended).to_contain_text("where it was", timeout=60_000)
        assert media.virsh("domstate", "wanderer") == "running"

        page.get_by_role("link", name="Check again").click()
        _start(page, cap=None)
        expect(ended).to_contain_text("wanderer is on juniper.", timeout=120_000)
        assert lab["hv2"].virsh("domstate", "wanderer") == "running"
        assert "wanderer" not in media.virsh("list", "--all", "--name").split()
        page.get_by_role("link", name="Open the machine").click()
        expect(page.get_by_role("heading", name="wanderer")).to_be_visible()
        page.close()


def _sign_in(page: Page, portal: Portal) -> None:
    page.goto(portal.url)
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#side")).to_be_visible()


def _mend(page: Page) -> None:
    checks = page.locator("#migrate-checks")
    expect(checks).to_contain_text("A CD image exists only here", timeout=60_000)
    expect(page.get_by_role("button", name="Check again")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Eject now").click()
    page.locator("#confirm [data-go]").click()
    expect(checks).not_to_contain_text("A CD image", timeout=60_000)


def _start(page: Page, cap: int | None) -> None:
    go = page.locator("#migrate-go button[type='submit']")
    expect(go).to_be_visible(timeout=60_000)
    if cap is not None:
        page.locator("#options-bandwidth").fill(str(cap))
    go.click()
    expect(page).to_have_url(re.compile(r"/migrations/\d+/$"))
