"""Would sign-in by SAML work as it is set, and what is missing if not? For the doctor."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from onelogin.saml2.errors import OneLogin_Saml2_Error
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.utils import OneLogin_Saml2_Utils as Utils

from .metadata import MetadataError, read, understand

SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found; state is "ok", "limited" (works with less) or "missing"."""

    state: str
    found: str
    advice: str = ""


def look() -> Finding:
    """Look at the provider's metadata and our certificate, as they are now."""
    try:
        theirs = understand(read(settings.SAML_METADATA))
    except MetadataError as error:
        return Finding("missing", str(error), "mend GUESTHOUSE_SAML_METADATA, or what it names")
    many = theirs.get("x509certMulti", {}).get("signing", [])
    for text in many or [theirs["x509cert"]]:
        try:
            x509.load_pem_x509_certificate(Utils.format_cert(text).encode())
        except ValueError:
            advice = "ask the provider for its metadata again"
            return Finding("missing", "a certificate of the provider cannot be read", advice)
    if trouble := next(_of_our_pair(), None):
        return trouble
    try:
        us = {
            "entityId": settings.SAML_ENTITY_ID or "https://localhost/",
            "assertionConsumerService": {"url": "https://localhost/"},
        }
        security = {"allowSingleLabelDomains": True}
        OneLogin_Saml2_Settings({"strict": True, "sp": us, "idp": theirs, "security": security})
    except OneLogin_Saml2_Error as error:
        return Finding("missing", str(error), "ask the provider for its metadata again")
    if not settings.SAML_KEY:
        return Finding(
            "ok",
            f"{theirs['entityId']}; without a certificate of ours nothing that we send is signed",
        )
    return Finding("ok", str(theirs["entityId"]))


def _of_our_pair() -> Iterator[Finding]:
    """Yield what is wrong with our certificate and key."""
    if not settings.SAML_KEY:
        return
    names = "GUESTHOUSE_SAML_CERTIFICATE and GUESTHOUSE_SAML_KEY"
    try:
        ours = x509.load_pem_x509_certificate(settings.SAML_CERTIFICATE.encode())
        key = load_pem_private_key(settings.SAML_KEY.encode(), None)
    except (ValueError, TypeError):
        yield Finding("missing", "our certificate or key cannot be read", f"{names} must be PEM")
        return
    if ours.public_key() != key.public_key():
        yield Finding("missing", "our key does not belong to our certificate", f"mend {names}")
    elif ours.not_valid_after_utc < datetime.now(UTC) + SOON:
        end = f"our certificate ends on {ours.not_valid_after_utc:%Y-%m-%d}"
        yield Finding("limited", end, "make a new one and give the provider our metadata again")
