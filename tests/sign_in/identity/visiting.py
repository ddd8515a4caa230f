"""A browser on its way to the identity provider and back, and the portal that it comes from."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from tests.sign_in.ways import way_out

from . import keys
from .running import Identity

DOOR = "/account/saml/organisation/"
APP = {"name": "Northfield", "client_id": "organisation"}


@pytest.fixture(scope="module")
def running_identity(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Identity]:
    """The identity provider."""
    made = Identity(tmp_path_factory.mktemp("identity"))
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def our_pair() -> tuple[str, str]:
    """Our certificate and key."""
    return keys.make("portal")


@pytest.fixture
def identity(
    running_identity: Identity, our_pair: tuple[str, str], settings: LazySettings, db: None
) -> Identity:
    """The identity provider, which knows the portal as the portal knows it."""
    settings.SAML_METADATA = running_identity.metadata
    settings.SAML_NAME = "Northfield"
    settings.SAML_CERTIFICATE, settings.SAML_KEY = our_pair
    settings.TEAM_MAP = {"students": ("course-a", "member"), "staff": ("course-a", "owner")}
    given = settings.SOCIALACCOUNT_PROVIDERS
    app = {**APP, "settings": {"attribute_mapping": settings.SAML_ATTRIBUTES}}
    settings.SOCIALACCOUNT_PROVIDERS = given | {"saml": {**given["saml"], "APPS": [app]}}
    answer = Client().get(reverse("saml_metadata", args=["organisation"]))
    assert answer.status_code == 200
    running_identity.know(answer.content)
    return running_identity


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
