"""Sign-in with an organisation's account, against a real OpenID provider in its own process."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Team, User

from .conftest import code, give_code, is_in, with_app
from .provider.running import CLIENT_ID, CLIENT_SECRET, Provider
from .ways import way_out

BACK = "http://testserver/account/with/organisation/back/"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """The provider."""
    made = Provider(tmp_path_factory.mktemp("provider"), BACK)
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def provider(running: Provider, settings: LazySettings, db: None) -> Provider:
    """The provider, with the portal set to send people there."""
    settings.OIDC_URL = running.issuer
    settings.OIDC_NAME = "Northfield"
    settings.TEAM_MAP = {"students": ("course-a", "member"), "staff": ("course-a", "owner")}
    app = {
        "provider_id": "organisation",
        "name": "Northfield",
        "client_id": CLIENT_ID,
        "secret": CLIENT_SECRET,
        "settings": {"server_url": running.issuer},
    }
    given = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {**given, "APPS": [app]}}
    return running


def come(provider: Provider, name: str, client: Client | None = None) -> Client:
    """Go the whole way: our button, the provider, and back."""
    client = client or Client()
    page = client.get(reverse("account_login")).content.decode()
    assert "Continue with Northfield account" in page
    sent = client.post(reverse("openid_connect_login", args=["organisation"]))
    away = way_out(sent)
    assert away.startswith(f"{provider.issuer}/authorize")
    assert {"state", "code_challenge"} <= set(parse_qs(urlsplit(away).query))
    browser = requests.Session()
    browser.get(f"{provider.url}/be/{name}/", timeout=10)
    answer = browser.get(away, allow_redirects=False, timeout=10)
    back = answer.headers["Location"]
    assert back.startswith(BACK), back
    client.get(back.removeprefix("http://testserver"))
    return client


def roles(name: str) -> dict[str, str]:
    """Return the person's teams and roles."""
    rows = Membership.objects.filter(user__username=name)
    return dict(rows.values_list("team__slug", "role"))


def test_off_unless_configured(client: Client, db: None) -> None:
    assert "Continue with" not in client.get(reverse("account_login")).content.decode()
    assert client.post(reverse("openid_connect_login", args=["organisation"])).status_code == 404


def test_the_organisation_s_people_come_in(provider: Provider) -> None:
    Team.objects.create(name="Course A", slug="course-a")
    provider.person("lena", "students", "unheard-of")
    assert is_in(come(provider, "lena"))
    lena = User.objects.get(username="lena")
    assert lena.first_name == "Lena"
    assert not lena.has_usable_password()
    assert roles("lena") == {"course-a": "member"}
    assert is_in(come(provider, "lena"))
    assert User.objects.count() == 1


def test_teams_follow_the_groups(provider: Provider) -> None:
    Team.objects.create(name="Course A", slug="course-a")
    choir = Team.objects.create(name="Choir", slug="choir")
    provider.person("mats", "students")
    come(provider, "mats")
    mats = User.objects.get(username="mats")
    Membership.objects.create(user=mats, team=choir, role="viewer")
    provider.person("mats", "staff")
    come(provider, "mats")
    assert roles("mats") == {"course-a": "owner", "choir": "viewer"}
    provider.person("mats")
    come(provider, "mats")
    assert roles("mats") == {"choir": "viewer"}


def test_a_namesake_gets_an_account_of_their_own(provider: Provider, ada: User) -> None:
    ada.email = "ada@example.org"
    ada.save()
    provider.person("ada")
    client = come(provider, "ada")
    assert is_in(client)
    other = SocialAccount.objects.get().user
    assert other != ada
    assert not other.is_superuser
    assert client.session["_auth_user_id"] == str(other.pk)


def test_the_second_factor_is_asked_for_here_too(provider: Provider) -> None:
    provider.person("nora")
    come(provider, "nora")
    with_app(User.objects.get(username="nora"))
    client = come(provider, "nora")
    assert not is_in(client)
    give_code(client, code())
    assert is_in(client)


def test_an_answer_to_somebody_else_s_question_is_refused(provider: Provider) -> None:
    provider.person("lena")
    client, victim = Client(), Client()
    away = way_out(client.post(reverse("openid_connect_login", args=["organisation"])))
    browser = requests.Session()
    browser.get(f"{provider.url}/be/lena/", timeout=10)
    back = browser.get(away, allow_redirects=False, timeout=10).headers["Location"]
    victim.get(back.removeprefix("http://testserver"))
    assert not is_in(victim)


def test_a_signed_in_person_does_not_hang_it_on_their_account(
    provider: Provider, oli: User
) -> None:
    provider.person("pia")
    client = Client()
    client.force_login(oli)
    sent = client.post(reverse("openid_connect_login", args=["organisation"]) + "?process=connect")
    browser = requests.Session()
    browser.get(f"{provider.url}/be/pia/", timeout=10)
    back = browser.get(way_out(sent), allow_redirects=False, timeout=10).headers["Location"]
    client.get(back.removeprefix("http://testserver"))
    assert not SocialAccount.objects.filter(user=oli).exists()


def test_a_provider_that_is_away_says_so(provider: Provider, settings: LazySettings) -> None:
    app: Any = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]  # type: ignore[index]
    app["settings"] = {"server_url": "http://127.0.0.1:9"}
    answer = Client().post(reverse("openid_connect_login", args=["organisation"]))
    assert answer.status_code == 502
    assert "gave no usable answer" in answer.content.decode()
