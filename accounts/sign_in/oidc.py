"""What an OpenID Connect provider says of a person."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings

SOURCE = "oidc"


def claims_of(extra_data: dict[str, Any]) -> dict[str, Any]:
    """Return what the organisation says of a person: the token's claims, then the user info's."""
    if "userinfo" in extra_data or "id_token" in extra_data:
        return {**extra_data.get("id_token", {}), **extra_data.get("userinfo", {})}
    return extra_data


def groups_of(extra_data: dict[str, Any]) -> Iterable[str]:
    """Return the groups that the claims name; none where the claim is absent or no list."""
    named = claims_of(extra_data).get(settings.OIDC_GROUPS_CLAIM)
    if isinstance(named, str):
        return [named]
    return [str(one) for one in named] if isinstance(named, list) else []


def username_of(extra_data: dict[str, Any]) -> str:
    """Return the name by which the organisation knows a person, or nothing."""
    return str(claims_of(extra_data).get("preferred_username") or "")
