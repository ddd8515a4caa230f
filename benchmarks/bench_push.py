"""From a guest's event at its host to the changed cell in an open browser page."""

import time

from playwright.sync_api import Page, sync_playwright

from tests.lab import Guest, wait_until
from tests.portal import PASSWORD, Portal

from .figures import Figure, spread
from .labhost import portal_with_lab

RUNS = 20
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WATCH = """
() => {
  window.seen = [];
  new MutationObserver(() => {
    const cell = document.querySelector('tr[data-live-kind="vm"]');
    window.seen.push([performance.timeOrigin + performance.now(), cell ? cell.textContent : ""]);
  }).observe(document.body,
    {subtree: true, childList: true, characterData: true, attributes: true});
}
"""


def run() -> list[Figure]:
    """Suspend and resume a guest outside and see when the page says so."""
    with portal_with_lab() as (portal, lab), sync_playwright() as playwright:
        guest = lab.guest(lab["hv1"], "bench-push")
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        page = browser.new_page()
        _sign_in(page, portal)
        page.goto(f"{portal.url}/machines/")
        page.locator("tr[data-live-kind=vm]").first.wait_for()
        page.evaluate(WATCH)
        started = [_start(page, guest) for _run in range(RUNS)]
        paused = [_pause(page, guest) for _run in range(RUNS)]
        browser.close()
    goal = "under 150 ms"
    return spread("push", "virsh start returned to cell changed", started, "ms", goal) + spread(
        "push", "virsh suspend called to cell changed", paused, "ms", goal
    )


def _sign_in(page: Page, portal: Portal) -> None:
    page.goto(f"{portal.url}/account/login/")
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(f"{portal.url}/")


def _start(page: Page, guest: Guest) -> float:
    """Return ms from the end of `virsh start` to the word; negative when the page was first."""
    guest.host.virsh("destroy", guest.name)
    _seen(page, "Off", 0)
    guest.host.virsh("start", guest.name)
    done = time.time() * 1000
    return max(0.0, _seen(page, "Running", done - 5000) - done)


def _pause(page: Page, guest: Guest) -> float:
    guest.host.virsh("resume", guest.name, check=False)
    _seen(page, "Running", 0)
    begun = time.time() * 1000
    guest.host.virsh("suspend", guest.name)
    took = _seen(page, "Paused", begun) - begun
    guest.host.virsh("resume", guest.name)
    return took


def _seen(page: Page, word: str, since: float) -> float:
    """Return when the page first showed `word` after `since`, both in ms of the epoch."""

    def first() -> float | None:
        if word not in (page.locator("tr[data-live-kind=vm]").first.text_content() or ""):
            return None
        times: list[tuple[float, str]] = page.evaluate("window.seen")
        return next((at for at, text in times if at > since and word in text), None) or (
            0.1 if since == 0 else None
        )

    found = wait_until(first, timeout=10, every=0.05, what=f"{word} on the page") or 0.0
    page.evaluate("window.seen = []")
    return found
