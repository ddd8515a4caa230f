"""Every route and operation, as everybody, on what is theirs, another team's and nobody's."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver

from accounts.access import capability_of
from accounts.models import Team
from hypervisor_site.checks import operations, routes
from tests.site.test_api import bearer
from tests.site.test_routes import url_of
from tests.site.world import ASKED_BY_ALL, MATRIX, SITE_ONLY, World, make_world

MISSING = 987_654_321
WORDS = ("oleander-7", "granite-host")  # what nobody outside the red team may read anywhere
REFUSED = {401, 403, 404}

# What stands in the place of an object in a route: the first pattern that fits names it.
OBJECTS: tuple[tuple[str, str], ...] = (
    (r"^(api/v1/vms|machines)/<int:(pk|vm_id)>", "vm"),
    (r"^(api/v1/)?jobs/<int:(pk|job_id)>", "job"),
    (r"^(api/v1/)?hosts/<int:(pk|host_id)>", "host"),
    (r"^(api/v1/teams/<int:(team_id|pk)>|teams/<slug:slug>)", "team"),
)
# Deeds on an object that need more than the route declares, because its room decides.
DEEDS: tuple[tuple[str, str], ...] = (
    (r"^teams/.*/remove/", "team.manage"),
    (r"/share/.*/remove/|/grants/<int:user_id>", "vm.grant"),
    (r"jobs/.*/(cancel|retry)", "vm.operate"),
)


def address(path: str, pk: int) -> str:
    """Return an address of the route with words in it that its room knows."""
    slugs = dict(Team.objects.values_list("pk", "slug"))
    url = url_of(path.replace("<slug:slug>", slugs.get(pk, "no-such-team")), pk)
    url = re.sub(r"^(/hosts/\d+/do)/start/", r"\1/rescan/", url)
    url = url.replace("{power:action}", "start")
    return re.sub(r"/part/overview/", "/part/facts/", url)


def all_routes() -> Iterator[tuple[str, str, Any]]:
    """Yield (methods, path, view) of each page and each operation of the API."""
    for path, view in routes(get_resolver().url_patterns):
        if not path.startswith("api/"):
            yield "GET POST", path, view
    for name, view in operations():
        path, _space, methods = name.rpartition(" ")
        yield methods.replace("/", " "), re.sub(r"{(?:int:)?(\w+)}", r"<int:\1>", path), view


def object_of(path: str) -> str | None:
    """Return which object the route is about."""
    return next((kind for pattern, kind in OBJECTS if re.search(pattern, path)), None)


EVERYTHING = list(all_routes())
ABOUT_OBJECTS = [one for one in EVERYTHING if object_of(one[1])]


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def pk_of(world: World, kind: str, whose: str) -> int:
    if whose == "missing":
        return MISSING
    vm = world.red_vm if whose == "red" else world.blue_vm
    team = world.red if whose == "red" else world.blue
    found = {"vm": vm.pk, "job": world.red_job.pk, "host": vm.host_id, "team": team.pk}
    return int(found[kind])


def expected(name: str, needed: str, kind: str, whose: str) -> set[int]:
    """Return the statuses that the declared matrix allows; empty where the deed may be done."""
    if name == "admin":
        return {404} if whose == "missing" else set()
    if name == "visitor":
        return {302, 401}
    if needed in SITE_ONLY and needed not in MATRIX[name]:
        return {403}
    if whose == "missing":
        return {404}
    everywhere = MATRIX[name] if name == "auditor" else set()
    may = everywhere | (MATRIX[name] if whose == "red" else set())
    if name == "rival" and whose == "blue":
        may = MATRIX["owner"]
    if kind == "vm" and "vm.view" not in may:
        return {404}
    if kind == "job" and "vm.view" not in may:
        return {404}
    if kind == "team" and "team.view" not in may:
        return {404}
    return set() if needed in may | ASKED_BY_ALL else {403, 404}


def call(client: Client, method: str, url: str, token: dict[str, str] | None) -> Any:
    """Ask, and undo whatever it did."""
    body = (
        json.dumps({"name": "x", "action": "start"}) if url.startswith("/api/") else {"name": "x"}
    )
    options: dict[str, Any] = {"headers": token or {}}
    with transaction.atomic():
        if method == "GET":
            answer = client.get(url, **options)
        elif url.startswith("/api/"):
            answer = client.generic(method, url, body, content_type="application/json", **options)
        else:
            answer = client.generic(
                method, url, "name=x", content_type="application/x-www-form-urlencoded"
            )
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize(
    ("methods", "path", "view"), ABOUT_OBJECTS, ids=[f"{one[0]} {one[1]}" for one in ABOUT_OBJECTS]
)
def test_an_object_answers_as_the_matrix_says(
    world: World, methods: str, path: str, view: Any
) -> None:
    needed = next(
        (deed for pattern, deed in DEEDS if re.search(pattern, path)), str(capability_of(view))
    )
    kind = object_of(path)
    assert kind is not None
    wrong = []
    for name in (*MATRIX, "admin"):
        client = Client()
        token = None
        if name != "visitor":
            client.force_login(world.cast[name])
            if path.startswith("api/"):
                token = bearer(world.cast[name])
        for whose in ("red", "blue", "missing"):
            if kind == "job" and whose == "blue":
                continue
            for method in methods.split():
                status = call(client, method, address(path, pk_of(world, kind, whose)), token)
                wanted = expected(name, needed, kind, whose)
                got = status.status_code
                if wanted and path.startswith("api/") and method in {"POST", "PATCH", "PUT"}:
                    wanted = wanted | {400}  # the body is read before the object is looked for
                inner = {404} if path.count("<") > 1 else set()  # there is no second object here
                good = got in wanted if wanted else got not in (REFUSED - inner) | {500}
                if not good and not (got == 405 and name != "visitor"):
                    text = getattr(status, "content", b"")[:200]
                    wrong.append(f"{name} {method} {whose}: {got}, {wanted or 'done'} {text!r}")
    assert not wrong, f"{needed}\n" + "\n".join(wrong)


@pytest.mark.parametrize("name", ["stranger", "rival"])
def test_nobody_outside_reads_a_word_of_the_team(world: World, name: str) -> None:
    world.blue_vm.delete()
    client = Client()
    client.force_login(world.cast[name])
    token = bearer(world.cast[name])
    for methods, path, _view in EVERYTHING:
        if "logout" in path:
            continue
        for pk in (world.red_vm.pk, MISSING):
            for method in methods.split():
                answer = call(client, method, address(path, pk), token)
                text = getattr(answer, "content", b"")
                for word in WORDS:
                    assert word.encode() not in text, f"{method} {path} tells {name} of {word}"
