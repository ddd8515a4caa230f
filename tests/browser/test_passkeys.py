"""Passkeys and security keys in a real browser with a virtual authenticator."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .conftest import PICTURES, Portal

pytestmark = pytest.mark.browser

PASSWORD = "an-old-lighthouse-7"
MAKE = (
    "from accounts.models import User;"
    f"User.objects.create_user('mina', password='{PASSWORD}', first_name='Mina')"
)


def plug_in_a_key(page: Page) -> None:
    """Give the browser an authenticator that says yes."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_added_and_signs_in(
    portal: Portal, page: Page, context: BrowserContext, complaints: list[str]
) -> None:
    portal.run("manage.py", "shell", "-c", MAKE)
    here = portal.url.replace("127.0.0.1", "localhost")
    page.goto(f"{here}/account/login/")
    plug_in_a_key(page)
    expect(page.get_by_role("button", name="Continue with a passkey")).to_be_visible()
    page.screenshot(path=PICTURES / "sign-in.png")
    page.get_by_label("User name").fill("mina")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto(f"{here}/account/factors/")
    page.screenshot(path=PICTURES / "factors.png")
    page.get_by_role("link", name="Add a key").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/webauthn/add/", wait_until="load")
    page.get_by_label("Name of the key").fill("Laptop")
    page.get_by_role("button", name="Add the key").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible(timeout=15000)
    page.goto(f"{here}/account/factors/webauthn/")
    expect(page.get_by_role("cell", name="Laptop Passkey")).to_be_visible()

    context.clear_cookies()
    page.goto(f"{here}/account/login/")
    page.get_by_role("button", name="Continue with a passkey").click()
    page.wait_for_url(f"{here}/")
    context.clear_cookies()

    page.goto(f"{here}/account/login/")
    page.get_by_label("User name").fill("mina")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.screenshot(path=PICTURES / "second-step.png")
    page.goto(f"{here}/machines/")
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_role("button", name="Use a security key").click()
    page.wait_for_url(f"{here}/")
    assert not [one for one in complaints if "Content Security Policy" in one]


@pytest.mark.parametrize(("theme", "width"), [("dark", 1440), ("light", 390)])
def test_the_sign_in_page_fits(
    portal: Portal, page: Page, theme: str, width: int, complaints: list[str]
) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(portal.url.replace("127.0.0.1", "localhost") + "/account/login/")
    expect(page.get_by_role("link", name="Forgotten?")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=PICTURES / f"sign-in-{theme}-{width}.png")
    page.get_by_role("link", name="Forgotten?").click()
    expect(page.get_by_role("heading", name="Ask an administrator")).to_be_visible()
