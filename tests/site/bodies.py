"""The least body that each operation of the API accepts as well formed, from its own schema."""

from datetime import date, timedelta
from functools import cache
from typing import Any

from hypervisor_site.api import api

DEPTH = 6
SOON = timedelta(days=30)
# What has to be said for an operation to come as far as its rights.
SAID: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("PUT", "/quota", {"each": True, "limits": {}}),
    ("POST", "/members", {"username": "stranger-person", "role": "viewer"}),
    ("PUT", "/acceptance", {"reason": "known", "until": (date.today() + SOON).isoformat()}),
)


def body_of(path: str, method: str) -> dict[str, Any]:
    """Return a body for an operation; pages get none."""
    if not path.startswith("api/"):
        return {}
    schema = _schemas().get((_shape(path), method.lower()), {})
    made = _made(schema, DEPTH)
    said = [words for deed, end, words in SAID if deed == method and path.endswith(end)]
    return (made if isinstance(made, dict) else {}) | (said[0] if said else {})


def parts_of(path: str, method: str) -> list[str]:
    """Return the names of an operation's body's parts, or of its query's where it only looks."""
    if method == "GET":
        return _queries().get(_shape(path), [])
    schema = _schemas().get((_shape(path), method.lower()), {})
    if "$ref" in schema:
        schema = _components()[schema["$ref"].rpartition("/")[2]]
    return list(schema.get("properties", {}))


@cache
def _queries() -> dict[str, list[str]]:
    found = {}
    for path, deeds in api.get_openapi_schema(path_prefix="api/v1/")["paths"].items():
        asked = deeds.get("get", {}).get("parameters", [])
        found[_shape(path)] = [one["name"] for one in asked if one["in"] == "query"]
    return found


@cache
def _schemas() -> dict[tuple[str, str], Any]:
    found = {}
    for path, deeds in api.get_openapi_schema(path_prefix="api/v1/")["paths"].items():
        for method, deed in deeds.items():
            content = deed.get("requestBody", {}).get("content", {})
            found[_shape(path), method] = content.get("application/json", {}).get("schema", {})
    return found


@cache
def _components() -> dict[str, Any]:
    parts: dict[str, Any] = api.get_openapi_schema()["components"]["schemas"]
    return parts


def _shape(path: str) -> str:
    """Return the path with its places left blank, as the schema and the routes both say it."""
    parts = path.strip("/").split("/")
    return "/".join("*" if part[:1] in {"<", "{"} else part for part in parts)


def _made(schema: dict[str, Any], depth: int) -> Any:
    """Return a value that fits: the least for what is required, nothing for the rest."""
    if "$ref" in schema:
        return _made(_components()[schema["$ref"].rpartition("/")[2]], depth)
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return _made(schema[key][0], depth)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if schema.get("type") == "object" and depth:
        parts = schema.get("properties", {})
        return {name: _made(parts[name], depth - 1) for name in schema.get("required", ())}
    return {
        "string": "x" * max(1, schema.get("minLength", 1)),
        "integer": schema.get("minimum", 1),
        "number": 1,
        "boolean": True,
        "array": [],
    }.get(str(schema.get("type")), {})
