"""People as they come into a portal: by a mailed invitation, with a second factor, at a browser.

A `Person` sits at a browser of their own; a crowd comes over HTTP by the same forms.
"""

import email
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import (
    APIRequestContext,
    APIResponse,
    Browser,
    BrowserContext,
    Page,
    expect,
)

from tests.lab import wait_until

PASSWORD = "an-old-lighthouse-7"
PICTURES = Path(__file__).resolve().parents[2] / "var" / "pictures"
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
LONGEST = 20_000  # ms that a page may take on a slow machine


@dataclass
class Mailbox:
    """The folder into which the portal's mail goes."""

    folder: Path

    def link_for(self, address: str) -> str:
        """Wait for the invitation of this address and return the link in it."""
        what = f"the invitation of {address}"
        return wait_until(lambda: self._find(address), timeout=30, what=what)

    def _find(self, address: str) -> str:
        for path in sorted(self.folder.glob("*.log")):
            for text in re.split(r"^-{70,}\n", path.read_text(), flags=re.MULTILINE):
                letter = email.message_from_string(text)
                if letter["To"] == address:
                    body = letter.get_payload(decode=True)
                    found = re.search(rb"http://\S+/teams/join/\S+", body)  # type: ignore[arg-type]
                    return found[0].decode() if found else ""
        return ""


@dataclass
class Person:
    """Somebody in a team at a browser of their own."""

    name: str
    team: str
    role: str
    context: BrowserContext
    page: Page
    secret: str = ""
    faults: list[str] = field(default_factory=list)

    @property
    def username(self) -> str:
        """The name that they sign in with."""
        return self.name.split()[0].lower()

    @property
    def mail(self) -> str:
        """Where their invitation goes."""
        return f"{self.username}@example.net"

    @property
    def web(self) -> APIRequestContext:
        """Requests with the cookies of the browser."""
        return self.context.request

    def picture(self, name: str) -> None:
        """Keep the page as it looks: light, dark, and on a phone."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            self._shoot(f"{name}-{scheme}")
        self.page.emulate_media(color_scheme="light", reduced_motion="no-preference")
        self.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        self._shoot(f"{name}-phone")
        width = self.page.evaluate("document.documentElement.scrollWidth")
        self.page.set_viewport_size(DESK)  # type: ignore[arg-type]
        assert width <= PHONE["width"], f"{name} is wider than a phone"

    def _shoot(self, name: str) -> None:
        self.page.screenshot(path=PICTURES / f"teams-{name}.png", caret="initial")


def seat(browser: Browser, url: str, name: str, team: str = "", role: str = "") -> Person:
    """Give somebody a browser, which notes what their pages complain of."""
    context = browser.new_context(base_url=url, viewport=DESK, locale="en-GB")  # type: ignore[arg-type]
    context.set_default_timeout(LONGEST)
    person = Person(name, team, role, context, context.new_page())
    watch(person, person.page)
    return person


def watch(person: Person, page: Page) -> None:
    """Note what a page throws, and what our content policy stops in it."""
    page.on("pageerror", lambda error: person.faults.append(str(error)))
    page.on(
        "console",
        lambda line: person.faults.append(line.text) if "policy" in line.text else None,
    )


def code(secret: str, step: int = 0) -> str:
    """Return what the app of this secret shows, `step` half minutes from now."""
    counter = int(time.time()) // 30 + step
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))


def come_in(person: Person, link: str, *, pictures: bool = False) -> None:
    """Take an invitation on its page, and set up the app that the team asks for."""
    page = person.page
    page.goto(link)
    expect(page.get_by_role("heading", name=f"Join {person.team}")).to_be_visible()
    if pictures:
        person.picture("join")
    page.get_by_label("User name").fill(person.username)
    page.get_by_label("Name", exact=True).fill(person.name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Make an account and join").click()
    expect(page.get_by_text("You need a second factor here.")).to_be_visible()
    if pictures:
        person.picture("factor-needed")
    page.get_by_role("link", name="Set up an app").click()
    confirm(person)
    secret = page.locator("#totp-secret")
    expect(secret).to_be_visible()
    person.secret = secret.inner_text().strip()
    if pictures:
        person.picture("factor-app")
    page.get_by_label("Code").fill(code(person.secret))
    page.get_by_role("button", name="Set up").click()
    expect(page.locator("#recovery-codes li")).to_have_count(10)
    if pictures:
        person.picture("factor-codes")
    page.get_by_role("link", name="I have kept them").click()
    expect(page).to_have_url(re.compile(r"^https?://[^/]+/$"))


def confirm(person: Person) -> None:
    """Give the password once more where that is asked for."""
    page = person.page
    page.wait_for_url(re.compile("reauthenticate|totp"))
    if "reauthenticate" in page.url:
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()


def sign_out(person: Person) -> None:
    """Leave."""
    person.page.goto("/account/logout/")
    person.page.get_by_role("button", name="Sign out").click()
    expect(person.page).to_have_url(re.compile("/account/login/"))


def sign_in(person: Person, password: str = PASSWORD, *, pictures: bool = False) -> None:
    """Sign in by the form, with the app's code where the person has an app."""
    page = person.page
    page.goto("/account/login/")
    if pictures:
        person.picture("sign-in")
    page.get_by_label("User name").fill(person.username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    if person.secret:
        expect(page.get_by_role("heading", name="Second step")).to_be_visible()
        assert person.web.get("/api/v1/me").status == 401, "the password alone opened the API"
        if pictures:
            person.picture("second-step")
        page.get_by_label("Code").fill(code(person.secret, 1))
        page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile(r"^https?://[^/]+/$"))


def come_over_http(web: APIRequestContext, link: str, username: str, name: str) -> None:
    """Do the same as `come_in` without a browser; `web` has the person's cookies afterwards."""
    form = {"username": username, "full_name": name, "password": PASSWORD}
    shown = send(web, web.get(link), form)
    assert "/account/factors/" in shown.url, f"{username} was let in without a second factor"
    page = web.get("/account/factors/totp/activate/")
    if "reauthenticate" in page.url:
        page = send(web, page, {"password": PASSWORD})
    found = re.search(r'id="totp-secret">([A-Z2-7]+)<', page.text())
    assert found, page.url
    done = send(web, page, {"code": code(found[1])})
    assert "recovery-codes" in done.url, done.url


def send(web: APIRequestContext, page: APIResponse, form: dict[str, str]) -> APIResponse:
    """Send the form of a page that was fetched, as its button would."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text())
    assert found, f"{page.url} has no form: {page.status}"
    said: dict[str, str | float | bool] = {**form, "csrfmiddlewaretoken": found[1]}
    return web.post(page.url, form=said, headers={"Referer": page.url})


def own_page(person: Person) -> dict[str, str]:
    """Return the headers that show that a request comes from the page that is open."""
    word = str(person.page.evaluate("document.documentElement.dataset.csrf"))
    return {"X-CSRFToken": word, "Referer": person.page.url, "Accept": "application/json"}
