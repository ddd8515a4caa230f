"""The main pages have no fault that axe-core finds, in light and in dark."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import Portal

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = ["", "machines/", "machines/{web-prod-07}/", "wall/", "hosts/", "teams/", "jobs/"]
MACHINE = "machines/{web-prod-07}/"
PARTS = [
    *("hardware", "resize", "grow", "history", "snapshots", "snapshot-schedules", "backups"),
    *("addresses", "files"),
    *("recordings", "copies", "share", "migrate", "console", "console/serial"),
]
OTHERS = [
    *("machines/new", "machines/bin", "machines/groups", "machines/groups/new", "backups"),
    *("recordings", "hosts/add", "hosts/balance", "plans", "networks", "networks/new", "usage"),
    *("requests", "requests/more", "notices", "jobs/record", "teams/new", "settings/catalogue"),
    *(
        "posture",
        "settings/quotas",
        "settings/roles",
        "settings/webhooks",
        "account",
        "account/tokens",
        "account/users",
    ),
]
ALL_OTHERS = [*(f"{MACHINE}{part}/" for part in PARTS), *(f"{other}/" for other in OTHERS)]


def faults(page: Page) -> list[str]:
    """Return what axe-core finds on the page: rule, place, why."""
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, { runOnly: rules, resultTypes: ['violations'] })", RULES
    )
    return [
        f"{page.url} {one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def open_all(page: Page, portal: Portal, ids: dict[str, int], paths: list[str]) -> list[str]:
    """Open each page and return what axe-core finds on them."""
    found: list[str] = []
    for path in paths:
        for name, pk in ids.items():
            path = path.replace("{" + name + "}", str(pk))
        answer = page.goto(f"{portal.url}/{path}")
        assert answer is not None and answer.ok, path
        expect(page.locator("main")).to_be_visible()
        found += faults(page)
    return found


@pytest.mark.parametrize("colours", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_axe_finds_nothing_on_the_main_pages(
    page: Page, portal: Portal, sign_in: Callable[[str], None], picture, colours: str
) -> None:
    ids = portal.scene("house")
    sign_in("ada")
    page.emulate_media(color_scheme=colours, reduced_motion="reduce")
    found = open_all(page, portal, ids, [*PAGES, "accessibility/"])
    picture(f"accessibility-{colours}")
    assert not found, "\n".join(found)


@pytest.mark.slow  # many pages
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_on_any_other_page(
    page: Page, portal: Portal, sign_in: Callable[[str], None], colours: str
) -> None:
    ids = portal.scene("house")
    sign_in("ada")
    page.emulate_media(color_scheme=colours, reduced_motion="reduce")
    found = open_all(page, portal, ids, ALL_OTHERS)
    assert not found, "\n".join(found)
