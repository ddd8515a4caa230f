"""What the API reads: JSON and queries, without the one character that no database takes."""

import json
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.parser import Parser

NUL = "\0"


class PlainParser(Parser):
    """Refuse NUL in any text: PostgreSQL would fail on it, and no name or word has one."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body. Raises ValueError, which ninja answers with 400."""
        found = json.loads(request.body)
        if b"\\u0000" in request.body and _has_nul(found):
            raise ValueError("NUL in a text")
        return found

    def parse_querydict(self, data: Any, list_fields: list[str], request: HttpRequest) -> Any:
        """Return the query. Raises HttpError (400)."""
        found = super().parse_querydict(data, list_fields, request)
        if _has_nul(found):
            raise HttpError(400, _("The request is not valid."))
        return found


def _has_nul(value: Any) -> bool:
    """Say whether any text in a JSON value has a NUL."""
    if isinstance(value, str):
        return NUL in value
    if isinstance(value, dict):
        return any(_has_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(_has_nul(part) for part in value)
