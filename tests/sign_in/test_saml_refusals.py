"""Answers of a SAML identity provider that are not believed, and what people are told."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

import pytest
import requests
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User

from .conftest import is_in
from .identity.running import Identity
from .identity.visiting import DOOR, ask, give


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


def test_answers_are_not_taken_without_end(identity: Identity, settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"saml_answer": "5/m/ip"}
    client = Client()
    codes = [client.post(f"{DOOR}back/", {"SAMLResponse": "PHg+"}).status_code for _ in range(6)]
    assert codes == [403] * 5 + [429]
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
