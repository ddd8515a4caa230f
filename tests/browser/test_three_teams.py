"""Three teams and thirty people on one host, who do not get in each other's way."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.lab import Lab, wait_until
from tests.portal import PASSWORD as ADMIN_PASSWORD
from tests.portal import Portal

from . import strangers
from .people import (
    LONGEST,
    PICTURES,
    Mailbox,
    Person,
    come_in,
    come_over_http,
    own_page,
    seat,
    sign_in,
    sign_out,
    watch,
)

pytestmark = [pytest.mark.slow, pytest.mark.lab, pytest.mark.browser, pytest.mark.timeout(600)]

TEAMS = ("Teaching", "Research", "Office")
AT_BROWSERS = (
    ("Jonas Weber", "Teaching", "owner"),
    ("Lena Roth", "Teaching", "operator"),
    ("Kofi Mensah", "Teaching", "member"),
    ("Vera Lind", "Teaching", "viewer"),
    ("Nadia Haddad", "Research", "owner"),
    ("Omar Aziz", "Research", "operator"),
    ("Sam Okafor", "Research", "member"),
    ("Ines Duarte", "Research", "viewer"),
)
OVER_HTTP = {"Teaching": 6, "Research": 6, "Office": 10}
ROLES = ("owner", "operator", "member", "viewer")
AT_ONCE = 5_000  # ms within which a right that ended shows
FIRST, SECOND, THIRD = "kofi-kettle-1", "kofi-kettle-2", "kofi-kettle-3"


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Let a page take its time on a slow machine; what is measured has its own bound."""
    expect.set_options(timeout=LONGEST)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    """Where the portal's mail goes."""
    return Mailbox(tmp_path)


@pytest.fixture
def portal(mailbox: Mailbox) -> Iterator[Portal]:
    """A portal that mails."""
    made = Portal()
    made.environment["EMAIL_URL"] = f"filemail:///{mailbox.folder}"
    with made as running:
        yield running


def test_three_teams_keep_out_of_each_others_way(
    lab: Lab, portal: Portal, mailbox: Mailbox, browser: Browser, playwright: Playwright
) -> None:
    socket_path = str(lab["hv1"].socket_path)
    portal.manage("addhost", "--name", "juniper", "--transport", "local", "--socket", socket_path)
    admin = seat(browser, portal.url, "admin")
    sign_in(admin, ADMIN_PASSWORD)
    for name in TEAMS:
        make_team(admin, name)
    limit(admin, "Teaching", each="1")
    limit(admin, "Research")
    ids = {team["name"]: team["id"] for team in portal.ask("GET", "/api/v1/teams")[1]["items"]}

    people = {}
    for name, team, role in AT_BROWSERS:
        people[name.split()[0].lower()] = person = seat(browser, portal.url, name, team, role)
        inviting = people["jonas" if team == "Teaching" else "nadia"] if role != "owner" else admin
        invite(inviting, person)
        come_in(person, mailbox.link_for(person.mail), pictures=person.username == "jonas")
        sign_out(person)
        sign_in(person, pictures=person.username == "jonas")
    crowd(portal, playwright, ids)
    count_heads(portal, ids)

    kofi, jonas = people["kofi"], people["jonas"]
    portal.wait_for_host("juniper")
    first = create_within(kofi)
    ask_beyond_own_limit(kofi)
    approve(jonas, kofi)
    second = machine_of(portal, SECOND)
    ask_beyond_team(kofi, admin)

    hidden = strangers.Hidden(
        team=ids["Teaching"], slug="teaching", vms=(first, second), names=(FIRST, SECOND, "Kofi")
    )
    for username in ("sam", "nadia"):
        strangers.see_nothing(people[username], hidden, portal)
    strangers.hear_nothing(people["sam"], kofi, hidden)
    revoke_console(people["lena"], jonas, first)
    revoke_membership(people["lena"], jonas, first)
    for person in (admin, *people.values()):
        assert person.faults == [], person.name
        person.context.close()


def make_team(admin: Person, name: str) -> None:
    """Make a team whose members need a second factor."""
    page = admin.page
    page.goto("/teams/new/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Make the team").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    page.goto(f"/teams/{name.lower()}/settings/")
    page.get_by_label("Members need a second factor").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Members need a second factor")).to_be_checked()


def limit(admin: Person, team: str, each: str = "") -> None:
    """Let a team have two machines, and each person in it `each` of them."""
    page = admin.page
    page.goto(f"/teams/{team.lower()}/quota/")
    page.locator("input[name=team-machines]").fill("2")
    page.locator("input[name=each-machines]").fill(each)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The limits are set.")).to_be_visible()


def invite(by: Person, person: Person) -> None:
    """Invite somebody by mail, on the page of members."""
    page = by.page
    page.goto(f"/teams/{person.team.lower()}/members/")
    page.locator("#invite_email").fill(person.mail)
    page.locator("#invite_role").select_option(person.role)
    page.get_by_role("button", name="Make an invitation").click()
    expect(page.locator("#invitation-link")).to_be_visible()
    if person.username == "lena":
        by.picture("invited")


def crowd(portal: Portal, playwright: Playwright, ids: dict[str, int]) -> None:
    """Let everybody else in, by links and without a browser."""
    for team, count in OVER_HTTP.items():
        for number in range(count):
            body = {"role": ROLES[number % len(ROLES)]}
            path = f"/api/v1/teams/{ids[team]}/invitations"
            status, made = portal.ask("POST", path, body)
            assert status == 201, made
            web = playwright.request.new_context(base_url=portal.url)
            username = f"{team.lower()}{number}"
            come_over_http(web, f"/teams/join/{made['key']}/", username, f"{team} {number}")
            assert web.get("/api/v1/me").json()["username"] == username
            web.dispose()


def count_heads(portal: Portal, ids: dict[str, int]) -> None:
    """Make sure that thirty people are in the three teams."""
    heads = 0
    for pk in ids.values():
        _status, page = portal.ask("GET", f"/api/v1/teams/{pk}/members?page_size=200")
        heads += len(page["items"])
    assert heads == 30


def choose(person: Person, name: str) -> None:
    """Fill in the page of a new machine."""
    page = person.page
    page.goto("/machines/new/?team=teaching")
    page.locator("label.gh-choice", has_text="Tiny Linux").first.click()
    page.locator("label.gh-choice", has_text="256 MiB").first.click()
    page.get_by_label("Name", exact=True).fill(name)
    expect(page.locator("#create-summary")).to_contain_text(name)


def create_within(kofi: Person) -> int:
    """Make a machine within the quota, see it run, and return its id."""
    page = kofi.page
    choose(kofi, FIRST)
    expect(page.locator("#create-summary")).to_contain_text("Leaves")
    page.get_by_role("button", name="Create machine").click()
    expect(page).to_have_url(re.compile(r"/machines/\d+/$"))
    expect(page.locator("[data-pill=running]").first).to_be_visible(timeout=60_000)
    return int(page.url.rstrip("/").rpartition("/")[2])


def ask_beyond_own_limit(kofi: Person) -> None:
    """Be told why one's second machine takes somebody's word, and ask for it."""
    page = kofi.page
    choose(kofi, SECOND)
    summary = page.locator("#create-summary")
    expect(summary).to_contain_text("This is beyond your own limit.")
    expect(page.get_by_role("button", name="Create machine")).to_have_count(0)
    answer = kofi.web.post("/api/v1/vms", data=body_of(kofi), headers=own_page(kofi))
    assert (answer.status, answer.json()["code"]) == (422, "quota"), answer.text()
    refused = answer.json()["resources"]
    assert [(line["resource"], line["scope"], line["left"]) for line in refused] == [
        ("machines", "person", 0)
    ]
    page.locator("#id_comment").fill("For the second half of the course")
    kofi.picture("beyond-own")
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_text(f"Your request for {SECOND} is sent.")).to_be_visible()
    expect(page.locator(".gh-request")).to_contain_text(SECOND)


def approve(jonas: Person, kofi: Person) -> None:
    """See what the request would change, and agree; the machine is made."""
    page = jonas.page
    page.goto("/requests/")
    row = page.locator(".gh-request", has_text=SECOND)
    expect(row).to_contain_text("Kofi Mensah")
    expect(row).to_contain_text("“For the second half of the course”")
    evidence = row.get_by_role("list", name="What it would change")
    expect(evidence).to_contain_text("Machines of the team afterwards: 2 of 2")
    expect(evidence).to_contain_text("A host has room for it.")
    jonas.picture("requests")
    row.get_by_role("button", name="Approve").click()
    expect(page.get_by_text(f"Approved: {SECOND}")).to_be_visible()
    expect(kofi.page.locator(".gh-request", has_text=SECOND)).to_contain_text("Approved")
    kofi.picture("approved")
    kofi.page.goto("/machines/")
    made = kofi.page.locator("tr[data-live-kind=vm]", has_text=SECOND)
    expect(made).to_contain_text("Running", timeout=60_000)


def machine_of(portal: Portal, name: str) -> int:
    """Return the id of a machine."""
    items = portal.ask("GET", "/api/v1/vms?page_size=200")[1]["items"]
    return int(next(vm["id"] for vm in items if vm["name"] == name))


def ask_beyond_team(kofi: Person, admin: Person) -> None:
    """Be told that the team has no more, ask for more, and get it from an administrator."""
    page = kofi.page
    choose(kofi, THIRD)
    expect(page.locator("#create-summary")).to_contain_text("The team has not enough left.")
    kofi.picture("beyond-team")
    page.locator("#create-go").get_by_role("link", name="Ask for more").click()
    page.get_by_label("Machines").fill("3")
    page.get_by_label("What is it for?").fill("One to break")
    kofi.picture("ask-more")
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_text("The request is sent to the administrators.")).to_be_visible()
    admin.page.goto("/requests/")
    row = admin.page.locator(".gh-request", has_text="One to break")
    expect(row).to_contain_text("Machines: 2 in use, quota 2 → 3")
    row.get_by_role("button", name="Approve").click()
    expect(page.locator(".gh-request", has_text="One to break")).to_contain_text("Approved")
    choose(kofi, THIRD)
    expect(page.locator("#create-summary")).not_to_contain_text("The team has not enough left.")


def body_of(kofi: Person) -> dict[str, str]:
    """Return what the API is asked for instead of the page that is filled in."""
    chosen = {
        name: kofi.page.locator(f"input[name={name}]:checked").get_attribute("value") or ""
        for name in ("source", "size")
    }
    return {**chosen, "name": SECOND, "team": "teaching"}


def revoke_console(lena: Person, jonas: Person, vm: int) -> None:
    """Let an operator only look: the console closes and says why, the page stays."""
    lena.page.goto(f"/machines/{vm}/")
    console = lena.context.new_page()
    watch(lena, console)
    console.goto(f"/machines/{vm}/console/")
    expect(console.locator("#console")).to_have_attribute("data-state", "connected")
    jonas.page.goto("/teams/teaching/members/")
    begun = time.monotonic()
    set_role(jonas, "Lena Roth", "viewer")
    cover = console.locator("[data-cover=closed]")
    expect(cover).to_contain_text("You may no longer use this console.", timeout=left_of(begun))
    expect(lena.page.locator("#machine-head")).to_be_visible()
    console.screenshot(path=PICTURES / "teams-console-ended.png")
    set_role(jonas, "Lena Roth", "operator")
    console.reload()
    expect(console.locator("#console")).to_have_attribute("data-state", "connected")


def revoke_membership(lena: Person, jonas: Person, vm: int) -> None:
    """Take somebody out: what they have open ends and says why."""
    machine, console = lena.context.pages
    expect(machine.locator(".gh-live--on")).to_be_visible()
    sockets: list[str] = []
    for page in (machine, console):
        page.on("websocket", lambda one: sockets.append(one.url))
    page = jonas.page
    page.goto("/teams/teaching/members/")
    page.get_by_role("button", name="Take Lena Roth out").click()
    begun = time.monotonic()
    page.locator("#confirm").get_by_role("button", name="Take out").click()
    for page in (machine, console):
        expect(page.get_by_role("heading", name="Nothing here")).to_be_visible(
            timeout=left_of(begun)
        )
        expect(page.locator("#toasts")).to_contain_text("Your rights have changed")
    assert sockets == [], "a page of what is not hers any more listens"
    assert lena.web.get(f"/machines/{vm}/").status == 404
    lena.picture("rights-ended")


def set_role(jonas: Person, name: str, role: str) -> None:
    """Give a member another role on the page of members, which is open."""
    with jonas.page.expect_navigation():
        jonas.page.get_by_label(f"Role of {name}").select_option(role)
    wait_until(
        lambda: jonas.page.get_by_label(f"Role of {name}").input_value() == role,
        what=f"{name} as {role}",
    )


def left_of(begun: float) -> float:
    """Return the ms that are left until what ended at `begun` has to show, at least one."""
    return max(1.0, AT_ONCE - (time.monotonic() - begun) * 1000)
