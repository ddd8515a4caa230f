"""Is what the identity provider says to be believed, and if not, why?

python3-saml checks signatures, times, audience, issuer and address. What it lets pass when it is
absent must be there here: an audience, and a confirmation that names our address, an end and the
question that is answered. Only our own questions are answered; nobody is sent here unasked.
"""

import binascii
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from lxml import etree  # type: ignore[attr-defined]
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Words
from onelogin.saml2.errors import OneLogin_Saml2_ValidationError as Wrong
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.utils import OneLogin_Saml2_Utils as Utils

LARGEST = 512 * 1024  # characters of an answer in base64

WORDS: dict[str, Promise | str] = {
    "away": _("The sign-in of your organisation does not answer."),
    "unreadable": _("What came is no answer that can be read."),
    "unsigned": _("The statement about you is not signed, so nobody vouches for it."),
    "changed": _("The statement about you was changed on its way, or signed by somebody else."),
    "time": _("The answer is too old, or from a clock that is wrong."),
    "elsewhere": _("The answer is for another portal, or from another organisation."),
    "remarks": _("The answer has hidden remarks, which can disguise a name."),
    "unasked": _("The answer was used before, or nobody asked for it in this browser."),
    "declined": _("Your organisation did not let you in."),
    "passing": _("Your organisation sends no lasting name for you."),
}
CODES = {
    Wrong.NO_SIGNED_ASSERTION: "unsigned",
    Wrong.NO_SIGNATURE_FOUND: "unsigned",
    Wrong.STATUS_CODE_IS_NOT_SUCCESS: "declined",
    Wrong.ASSERTION_TOO_EARLY: "time",
    Wrong.ASSERTION_EXPIRED: "time",
    Wrong.SESSION_EXPIRED: "time",
    Wrong.WRONG_DESTINATION: "elsewhere",
    Wrong.EMPTY_DESTINATION: "elsewhere",
    Wrong.WRONG_AUDIENCE: "elsewhere",
    Wrong.WRONG_ISSUER: "elsewhere",
    Wrong.SP_NAME_QUALIFIER_NAME_MISMATCH: "elsewhere",
    Wrong.WRONG_SUBJECTCONFIRMATION: "elsewhere",
    Wrong.INVALID_SIGNATURE: "changed",
    Wrong.WRONG_NUMBER_OF_ASSERTIONS: "changed",
    Wrong.WRONG_SIGNED_ELEMENT: "changed",
    Wrong.ID_NOT_FOUND_IN_SIGNED_ELEMENT: "changed",
    Wrong.DUPLICATED_ID_IN_SIGNED_ELEMENTS: "changed",
    Wrong.INVALID_SIGNED_ELEMENT: "changed",
    Wrong.DUPLICATED_REFERENCE_IN_SIGNED_ELEMENTS: "changed",
    Wrong.UNEXPECTED_SIGNED_ELEMENTS: "changed",
    Wrong.WRONG_NUMBER_OF_SIGNATURES_IN_RESPONSE: "changed",
    Wrong.WRONG_NUMBER_OF_SIGNATURES_IN_ASSERTION: "changed",
    Wrong.WRONG_NUMBER_OF_SIGNATURES: "changed",
    Wrong.DEPRECATED_SIGNATURE_METHOD: "changed",
    Wrong.DEPRECATED_DIGEST_METHOD: "changed",
}


class Refused(Exception):
    """An answer is not believed. `code` is one of WORDS, `detail` the library's own words."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail

    @property
    def message(self) -> str:
        """Say why, in a sentence for the person."""
        return str(WORDS[self.code])


def look_over(answer: str) -> str:
    """Return an answer, in base64, that is fit to be kept and read. Raises Refused.

    Signatures do not cover remarks, and readers differ in what a text with one in it says.
    """
    if not answer or len(answer) > LARGEST:
        raise Refused("unreadable", "no answer, or one that is too large")
    try:
        text = Utils.b64decode(answer)
    except (binascii.Error, ValueError) as error:
        raise Refused("unreadable", str(error)) from error
    _no_remarks(text)
    return answer


def _no_remarks(text: bytes) -> None:
    """Raise Refused for what is no XML, or XML with more in it than elements and text."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused("unreadable", str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise Refused("unreadable", "a document type")
    if next(root.iter(etree.Comment, etree.ProcessingInstruction, etree.Entity), None) is not None:
        raise Refused("remarks")


class StrictResponse(OneLogin_Saml2_Response):  # type: ignore[misc]
    """An answer, believed only when nothing about it is left open."""

    def is_valid(
        self, request_data: Any, request_id: Any = None, raise_exceptions: bool = True
    ) -> bool:
        """Return True, or raise Refused."""
        try:
            super().is_valid(request_data, request_id, raise_exceptions=True)
        except Wrong as error:
            raise Refused(CODES.get(error.code, "unreadable"), str(error)) from error
        except Exception as error:  # whatever strange XML does to the library
            raise Refused("unreadable", f"{type(error).__name__}: {error}") from error
        if self.decrypted_document is not None:
            _no_remarks(etree.tostring(self.decrypted_document))
        if not self.get_audiences():
            raise Refused("elsewhere", "no audience")
        asked = self.get_in_response_to()
        if not asked:
            raise Refused("unasked", "no question is named")
        address = Utils.get_self_url_no_query(request_data)
        if not any(self._confirms(one, asked, address) for one in self._confirmations()):
            raise Refused("elsewhere", "no confirmation for this address and question")
        return True

    def _confirmations(self) -> list[Any]:
        """Return what confirms that the bearer of the statement is the person."""
        found = self._query_assertion("/saml:Subject/saml:SubjectConfirmation")
        bearing = [one for one in found if one.get("Method") == Words.CM_BEARER]
        data = (one.find("saml:SubjectConfirmationData", Words.NSMAP) for one in bearing)
        return [one for one in data if one is not None]

    @staticmethod
    def _confirms(data: Any, asked: str, address: str) -> bool:
        end = data.get("NotOnOrAfter")
        return (
            data.get("InResponseTo") == asked
            and data.get("Recipient") == address
            and bool(end)
            and Utils.parse_SAML_to_time(end) > Utils.now()
        )
