"""Sign-in by SAML, against a real identity provider in its own process."""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Team, User
from jobs.models import AuditEntry

from .conftest import code, give_code, is_in, with_app
from .identity import keys
from .identity.running import Identity
from .test_organisation import roles, way_out

DOOR = "/account/saml/organisation/"
ON = [{"name": "Northfield", "client_id": "organisation", "settings": {}}]
ABROAD = "https://elsewhere.example/anywhere"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Identity]:
    """The identity provider."""
    made = Identity(tmp_path_factory.mktemp("identity"))
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def ours() -> tuple[str, str]:
    """Our certificate and key."""
    return keys.make("portal")


@pytest.fixture
def identity(
    running: Identity, ours: tuple[str, str], settings: LazySettings, db: None
) -> Identity:
    """The identity provider, which knows the portal as the portal knows it."""
    settings.SAML_METADATA = running.metadata
    settings.SAML_NAME = "Northfield"
    settings.SAML_CERTIFICATE, settings.SAML_KEY = ours
    settings.TEAM_MAP = {"students": ("course-a", "member"), "staff": ("course-a", "owner")}
    given = settings.SOCIALACCOUNT_PROVIDERS
    app = {**ON[0], "settings": {"attribute_mapping": settings.SAML_ATTRIBUTES}}
    settings.SOCIALACCOUNT_PROVIDERS = given | {"saml": {**given["saml"], "APPS": [app]}}
    answer = Client().get(reverse("saml_metadata", args=["organisation"]))
    assert answer.status_code == 200
    running.know(answer.content)
    return running


def ask(client: Client, **form: str) -> str:
    """Press our button and return where it leads."""
    page = client.get(reverse("account_login")).content.decode()
    assert "Continue with Northfield account" in page
    return way_out(client.post(reverse("saml_login", args=["organisation"]), form))


def give(client: Client, answer: dict[str, str]) -> Any:
    """Post the provider's form as its page does, without our session, and go on as told."""
    cookies = dict(client.cookies)
    client.cookies.clear()
    response = client.post(f"{DOOR}back/", answer)
    client.cookies.update(cookies)
    return client.get(response.url) if response.status_code == 302 else response


def come(identity: Identity, client: Client | None = None) -> Client:
    """Go the whole way: our button, the provider, and back."""
    client = client or Client()
    give(client, identity.ask(ask(client)))
    return client


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


# Answers that are not believed


def refused(client: Client, answer: Any, words: str) -> None:
    """See that somebody is told why they are not let in, and are not."""
    assert answer.status_code in {403, 502}
    page = answer.content.decode()
    assert words in page
    assert "Signing in did not work" in page
    assert not is_in(client)
    assert not User.objects.exists()


Change = Callable[[bytes], bytes]


def without_signature(text: bytes) -> bytes:
    """Cut the signature out."""
    before, rest = text.split(b"<ns2:Signature", 1) if b"<ns2:Sig" in text else _signature(text)
    return before + rest.split(b"Signature>", 1)[1]


def _signature(text: bytes) -> list[bytes]:
    place = text.index(b"Signature Id=") if b"Signature Id=" in text else text.index(b":Signature ")
    start = text.rindex(b"<", 0, place + 1)
    return [text[:start], text[start:]]


def somebody_else(text: bytes) -> bytes:
    """Say another name."""
    assert b"id-of-eva" in text
    return text.replace(b"id-of-eva", b"id-of-ada")


def more_groups(text: bytes) -> bytes:
    """Say another group."""
    assert b">students<" in text
    return text.replace(b">students<", b">staff<")


def with_a_remark(text: bytes) -> bytes:
    """Hide a remark in the name: signatures do not see it."""
    return text.replace(b"id-of-eva", b"id-of<!-- -->-eva")


def with_an_instruction(text: bytes) -> bytes:
    """Hide an instruction in the name."""
    return text.replace(b"id-of-eva", b"id-of<?x y?>-eva")


def with_an_entity(text: bytes) -> bytes:
    """Bring a document type."""
    head, body = text.split(b"?>", 1)
    return head + b'?><!DOCTYPE x [<!ENTITY e "id-of-ada">]>' + body.replace(b"id-of-eva", b"&e;")


def answering_another(text: bytes) -> bytes:
    """Name no question on the unsigned envelope."""
    start = text.index(b"InResponseTo=")
    end = text.index(b'"', start + len(b'InResponseTo="')) + 1
    return text[:start] + text[end:]


def wrapped(text: bytes) -> bytes:
    """Put a statement of our own before the signed one."""
    start = text.index(b":Assertion ")
    start = text.rindex(b"<", 0, start)
    signed = text[start : text.rindex(b"</", 0, text.rindex(b"Response>"))]
    forged = without_signature(signed).replace(b"id-of-eva", b"id-of-ada")
    forged = forged.replace(b' ID="', b' ID="forged-', 1)
    return text.replace(signed, forged + signed)


def nothing(text: bytes) -> bytes:
    """Send no XML."""
    return b"not a document"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (without_signature, "is not signed"),
        (somebody_else, "was changed on its way"),
        (more_groups, "was changed on its way"),
        (with_a_remark, "hidden remarks"),
        (with_an_instruction, "hidden remarks"),
        (with_an_entity, "no answer that can be read"),
        (answering_another, "nobody asked for it"),
        (wrapped, "was changed on its way"),
        (nothing, "no answer that can be read"),
    ],
    ids=lambda it: getattr(it, "__name__", ""),
)
def test_a_changed_answer_is_refused(identity: Identity, change: Change, words: str) -> None:
    identity.person("eva", "students")
    client = Client()
    answer = identity.ask(ask(client))
    text = change(b64decode(answer["SAMLResponse"]))
    refused(client, give(client, {"SAMLResponse": b64encode(text).decode()}), words)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"sign_assertion": False}, "is not signed"),
        ({"sign_assertion": False, "sign_response": True}, "is not signed"),
        ({"minutes": -60}, "is too old"),
        ({"audience": "https://other.example/metadata"}, "for another portal"),
        ({"destination": "https://other.example/back/"}, "for another portal"),
        (
            {"format": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"},
            "no lasting name",
        ),
        ({"name": "x" * 200}, "no lasting name"),
        ({"encrypt": True, "remark": True}, "hidden remarks"),
        ({"pair": "stolen"}, "signed by somebody else"),
        ({"issuer": "https://other.example/idp"}, "from another organisation"),
        ({"sign_alg": "http://www.w3.org/2000/09/xmldsig#rsa-sha1"}, "was changed on its way"),
    ],
)
def test_an_answer_of_the_wrong_kind_is_refused(
    identity: Identity, told: dict[str, Any], words: str
) -> None:
    other = Client().get(f"{DOOR}metadata/").content
    name = b"http://testserver/account/saml/organisation/metadata/"
    identity.know(other.replace(name, b"https://other.example/metadata"), "other")
    identity.person("eva", "students", **told)
    client = Client()
    refused(client, give(client, identity.ask(ask(client))), words)


def test_an_answer_counts_once(identity: Identity) -> None:
    identity.person("lena")
    client = Client()
    answer = identity.ask(ask(client))
    give(client, answer)
    assert is_in(client)
    client.post(reverse("account_logout"))
    User.objects.all().delete()
    refused(client, give(client, answer), "was used before")


def test_an_answer_to_somebody_else_is_refused(identity: Identity) -> None:
    identity.person("lena")
    victim = Client()
    answer = identity.ask(ask(Client()))
    refused(victim, give(victim, answer), "nobody asked for it in this browser")


def test_a_kept_answer_goes_with_the_browser_that_brought_it(identity: Identity) -> None:
    client = Client()
    refused(client, client.get(f"{DOOR}in/"), "nobody asked for it")


def test_answers_are_not_taken_without_end(identity: Identity) -> None:
    cache.clear()
    client = Client()
    codes = [client.post(f"{DOOR}back/", {"SAMLResponse": "PHg+"}).status_code for _ in range(40)]
    assert codes[-1] == 429
    large = client.post(f"{DOOR}back/", {"SAMLResponse": "A" * 600_000}, REMOTE_ADDR="10.1.1.1")
    assert "no answer that can be read" in large.content.decode()


def test_a_provider_that_is_away_says_so(identity: Identity, settings: LazySettings) -> None:
    settings.SAML_METADATA = "http://127.0.0.1:9/metadata"
    answer = Client().post(DOOR)
    assert answer.status_code == 502
    assert "does not answer" in answer.content.decode()


def test_an_older_description_counts_while_the_provider_is_away(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Client().post(DOOR).status_code == 200
    cache.delete(f"saml-fresh:{identity.metadata}")

    def gone(*_args: Any, **_options: Any) -> None:
        raise requests.ConnectionError

    monkeypatch.setattr(requests, "get", gone)
    assert Client().post(DOOR).status_code == 200


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
