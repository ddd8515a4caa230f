"""What the provider says of people: name, address and groups."""

from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator  # type: ignore[import-untyped]


class Validator(OAuth2Validator):  # type: ignore[misc]
    """Add the claims that an organisation's provider gives."""

    oidc_claim_scope = None

    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        """Return the claims of the person."""
        user = request.user
        return {
            "preferred_username": user.username,
            "name": user.get_full_name(),
            "email": user.email,
            "email_verified": True,
            "groups": list(user.groups.order_by("name").values_list("name", flat=True)),
        }
