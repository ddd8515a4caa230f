"""No operation of the API fails on what it is sent: nonsense is refused with a problem document."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.site.bodies import body_of, parts_of
from tests.site.places import address, all_routes, things_in
from tests.site.test_sweep import Visit, visit

__all__ = ["visit"]
pytestmark = pytest.mark.django_db

NONSENSE: tuple[Any, ...] = (
    None,
    "",
    "x" * 6000,
    "\u202e\ufffd",
    "nothing\x00",
    -1,
    2**70,
    True,
    [],
    [None],
    {},
    {"x": {"y": []}},
)
FEW = (None, "x" * 6000, "nothing\x00", 2**70, [None])  # those that found something
EACH = [pytest.param(FEW, id="few"), pytest.param(NONSENSE, id="all", marks=pytest.mark.slow)]
ASKED = ("", "-1", "x", "9" * 40, "%00", "%ff", "2026-13-45", "a" * 3000)
FEW_ASKED = ("-1", "9" * 40, "%00")
EACH_ASKED = [
    pytest.param(FEW_ASKED, id="few"),
    pytest.param(ASKED, id="all", marks=pytest.mark.slow),
]
RAW = (b"", b"{", b"null", b"[]", b'"x"', b"\xff\xfe", b'{"a":' * 2000)
CHANGING = [
    (methods, path)
    for methods, path, _view in all_routes()
    if path.startswith("api/") and methods != "GET"
]


def bodies(path: str, method: str, nonsense: tuple[Any, ...]) -> Iterator[bytes]:
    """Yield bodies that are no body at all, and good ones with nonsense in one place each."""
    yield from RAW
    good = body_of(path, method)
    for name in parts_of(path, method):
        for value in nonsense:
            yield json.dumps(good | {name: value}).encode()


@pytest.mark.parametrize("nonsense", EACH)
@pytest.mark.parametrize(("method", "path"), CHANGING, ids=[f"{m} {p}" for m, p in CHANGING])
def test_nonsense_is_refused_in_words(
    visit: Visit, method: str, path: str, nonsense: tuple[Any, ...]
) -> None:
    client = visit.clients["admin"]
    url = address(path, *(visit.key(str(kind), "red") for kind in things_in(path)))
    wrong = []
    for body in bodies(path, method, nonsense):
        with transaction.atomic():
            answer: Any = client.generic(
                method, url, body, "application/json", headers=visit.tokens["admin"]
            )
            transaction.set_rollback(True)
        kind = answer.headers.get("Content-Type", "")
        is_told = answer.status_code < 400 or kind == "application/problem+json"
        if (answer.status_code >= 500 and answer.status_code != 503) or not is_told:
            wrong.append(f"{body[:200]!r}: {answer.status_code} {answer.content[:150]!r}")
    assert not wrong, "\n".join(wrong[:12])


LOOKING = [
    path for methods, path, _view in all_routes() if path.startswith("api/") and methods == "GET"
]


@pytest.mark.parametrize("asked", EACH_ASKED)
@pytest.mark.parametrize("path", LOOKING)
def test_nonsense_in_a_query_is_refused_in_words(
    visit: Visit, path: str, asked: tuple[str, ...]
) -> None:
    client = visit.clients["admin"]
    url = address(path, *(visit.key(str(kind), "red") for kind in things_in(path)))
    for name in ["page", "page_size", "search", *parts_of(path, "GET")]:
        for value in asked:
            answer: Any = client.get(f"{url}?{name}={value}", headers=visit.tokens["admin"])
            assert answer.status_code < 500 or answer.status_code == 503, f"{name}={value[:40]}"
            if answer.status_code >= 400:
                kind = answer.headers["Content-Type"]
                assert kind == "application/problem+json", (name, value[:40], kind)


@pytest.mark.parametrize(
    "body", [{"name": "a\0b"}, {"name": "ok", "x\0": 1}, {"name": [{"a": "\0"}]}]
)
def test_no_text_has_a_nul(visit: Visit, body: dict[str, Any]) -> None:
    """PostgreSQL cannot keep one; a text that only writes it down is a text."""
    answer, writes = visit.ask("admin", "POST", "/api/v1/tokens", body)
    assert answer.status_code == 400
    assert not writes
    asked = visit.clients["admin"].get("/api/v1/hosts?search=%00", headers=visit.tokens["admin"])
    assert asked.status_code == 400
    fine, _writes = visit.ask("admin", "POST", "/api/v1/tokens", {"name": r"a\u0000"})
    assert fine.status_code == 201


PLACED = [
    (methods, path)
    for methods, path, _view in all_routes()
    if path.startswith("api/") and things_in(path)
]
CONTROLS = ("%00", "a%00b", "1%00", "%01", "%0A", "%7F", "%C2%85")


@pytest.mark.parametrize(("method", "path"), PLACED, ids=[f"{m} {p}" for m, p in PLACED])
def test_nothing_is_at_an_address_with_a_control_character(
    visit: Visit, method: str, path: str
) -> None:
    kinds = things_in(path)
    good = [visit.key(str(kind), "red") for kind in kinds]
    for at in range(len(kinds)):
        for nonsense in CONTROLS:
            url = address(path, *good[:at], nonsense, *good[at + 1 :])
            answer: Any = visit.clients["admin"].generic(
                method, url, b"{}", "application/json", headers=visit.tokens["admin"]
            )
            assert answer.status_code == 404, (url, answer.status_code)
            assert answer.headers["Content-Type"] == "application/problem+json", url


def test_pages_have_no_control_characters_in_their_address_either(visit: Visit) -> None:
    for url in ("/teams/%00/", "/w/%00/", "/teams/join/a%0Ab/"):
        answer: Any = visit.clients["admin"].get(url)
        assert answer.status_code == 404, url
        assert answer.headers["Content-Type"].startswith("text/html"), url
