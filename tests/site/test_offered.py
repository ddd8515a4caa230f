"""The API has everything that the pages have: each route names its operations, or why none."""

import inspect
import re
from collections import Counter, defaultdict
from functools import cache
from typing import Any

import pytest
from ninja import Schema

from accounts.access import Capability, capability_of
from hypervisor_site.api import api
from hypervisor_site.checks import operations
from tests.site.offered import OFFERED, PartOf, Why
from tests.site.places import all_routes

PAGES = {path: view for _methods, path, view in all_routes() if not path.startswith("api/")}
SAFE = {"GET", "HEAD", "OPTIONS"}
# Pages whose right is another than that of each operation named, and why that is the same.
OTHERWISE = {
    "": "the overview shows each person what they may see of it",
    "search/": "each list is searched with its own right",
    "teams/join/<str:key>/": "newcomers have no account to call with; the key lets in either way",
    "teams/<slug:slug>/targets/": "the operation asks for it where a team is named",
    "settings/webhooks/": "the operation asks for it where no team is named",
    "hosts/tests/<int:job_id>/": "a trial is a job of the administrator",
    "machines/new/made/": "jobs are shown to who may see their machines",
    "machines/<int:pk>/history/": "jobs are shown to who may see their machines",
    "machines/<int:pk>/protect/": "the operation asks for it where that is changed",
    "machines/<int:pk>/stay-on/": "the operation asks for it where that is changed",
    "machines/bulk/": "the operation asks for each machine's right",
    "machines/migrate/": "the operation asks for each machine's right",
    "recordings/<int:recording_id>/video/stop/": "the operation asks for it at the job's machine",
    "migrations/<int:migration_id>/cancel/": "the operation asks for it at the job's machine",
}


@cache
def described() -> dict[str, dict[str, Any]]:
    """Return each operation, such as "GET /vms/{vm_id}", as the description has it."""
    paths = api.get_openapi_schema(path_prefix="")["paths"]
    return {
        f"{method.upper()} {path}": deed
        for path, deeds in paths.items()
        for method, deed in deeds.items()
    }


@cache
def rights() -> dict[str, Capability]:
    """Return what each operation needs."""
    found = {}
    for name, view in operations():
        path, _space, methods = name.removeprefix("api/v1").rpartition(" ")
        needed = capability_of(view)
        assert needed is not None
        path = re.sub(r"{\w+:", "{", path)
        found.update({f"{method} {path}": needed for method in methods.split("/")})
    return found


def named(path: str) -> list[str]:
    """Return the operations that a route names."""
    offer = OFFERED.get(path)
    return offer.split(", ") if isinstance(offer, str) else []


def changes(view: Any) -> bool:
    """Say whether a page does something when it is posted to."""
    allowed = _methods(view)
    if allowed:
        return bool(allowed - SAFE)
    made = getattr(view, "view_class", None)
    if made is not None:
        return hasattr(made, "post")
    text = inspect.getsource(inspect.unwrap(view))
    return "request.POST" in text or '"POST"' in text


def _methods(view: Any) -> set[str]:
    """Return what Django's decorators on a view let through; empty where there is none."""
    while view is not None:
        for cell in getattr(view, "__closure__", None) or ():
            held = cell.cell_contents
            if isinstance(held, list) and held and all(isinstance(one, str) for one in held):
                return set(held)
        view = getattr(view, "__wrapped__", None)
    return set()


def test_every_route_is_named_and_no_other() -> None:
    missing = sorted(set(PAGES) - set(OFFERED))
    assert not missing, "Say in tests/site/offered which operation does the same, or why none."
    assert not sorted(set(OFFERED) - set(PAGES)), "There are no such routes any more."


@pytest.mark.parametrize(
    "path", [path for path in PAGES if path in OFFERED], ids=lambda it: it or "/"
)
def test_what_is_named_is_there(path: str) -> None:
    offer = OFFERED[path]
    if isinstance(offer, Why):
        assert len(offer.text) > 20
        return
    if isinstance(offer, PartOf):
        assert isinstance(OFFERED.get(offer.page), str), f"{offer.page} names no operation."
        assert not changes(PAGES[path]), "A part is looked at; what changes names its operation."
        return
    for operation in named(path):
        assert operation in described(), f"{operation} is not in the API."


@pytest.mark.parametrize("path", [path for path in PAGES if named(path)], ids=lambda it: it or "/")
def test_what_changes_can_be_changed_by_the_api(path: str) -> None:
    by_method = Counter(operation.partition(" ")[0] in SAFE for operation in named(path))
    # The wall tells by POST which pictures it draws, as the list is long.
    if changes(PAGES[path]) and path not in {"", "wall/look/"}:
        assert by_method[False], "The page changes something; name an operation that does."


@pytest.mark.parametrize("path", [path for path in PAGES if named(path)], ids=lambda it: it or "/")
def test_the_rights_are_the_same(path: str) -> None:
    needed = {rights()[operation] for operation in named(path)}
    is_same = capability_of(PAGES[path]) in needed
    assert is_same or path in OTHERWISE, f"{capability_of(PAGES[path])} is none of {needed}"
    assert not (is_same and path in OTHERWISE), "It is the same now; take it off the list."


def test_every_operation_is_described() -> None:
    bare = []
    for name, deed in described().items():
        good = [code for code in deed["responses"] if str(code).startswith("2")]
        if not (deed.get("summary") and deed.get("description") and deed.get("tags") and good):
            bare.append(name)
    assert bare == []
    ids = Counter(deed["operationId"] for deed in described().values())
    assert [name for name, count in ids.items() if count > 1] == []


def test_every_refusal_is_described() -> None:
    for name, deed in described().items():
        refusal = deed["responses"]["default"]["content"]["application/problem+json"]
        assert refusal["schema"]["$ref"].endswith("/Problem"), name


def test_no_two_shapes_have_one_name() -> None:
    """The description knows shapes by name alone: the second would be shown as the first."""
    homes: dict[str, set[str]] = defaultdict(set)
    waiting: list[type] = [Schema]
    while waiting:
        for made in waiting.pop().__subclasses__():
            waiting.append(made)
            if not made.__module__.startswith("ninja"):
                homes[made.__name__].add(made.__module__)
    assert {name: where for name, where in homes.items() if len(where) > 1} == {}


def test_no_path_is_in_two_routers() -> None:
    """The first would answer for both, with 405 for what the second has."""
    seen = Counter(prefix + path for prefix, one in api._routers for path in one.path_operations)
    assert [path for path, count in seen.items() if count > 1] == []
