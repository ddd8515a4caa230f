"""One exchange of messages with the identity provider: what both sides are, and what is asked."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Words
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from .answers import StrictResponse
from .metadata import description

WHO = "organisation"  # the one identity provider, in our addresses


class Exchange(OneLogin_Saml2_Auth):  # type: ignore[misc]
    """Messages of one request, with answers checked more strictly than the library does."""

    response_class = StrictResponse

    def get_attributes(self) -> dict[str, list[str]]:
        """Return what the person has, by name and by friendly name; names win."""
        return {**self.get_friendlyname_attributes(), **super().get_attributes()}


def exchange(request: HttpRequest, answer: str = "") -> Exchange:
    """Return the exchange for a request; `answer` is what came to our door for answers, in base64.

    Raises MetadataError, and OneLogin_Saml2_Error where a certificate or key cannot be used.
    """
    facts = {
        "https": "on" if request.is_secure() else "off",
        "http_host": request.get_host(),
        "script_name": door("acs") if answer else request.path,
        "get_data": request.GET.dict(),
        "query_string": request.META.get("QUERY_STRING", ""),
        "validate_signature_from_qs": True,
        "post_data": {"SAMLResponse": answer} if answer else {},
    }
    ours = both_sides(request)
    # Who signs in is vouched for by the statement about them; what else comes, by its message.
    ours["security"]["wantMessagesSigned"] = not answer
    return Exchange(facts, ours | {"idp": description()})


def ourselves(request: HttpRequest) -> bytes:
    """Return our own metadata, for the identity provider. Raises OneLogin_Saml2_Error."""
    ours = both_sides(request)
    ours["security"] |= {
        "wantAssertionsEncrypted": bool(settings.SAML_KEY),  # offers the key for it
        "metadataValidUntil": "",  # a copy that somebody uploads does not run out
        "metadataCacheDuration": "",
    }
    made = OneLogin_Saml2_Settings(ours, sp_validation_only=True)
    text: str | bytes = made.get_sp_metadata()
    return text.encode() if isinstance(text, str) else text


def both_sides(request: HttpRequest) -> dict[str, Any]:
    """Return python3-saml's settings without the identity provider: we, and what we insist on."""
    has_key = bool(settings.SAML_KEY)
    own_metadata = request.build_absolute_uri(door("metadata"))
    us: dict[str, Any] = {
        "entityId": settings.SAML_ENTITY_ID or own_metadata,
        "assertionConsumerService": {
            "url": request.build_absolute_uri(door("acs")),
            "binding": Words.BINDING_HTTP_POST,
        },
        "NameIDFormat": Words.NAMEID_UNSPECIFIED,
    }
    if has_key:
        us |= {
            "x509cert": settings.SAML_CERTIFICATE,
            "privateKey": settings.SAML_KEY,
            "singleLogoutService": {
                "url": request.build_absolute_uri(door("sls")),
                "binding": Words.BINDING_HTTP_REDIRECT,
            },
        }
    return {
        "strict": True,
        "sp": us,
        "security": {
            "authnRequestsSigned": has_key,
            "logoutRequestSigned": has_key,
            "logoutResponseSigned": has_key,
            "signatureAlgorithm": Words.RSA_SHA256,
            "digestAlgorithm": Words.SHA256,
            "rejectDeprecatedAlgorithm": True,
            "wantAssertionsSigned": True,
            "wantNameId": False,
            "wantAttributeStatement": False,
            "requestedAuthnContext": False,
            "allowRepeatAttributeName": True,
            "allowSingleLabelDomains": True,
        },
    }


def door(name: str) -> str:
    """Return the path of one of our doors for the identity provider: acs, sls or metadata."""
    return reverse(f"saml_{name}", args=[WHO])
