"""What a SAML identity provider said of a person, as it is kept with their account."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings

SOURCE = "saml"
MARK = "gh_saml"  # in the session of a person who came this way: as whom, and in which session


def groups_of(extra_data: dict[str, Any]) -> Iterable[str]:
    """Return all values of the first attribute for groups that is there."""
    said = extra_data.get("attributes", {})
    found = (said[name] for name in settings.SAML_ATTRIBUTES["groups"] if said.get(name))
    return [str(one) for one in next(found, [])]


def username_of(extra_data: dict[str, Any]) -> str:
    """Return the first value of the first attribute for the user name that is there."""
    said = extra_data.get("attributes", {})
    found = (said[name][0] for name in settings.SAML_ATTRIBUTES["username"] if said.get(name))
    return str(next(found, ""))


def session_of(extra_data: dict[str, Any]) -> dict[str, str | None]:
    """Return the name and the session that the identity provider knows."""
    found: dict[str, str | None] = extra_data.get("session", {})
    return found
