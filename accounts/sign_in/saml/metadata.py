"""How does the identity provider describe itself: its address, and the keys it signs with?"""

import logging
from datetime import datetime
from pathlib import Path
from typing import Any

import requests
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from lxml import etree  # type: ignore[attr-defined]
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser as Reader
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML as Xml

FRESH_FOR = 3600  # seconds until it is fetched again
KEPT_FOR = 24 * 3600  # seconds for which a copy counts while its address does not answer
LARGEST = 10 * 1024 * 1024  # bytes

log = logging.getLogger(__name__)


class MetadataError(Exception):
    """The identity provider's description cannot be had or used; the text says why."""


def description() -> dict[str, Any]:
    """Return the `idp` part of python3-saml's settings. Raises MetadataError."""
    return understand(_text())


def understand(text: bytes) -> dict[str, Any]:
    """Return what a description says. Raises MetadataError where something is missing."""
    wanted = settings.SAML_PROVIDER
    try:
        root = Xml.to_etree(text)
        found: dict[str, Any] = Reader.parse(text, entity_id=wanted or None).get("idp", {})
    except (etree.LxmlError, ValueError) as error:
        raise MetadataError("It is no SAML metadata.") from error
    if not found:
        named = f" named {wanted}" if wanted else ""
        raise MetadataError(f"It describes no identity provider{named}.")
    if not found.get("singleSignOnService"):
        raise MetadataError("It names no address to sign in at (HTTP-Redirect).")
    if not (found.get("x509cert") or found.get("x509certMulti", {}).get("signing")):
        raise MetadataError("It names no certificate to check signatures with.")
    for entity in Xml.query(root, f'//*[@entityID="{found["entityId"]}"]/ancestor-or-self::*'):
        _check_date(entity.get("validUntil"))
    return found


def _check_date(until: str | None) -> None:
    end = parse_datetime(until) if until else None
    if isinstance(end, datetime):
        end = end if end.tzinfo else timezone.make_aware(end, timezone.get_default_timezone())
        if end < timezone.now():
            raise MetadataError(f"It has run out on {end:%Y-%m-%d}.")


def read(place: str) -> bytes:
    """Return what is at a place, a file or an address, now. Raises MetadataError."""
    if _is_address(place):
        return _fetch(place)
    try:
        return Path(place).read_bytes()
    except OSError as error:
        raise MetadataError(f"{place} cannot be read: {error.strerror}.") from error


def _is_address(place: str) -> bool:
    return place.startswith(("http://", "https://"))


def _text() -> bytes:
    """Return the description, from the file, a fresh copy, the address, or an older copy."""
    place = settings.SAML_METADATA
    if not _is_address(place):
        return read(place)
    fresh: bytes | None = cache.get(f"saml-fresh:{place}")
    if fresh is not None:
        return fresh
    try:
        got = read(place)
        understand(got)
    except MetadataError as error:
        kept: bytes | None = cache.get(f"saml-kept:{place}")
        if kept is None:
            raise
        log.warning("%s could not be used: %s An older copy counts for now.", place, error)
        return kept
    cache.set(f"saml-fresh:{place}", got, FRESH_FOR)
    cache.set(f"saml-kept:{place}", got, KEPT_FOR)
    return got


def _fetch(place: str) -> bytes:
    """Fetch the description; it may not lead elsewhere. Raises MetadataError."""
    seconds = settings.SOCIALACCOUNT_REQUESTS_TIMEOUT
    try:
        with requests.get(place, timeout=seconds, stream=True, allow_redirects=False) as answer:
            if answer.status_code != 200:
                raise MetadataError(f"{place} answered {answer.status_code}.")
            got: bytes = answer.raw.read(LARGEST + 1, decode_content=True)
    except requests.RequestException as error:
        raise MetadataError(f"{place} does not answer: {type(error).__name__}.") from error
    if len(got) > LARGEST:
        raise MetadataError(f"{place} is larger than {LARGEST // 1024**2} MiB.")
    return got
