"""Sign-in with an organisation's account by SAML 2.0: off without GUESTHOUSE_SAML_METADATA."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from .env import text

# Under which names identity providers say what we want to know; the first that is there counts.
CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
USUAL_ATTRIBUTES = {
    "uid": ["urn:oasis:names:tc:SAML:attribute:subject-id"],
    "username": ["urn:oid:0.9.2342.19200300.100.1.1", "uid", "username", f"{CLAIMS}name"],
    "email": ["urn:oid:0.9.2342.19200300.100.1.3", "mail", "email", f"{CLAIMS}emailaddress"],
    "first_name": ["urn:oid:2.5.4.42", "givenName", "firstName", f"{CLAIMS}givenname"],
    "last_name": ["urn:oid:2.5.4.4", "sn", "surname", "lastName", f"{CLAIMS}surname"],
    "groups": [
        "urn:oid:1.3.6.1.4.1.5923.1.5.1.1",
        "groups",
        "memberOf",
        "http://schemas.xmlsoap.org/claims/Group",
        "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups",
    ],
}
OF_THIS_MACHINE = {"127.0.0.1", "::1", "localhost"}


def attributes(given: str) -> dict[str, list[str]]:
    """Return under which names each fact about a person comes. Raises ImproperlyConfigured."""
    wrong = (
        'GUESTHOUSE_SAML_ATTRIBUTES must be JSON such as {"groups": "memberOf"}, with some of '
        f"{', '.join(USUAL_ATTRIBUTES)}."
    )
    try:
        read: dict[str, Any] = json.loads(given or "{}")
        found = {name: [one] if isinstance(one, str) else one for name, one in read.items()}
    except (ValueError, AttributeError) as error:
        raise ImproperlyConfigured(wrong) from error
    for name, ways in found.items():
        is_list = isinstance(ways, list) and all(isinstance(way, str) for way in ways)
        if name not in USUAL_ATTRIBUTES or not is_list:
            raise ImproperlyConfigured(wrong)
    return USUAL_ATTRIBUTES | found


def metadata(place: str) -> str:
    """Return where the identity provider describes itself. Raises ImproperlyConfigured.

    Its keys come from there, so an address must be one that proves who it is.
    """
    parts = urlsplit(place)
    if parts.scheme == "http" and parts.hostname not in OF_THIS_MACHINE:
        raise ImproperlyConfigured("GUESTHOUSE_SAML_METADATA must be an https address or a file.")
    if place and parts.scheme not in {"http", "https"} and not Path(place).is_file():
        raise ImproperlyConfigured(f"GUESTHOUSE_SAML_METADATA: there is no file {place}.")
    return place


SAML_METADATA = metadata(text("GUESTHOUSE_SAML_METADATA"))
SAML_PROVIDER = text("GUESTHOUSE_SAML_PROVIDER")  # its entity id, where the metadata names several
SAML_ENTITY_ID = text("GUESTHOUSE_SAML_ENTITY_ID")  # ours; the address of our metadata otherwise
SAML_NAME = text("GUESTHOUSE_SAML_NAME", "organisation")
SAML_CERTIFICATE = text("GUESTHOUSE_SAML_CERTIFICATE")  # PEM
SAML_KEY = text("GUESTHOUSE_SAML_KEY")  # PEM
SAML_ATTRIBUTES = attributes(text("GUESTHOUSE_SAML_ATTRIBUTES"))
if bool(SAML_CERTIFICATE) != bool(SAML_KEY):
    raise ImproperlyConfigured(
        "GUESTHOUSE_SAML_CERTIFICATE and GUESTHOUSE_SAML_KEY go together; one is missing."
    )
SAML_APPS = [
    {
        "name": SAML_NAME,
        "client_id": "organisation",
        "settings": {"attribute_mapping": SAML_ATTRIBUTES},
    }
]
SAML_SETTINGS = {
    "provider_class": "accounts.sign_in.saml.provider.OrganisationProvider",
    "APPS": SAML_APPS if SAML_METADATA else [],
}
