"""An organisation's account by SAML in a real browser: out, in, and out again at both ends."""

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.services import RedisServer
from tests.sign_in.identity import keys
from tests.sign_in.identity.running import Identity

from .conftest import PICTURES, Portal

pytestmark = pytest.mark.browser
DOOR = "/account/saml/organisation/"


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Identity]:
    """The identity provider."""
    made = Identity(tmp_path_factory.mktemp("identity"))
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def northfield(
    tmp_path_factory: pytest.TempPathFactory, identity: Identity
) -> Iterator[tuple[Portal, Identity]]:
    """A portal of an organisation that signs its people in by SAML."""
    folder: Path = tmp_path_factory.mktemp("northfield")
    redis = RedisServer(folder)
    redis.start()
    portal = Portal(folder, redis)
    certificate, key = keys.make("northfield")
    portal.env |= {
        "GUESTHOUSE_SAML_METADATA": identity.metadata,
        "GUESTHOUSE_SAML_NAME": "Northfield",
        "GUESTHOUSE_SAML_CERTIFICATE": certificate,
        "GUESTHOUSE_SAML_KEY": key,
        "GUESTHOUSE_TEAM_MAP": '{"students": ["course-a", "member"]}',
    }
    try:
        portal.start()
        # Another site than the provider's, as in life: cookies do not come with what it posts.
        portal.url = portal.url.replace("127.0.0.1", "localhost")
        with urllib.request.urlopen(f"{portal.url}{DOOR}metadata/", timeout=10) as answer:
            identity.know(answer.read())
        yield portal, identity
    finally:
        portal.stop()
        redis.kill()


def test_an_organisation_s_person_comes_and_goes(
    northfield: tuple[Portal, Identity], page: Page, complaints: list[str]
) -> None:
    portal, identity = northfield
    make = "from accounts.models import Team; Team.objects.create(name='Course A', slug='course-a')"
    portal.run("manage.py", "shell", "-c", make)
    identity.person("lena", "students")

    page.goto(f"{portal.url}/machines/")
    page.screenshot(path=PICTURES / "sign-in-saml.png", caret="initial")
    page.get_by_role("button", name="Continue with Northfield account").click()
    page.wait_for_url(f"{portal.url}/machines/")
    page.goto(f"{portal.url}/teams/")
    expect(page.get_by_role("link", name="Course A").first).to_be_visible()

    page.goto(f"{portal.url}/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{portal.url}/account/login/")
    assert identity.told()["signed_out"] == "id-of-lena"
    page.goto(f"{portal.url}/machines/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert not [one for one in complaints if "Content Security Policy" in one]


@pytest.mark.parametrize(("theme", "width"), [("dark", 1440), ("light", 390)])
def test_a_refusal_is_explained(
    northfield: tuple[Portal, Identity], page: Page, theme: str, width: int
) -> None:
    portal, identity = northfield
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    identity.person("lena", "students", sign_assertion=False)
    page.goto(f"{portal.url}/account/login/")
    page.get_by_role("button", name="Continue with Northfield account").click()
    expect(page.get_by_text("nobody vouches for it")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=PICTURES / f"sign-in-saml-refused-{theme}-{width}.png", caret="initial")
    page.get_by_role("link", name="Back to signing in").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
