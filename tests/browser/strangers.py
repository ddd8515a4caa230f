"""What somebody of another team finds of a team: nothing, by whatever door they try."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from playwright.sync_api import APIResponse, expect

from tests.portal import Portal

from .people import Person, own_page

MISSING = 987654  # the id of nothing
PAGES = (
    "/",
    "/machines/",
    "/machines/bin/",
    "/machines/new/",
    "/wall/",
    "/jobs/",
    "/jobs/drawer/",
    "/jobs/pill/",
    "/requests/",
    "/requests/more/",
    "/teams/",
    "/networks/",
    "/account/tokens/",
    "/machines/filters/",
    "/machines/new/?team=teaching",
    "/requests/more/?team=teaching",
    "/machines/?team=teaching",
)
LISTS = ("vms", "vms/bin", "jobs", "requests", "teams", "networks", "images", "quota", "usage")
OF_VM = (
    "",
    "hardware/",
    "history/",
    "metrics/",
    "head/",
    "part/people/",
    "row/",
    "menu/",
    "keep/",
    "share/",
    "rename/",
    "delete/",
    "console/",
    "console/serial/",
    "console/panel/",
    "card/",
)
OF_TEAM = (
    "",
    "members/",
    "settings/",
    "history/",
    "service-accounts/",
    "quota/",
    "usage/",
)


@dataclass(frozen=True)
class Hidden:
    """What strangers must not find."""

    team: int
    slug: str
    vms: tuple[int, ...]
    names: tuple[str, ...]


def see_nothing(person: Person, hidden: Hidden, portal: Portal) -> None:
    """Try every door as somebody of another team."""
    web = person.web
    for path in PAGES:
        _names_nothing(web.get(path), hidden)
    for vm in hidden.vms:
        for part in OF_VM:
            _alike(person, f"/machines/{vm}/{part}", f"/machines/{MISSING}/{part}", hidden)
    for part in OF_TEAM:
        _alike(person, f"/teams/{hidden.slug}/{part}", f"/teams/nobody/{part}", hidden)
    _finds_nothing(person, hidden)
    _audit_is_shut(person, hidden)
    _console_is_shut(person, hidden)
    _token_opens_nothing(person, hidden, portal)


def _names_nothing(
    answer: APIResponse, hidden: Hidden, allowed: Iterable[int] = (200, 404)
) -> None:
    assert answer.status in allowed, f"{answer.url}: {answer.status}"
    text = answer.text()
    for name in hidden.names:
        assert name not in text, f"{answer.url} tells of {name}"


def _plain(answer: APIResponse) -> tuple[int, str]:
    """Return status and text without what differs on each answer."""
    text = re.sub(r'(data-csrf=|csrfmiddlewaretoken" value=|nonce=)"[^"]+"', "", answer.text())
    address = answer.url.split("/", 3)[3]
    return answer.status, re.sub(r"\d{3,}|\d+", "#", text.replace(address, ""))


def _alike(person: Person, existing: str, missing: str, hidden: Hidden) -> None:
    """Make sure that what is another team's looks like what is not there."""
    there = person.web.get(existing)
    _names_nothing(there, hidden, (404, 405))
    assert _plain(there) == _plain(person.web.get(missing)), existing


def _finds_nothing(person: Person, hidden: Hidden) -> None:
    """Search, on the page and behind it."""
    for name in hidden.names:
        found = person.web.get("/search/", params={"q": name})
        assert found.json() == {"groups": []}, f"search finds {name}"
        listed = person.web.get("/machines/", params={"q": name}).text()
        assert 'data-live-kind="vm"' not in listed
    page = person.page
    page.goto("/")
    page.keyboard.press("Control+k")
    box = page.locator("#palette input")
    expect(box).to_be_visible()
    with page.expect_response(lambda answer: "/search/" in answer.url) as heard:
        box.fill(hidden.names[0])
    assert heard.value.json() == {"groups": []}
    expect(page.locator("#palette")).not_to_contain_text(hidden.names[1])


def _audit_is_shut(person: Person, hidden: Hidden) -> None:
    """The record is for administrators; the history of the own team tells of that alone."""
    for path in ("/jobs/record/", "/jobs/record/export/csv/", "/api/v1/audit"):
        _names_nothing(person.web.get(path), hidden, (403,))
    if person.role == "owner":
        _names_nothing(person.web.get(f"/teams/{person.team.lower()}/history/"), hidden, (200,))


def _console_is_shut(person: Person, hidden: Hidden) -> None:
    """Neither a ticket nor the difference between a machine and none."""
    person.page.goto("/")
    headers = own_page(person)
    for path in (
        "/machines/{}/console/ticket/",
        "/machines/{}/start/",
        "/machines/{}/console/hands/",
    ):
        answers = [
            person.web.post(path.format(vm), headers=headers) for vm in (hidden.vms[0], MISSING)
        ]
        assert [answer.status for answer in answers] == [404, 404], path
        _names_nothing(answers[0], hidden)
        assert _plain(answers[0]) == _plain(answers[1]), path


def _token_opens_nothing(person: Person, hidden: Hidden, portal: Portal) -> None:
    """Make a token on its page, and try the API with it."""
    page = person.page
    page.goto("/account/tokens/")
    page.locator("input[name=name]").fill("curious")
    page.get_by_role("button", name="Make token").click()
    token, portal.token = portal.token, page.locator("#new-token").inner_text().strip()
    try:
        _try_api(portal, hidden)
    finally:
        portal.token = token


def _try_api(portal: Portal, hidden: Hidden) -> None:
    for name in LISTS:
        status, answer = portal.ask("GET", f"/api/v1/{name}")
        assert status == 200, f"{name}: {status}"
        assert not any(one in str(answer) for one in hidden.names), f"{name} tells of them"
    tries = [
        ("GET", "/vms/{}", None),
        ("PATCH", "/vms/{}", {"name": "mine"}),
        ("DELETE", "/vms/{}", None),
        ("POST", "/vms/{}/actions/start", {}),
        ("POST", "/vms/{}/console", {}),
        ("GET", "/vms/{}/screenshot", None),
    ]
    for method, path, body in tries:
        _same(portal, method, path, body, hidden.vms[0])
    for method, path in (
        ("GET", "/teams/{}"),
        ("GET", "/teams/{}/members"),
        ("GET", "/teams/{}/quota"),
    ):
        _same(portal, method, path, None, hidden.team)
    status, said = portal.ask(
        "POST",
        "/api/v1/vms",
        {"name": "mine", "team": hidden.slug, "source": "image:tiny", "size": "tiny"},
    )
    assert status in {400, 404, 422}, said


def _same(portal: Portal, method: str, path: str, body: object, existing: int) -> None:
    """Make sure that the API says the same of what exists and of what does not."""
    there = portal.ask(method, "/api/v1" + path.format(existing), body)
    gone = portal.ask(method, "/api/v1" + path.format(MISSING), body)
    assert there[0] == 404, f"{method} {path}: {there}"
    assert _bare(there[1], existing) == _bare(gone[1], MISSING), f"{method} {path}"


def _bare(answer: object, pk: int) -> str:
    text = re.sub(r"'(request_id|instance|id)': '[^']*'", "", str(answer))
    return text.replace(str(pk), "#")


LISTEN = """(asked) => new Promise((done) => {
  window.heard = [];
  const socket = new WebSocket(location.origin.replace("http", "ws") + "/ws/live/");
  socket.onmessage = (event) => {
    const message = JSON.parse(event.data);
    if (message.t === "hello") {
      socket.send(JSON.stringify({ t: "watch", ...asked }));
      done(true);
    }
    window.heard.push(...(message.items ?? []));
  };
  socket.onclose = () => done(false);
})"""


PAUSED = """(vm) => window.heard.some(
  (item) => item.kind === "vm" && item.id === vm && item.facts.state === "paused",
)"""


def hear_nothing(stranger: Person, own: Person, hidden: Hidden) -> None:
    """Ask the socket for another team's machine by its number; only who is of the team hears."""
    asked = {"kinds": ["vm", "job", "screen", "room", "request"], "ids": list(hidden.vms)}
    for person, wish in ((stranger, {}), (own, asked)):
        person.page.goto("/")
        assert person.page.evaluate(LISTEN, wish), person.name
    nosy = stranger.context.new_page()
    nosy.goto("/")
    assert nosy.evaluate(LISTEN, asked)
    headers = own_page(own)
    answer = own.web.post(f"/machines/{hidden.vms[0]}/pause/", headers=headers)
    assert answer.ok, answer.status
    own.page.wait_for_function(PAUSED, arg=hidden.vms[0])
    _ask_for_more(stranger)
    stranger.page.wait_for_function("window.heard.some((item) => item.kind === 'request')")
    assert nosy.evaluate("window.heard") == []
    about = stranger.page.evaluate("window.heard.filter((item) => item.kind !== 'request')")
    assert [item for item in about if item["id"] in hidden.vms] == []
    own.web.post(f"/machines/{hidden.vms[0]}/resume/", headers=headers)
    nosy.close()


def _ask_for_more(person: Person) -> None:
    """Let the person's own page hear something, which comes after what it must not hear."""
    other = person.context.new_page()
    other.goto(f"/requests/more/?team={person.team.lower()}")
    other.get_by_label("Machines").fill("3")
    other.get_by_label("What is it for?").fill("To hear of it")
    other.get_by_role("button", name="Send the request").click()
    expect(other.get_by_text("The request is sent to the administrators.")).to_be_visible()
    other.close()
