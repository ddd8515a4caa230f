"""Sign-in by SAML, against a real identity provider in its own process."""

from base64 import b64decode
from urllib.parse import urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Team, User
from jobs.models import AuditEntry

from .conftest import code, give_code, is_in, with_app
from .identity.running import Identity
from .identity.visiting import DOOR, ask, come, give
from .test_organisation import roles
from .ways import way_out

ABROAD = "https://elsewhere.example/anywhere"


def test_off_unless_configured(client: Client, db: None) -> None:
    assert "Continue with" not in client.get(reverse("account_login")).content.decode()
    assert client.post(DOOR).status_code == 404
    assert client.get(f"{DOOR}metadata/").status_code == 404
    assert client.post(f"{DOOR}back/", {"SAMLResponse": "PHg+"}).status_code == 404


def test_other_names_are_nobody(identity: Identity) -> None:
    assert Client().get("/account/saml/another/metadata/").status_code == 404


def test_our_metadata_says_what_we_want(identity: Identity, settings: LazySettings) -> None:
    text = Client().get(f"{DOOR}metadata/").content.decode()
    assert 'entityID="http://testserver/account/saml/organisation/metadata/"' in text
    assert 'Location="http://testserver/account/saml/organisation/back/"' in text
    assert 'WantAssertionsSigned="true"' in text
    assert 'use="encryption"' in text
    assert "validUntil" not in text
    settings.SAML_ENTITY_ID = "https://guesthouse.example.org"
    settings.SAML_KEY = settings.SAML_CERTIFICATE = ""
    text = Client().get(f"{DOOR}metadata/").content.decode()
    assert 'entityID="https://guesthouse.example.org"' in text
    assert "X509Certificate" not in text
    assert "SingleLogoutService" not in text


def test_people_come_in(identity: Identity) -> None:
    Team.objects.create(name="Course A", slug="course-a")
    identity.person("lena", "students", "unheard-of")
    assert is_in(come(identity))
    lena = User.objects.get(username="lena")
    assert (lena.first_name, lena.last_name, lena.email) == ("Lena", "Holm", "lena@example.org")
    assert not lena.has_usable_password()
    assert not lena.is_superuser
    one = Membership.objects.get(user=lena)
    assert (one.team.slug, one.role, one.source) == ("course-a", "member", "saml")
    assert AuditEntry.objects.filter(action="session.sign_in", actor=lena).exists()
    assert AuditEntry.objects.get(action="team.member_add").detail["source"] == "saml"
    assert is_in(come(identity))
    assert User.objects.count() == 1


def test_teams_follow_the_groups(identity: Identity) -> None:
    Team.objects.create(name="Course A", slug="course-a")
    choir = Team.objects.create(name="Choir", slug="choir")
    identity.person("mats", "students")
    come(identity)
    Membership.objects.create(user=User.objects.get(username="mats"), team=choir, role="viewer")
    identity.person("mats", "staff")
    come(identity)
    assert roles("mats") == {"course-a": "owner", "choir": "viewer"}
    identity.person("mats")
    come(identity)
    assert roles("mats") == {"choir": "viewer"}


def test_facts_come_under_the_names_that_are_set(
    identity: Identity, settings: LazySettings
) -> None:
    Team.objects.create(name="Course A", slug="course-a")
    settings.SAML_ATTRIBUTES = settings.SAML_ATTRIBUTES | {
        "username": ["eduPersonPrincipalName"],
        "groups": ["eduPersonEntitlement"],
    }
    said = {"eduPersonPrincipalName": ["rune@north"], "eduPersonEntitlement": ["staff"]}
    identity.person("rune", attributes=said)
    come(identity)
    assert roles("rune@north") == {"course-a": "owner"}


def test_a_namesake_gets_an_account_of_their_own(identity: Identity, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(email="ada@example.org")
    identity.person("ada")
    client = come(identity)
    assert is_in(client)
    other = SocialAccount.objects.get().user
    assert other != ada
    assert not other.is_superuser
    assert client.session["_auth_user_id"] == str(other.pk)


def test_the_second_factor_is_asked_for_here_too(identity: Identity) -> None:
    identity.person("nora")
    come(identity)
    with_app(User.objects.get(username="nora"))
    client = come(identity)
    assert not is_in(client)
    give_code(client, code())
    assert is_in(client)


def test_who_needs_a_second_factor_sets_one_up_first(
    identity: Identity, settings: LazySettings
) -> None:
    settings.REQUIRE_SECOND_FACTOR = "all"
    identity.person("tove")
    client = come(identity)
    answer = client.get(reverse("accounts_tokens"))
    assert answer.headers["Location"] == reverse("mfa_index")


def test_a_signed_in_person_does_not_hang_it_on_their_account(
    identity: Identity, oli: User
) -> None:
    identity.person("pia")
    client = Client()
    client.force_login(oli)
    away = way_out(client.post(f"{DOOR}?process=connect"))
    assert give(client, identity.ask(away)).status_code == 403
    assert not SocialAccount.objects.exists()


def test_a_service_account_does_not_come_in(identity: Identity) -> None:
    team = Team.objects.create(name="Web", slug="web")
    bot = User.objects.create(username="service:web/ci", service_team=team)
    SocialAccount.objects.create(user=bot, provider="saml", uid="id-of-bot")
    identity.person("bot")
    assert not is_in(come(identity))


def test_encrypted_statements_are_read(identity: Identity) -> None:
    identity.person("siri", encrypt=True)
    client = Client()
    answer = identity.ask(ask(client))
    assert b"siri" not in b64decode(answer["SAMLResponse"])
    give(client, answer)
    assert is_in(client)


# Where to go on


def test_people_go_on_where_they_were_going(identity: Identity) -> None:
    identity.person("lena")
    client = Client()
    answer = give(client, identity.ask(ask(client, next="/machines/?state=off")))
    assert answer.headers["Location"] == "/machines/?state=off"


@pytest.mark.parametrize("address", [ABROAD, "//elsewhere.example/", "javascript:alert(1)"])
def test_nobody_is_led_astray(identity: Identity, address: str) -> None:
    identity.person("lena", relay=address)
    client = Client()
    away = ask(client, next=address)
    assert "elsewhere" not in away
    answer = give(client, identity.ask(away))
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"
    assert is_in(client)


# Signing out


def test_signing_out_signs_out_there_too(identity: Identity) -> None:
    identity.person("lena")
    client = come(identity)
    answer = client.post(reverse("account_logout"))
    away = way_out(answer)
    assert not is_in(client)
    assert away.startswith(f"{identity.url}/slo?")
    assert "Signature=" in away
    back = requests.get(away, allow_redirects=False, timeout=15).headers["Location"]
    assert identity.told()["signed_out"] == "id-of-lena"
    assert back.startswith(f"http://testserver{DOOR}out/?")
    answer = client.get(back.removeprefix("http://testserver"))
    assert answer.headers["Location"] == reverse("account_login")


def test_signing_out_here_works_without_the_provider(
    identity: Identity, settings: LazySettings
) -> None:
    identity.person("lena")
    client = come(identity)
    settings.SAML_METADATA = "http://127.0.0.1:9/metadata"
    answer = client.post(reverse("account_logout"))
    assert answer.status_code == 302
    assert not is_in(client)


def ended(identity: Identity, name: str) -> str:
    """Return the path of a signed wish of the provider that somebody be signed out."""
    query = {"to": f"http://testserver{DOOR}out/", "name": name}
    answer = requests.get(f"{identity.url}/end", query, allow_redirects=False, timeout=15)
    return answer.headers["Location"].removeprefix("http://testserver")


def test_the_provider_signs_people_out(identity: Identity) -> None:
    identity.person("lena")
    client = come(identity)
    client.get(ended(identity, "id-of-somebody-else"))
    assert is_in(client)
    answer = client.get(ended(identity, "id-of-lena"))
    assert urlsplit(answer.headers["Location"]).netloc == urlsplit(identity.url).netloc
    assert not is_in(client)


def test_nobody_else_signs_people_out(identity: Identity) -> None:
    identity.person("lena")
    client = come(identity)
    good = ended(identity, "id-of-lena")
    unsigned = good.split("&SigAlg")[0].split("&Signature")[0]
    twice = good + "&" + ended(identity, "id-of-ada").partition("?")[2].split("&")[0]
    for path in (unsigned, twice, good.replace("Signature=", "Signature=AA"), f"{DOOR}out/"):
        answer = client.get(path)
        assert answer.status_code in {403, 502}, path
        assert is_in(client)
    answer = client.get(f"{unsigned}&RelayState={ABROAD}")
    assert answer.status_code == 403
