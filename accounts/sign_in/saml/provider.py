"""The SAML provider as allauth knows it: the questions asked, and what is taken from answers."""

from typing import Any

from allauth.socialaccount.providers.saml.provider import SAMLProvider
from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect

LONGEST_NAME = 191  # characters that an account's foreign id can have


class OrganisationProvider(SAMLProvider):
    """The organisation of the settings."""

    def redirect(
        self,
        request: HttpRequest,
        process: str,
        next_url: str | None = None,
        data: Any = None,
        **kwargs: Any,
    ) -> HttpResponseRedirect:
        """Ask the identity provider who this is, and keep in the session what was asked.

        Where to go on afterwards stays in the session, too, and never travels.
        """
        from .exchange import exchange

        auth = exchange(request)
        away = auth.login(return_to="")
        self.stash_redirect_state(
            request, process, next_url, data, state_id=auth.get_last_request_id(), **kwargs
        )
        return HttpResponseRedirect(away)

    def extract_uid(self, data: Any) -> str:
        """Return the lasting name of the person. Raises Refused where there is none."""
        from .answers import Refused

        has_own = any(data.get_attributes().get(name) for name in settings.SAML_ATTRIBUTES["uid"])
        if not has_own and str(data.get_nameid_format()).endswith(":transient"):
            raise Refused("passing")
        found = str(super().extract_uid(data) or "")  # type: ignore[no-untyped-call]
        if not 0 < len(found) <= LONGEST_NAME:
            raise Refused("passing")
        return found

    def extract_extra_data(self, data: Any) -> dict[str, Any]:
        """Return what is kept of an answer: all attributes, and the session over there."""
        return {
            "attributes": data.get_attributes(),
            "session": {
                "name_id": data.get_nameid(),
                "name_id_format": data.get_nameid_format(),
                "nq": data.get_nameid_nq(),
                "spnq": data.get_nameid_spnq(),
                "session_index": data.get_session_index(),
            },
        }
