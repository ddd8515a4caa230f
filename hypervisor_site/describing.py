"""How the API describes itself: what ninja knows of each operation, and how refusals look."""

from typing import Any

from ninja import NinjaAPI

PROBLEM = {
    "title": "Problem",
    "description": "Why a call was refused (RFC 9457). Programs go by `code`.",
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string", "description": "urn:guesthouse:<code>"},
        "title": {"type": "string", "description": "for people, in the caller's language"},
        "status": {"type": "integer"},
        "code": {"type": "string", "examples": ["busy", "invalid", "not-found", "forbidden"]},
        "fields": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "what is wrong with each field, where the input is at fault",
        },
        "job": {"type": "string", "description": "the job that is in the way, where one is"},
    },
}
REFUSED = {
    "description": "Refused, with the reason.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


class DescribedAPI(NinjaAPI):
    """An API whose description has the refusals, too."""

    def get_openapi_schema(self, **options: Any) -> Any:
        """Return the description with the problem document as every operation's other answer."""
        made = super().get_openapi_schema(**options)
        made["components"]["schemas"]["Problem"] = PROBLEM
        for deeds in made["paths"].values():
            for deed in deeds.values():
                deed["responses"].setdefault("default", REFUSED)
        return made
