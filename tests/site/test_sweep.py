"""Every route and operation, as everybody, on what is theirs, another team's and nobody's."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.template.backends.django import Template
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts.access import capability_of
from accounts.models import Team
from accounts.services import create_token
from tests.site.belongings import WORDS
from tests.site.bodies import body_of
from tests.site.places import MISSING, address, all_routes, things_in
from tests.site.test_api import bearer
from tests.site.world import ASKED_BY_ALL, MATRIX, SITE_ONLY, World, make_world
from vms.models import VM

pytestmark = pytest.mark.django_db
REFUSED = {401, 403, 404}
PEOPLE = (*MATRIX, "admin")
# With whose things each is tried: everybody with the red ones, who may differ with the others.
TRIED = {
    "red": PEOPLE,
    "blue": ("stranger", "guest", "member", "owner", "rival", "auditor", "admin"),
    "missing": ("visitor", "stranger", "owner", "auditor", "admin"),
}

# What one must be allowed to do to know that a thing is there.
SEEN_WITH = {
    "placing": "team.view",
    "vm": "vm.view",
    "job": "vm.view",
    "team": "team.view",
    "slug": "team.view",
    "network": "team.view",
    "backup": "team.view",
    "recording": "vm.recordings",
    "migration": "vm.view",
    "finding": "team.manage",
    "webhook": "team.manage",
    "target": "team.manage",
}
LADDER = ("viewer", "operator", "member", "owner")
# Things of one person, which nobody else sees, and no administrator either.
PERSONAL = {"token", "session", "view"}
# Who sees the red request, and who may do what with it.
OF_REQUEST = {
    "row": {"person", "owner", "auditor", "admin"},
    "approve": {"owner", "admin"},
    "decline": {"owner", "admin"},
    "withdraw": {"person"},
}
# Deeds on an object that need more than the route declares, because its room decides.
DEEDS: tuple[tuple[str, str], ...] = (
    (r"^teams/.*/members/.*/remove/", "team.manage"),
    (r"jobs/.*/(cancel|retry)", "vm.operate"),
    (r"/(share|grants)/<", "vm.grant"),
    (r"console/links/[<(]", "vm.share_console"),
    (r"console/record(/|ing$|ing/stop)", "vm.record"),
)
# What the door itself writes down, whoever knocks.
DOOR = re.compile(
    r'"(django_session|jobs_auditentry|accounts_user|accounts_apitoken|usersessions_usersession)"'
)

EVERYTHING = list(all_routes())
ABOUT_THINGS = [one for one in EVERYTHING if things_in(one[1])]
NAMES = [f"{methods} {path}" for methods, path, _view in ABOUT_THINGS]


class Visit:
    """Everybody with a browser and a token; whatever they do is undone."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clients = {name: Client(raise_request_exception=False) for name in PEOPLE}
        self.tokens: dict[str, dict[str, str]] = {"visitor": {}}
        for name, user in world.cast.items():
            self.clients[name].force_login(user)
            self.tokens[name] = bearer(user)
        self.cookies = {name: dict(client.cookies) for name, client in self.clients.items()}

    def ask(self, name: str, method: str, url: str, body: Any = None) -> tuple[Any, list[str]]:
        """Return the answer and what was written for it."""
        client = self.clients[name]
        options: dict[str, Any] = {"data": "name=x", "content_type": FORM}
        if url.startswith("/api/"):
            options = {"data": json.dumps(body or {}), "content_type": "application/json"}
            options["headers"] = self.tokens[name]
        if method == "GET":
            options.pop("data")
        writes: list[str] = []

        def listen(execute: Any, sql: str, *rest: Any) -> Any:
            if sql.startswith(WRITING) and not DOOR.search(sql):
                writes.append(sql)
            return execute(sql, *rest)

        with transaction.atomic(), connection.execute_wrapper(listen):
            answer = client.generic(method, url, **options)
            transaction.set_rollback(True)
        client.cookies.clear()
        client.cookies.update(self.cookies[name])
        return answer, writes

    def key(self, kind: str, whose: str) -> int | str:
        """Return the id of a red, a blue or of no thing."""
        nothing = "no-such-thing" if kind in {"slug", "size_slug"} else MISSING
        return self.world.ids[kind].get(whose, nothing)


FORM = "application/x-www-form-urlencoded"
WRITING = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture(scope="module")
def visit(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Visit]:
    """One world for all of the sweep, which leaves nothing behind."""
    with django_db_blocker.unblock(), transaction.atomic():
        cache.clear()
        yield Visit(make_world())
        transaction.set_rollback(True)


def needed_for(path: str, view: Any) -> str:
    """Return the capability that the deed takes."""
    deeds = (deed for pattern, deed in DEEDS if re.search(pattern, path))
    return next(deeds, str(capability_of(view)))


def may_do(name: str, whose: str) -> set[str]:
    """Return what the matrix allows with what is red or blue."""
    if name == "rival":
        return MATRIX["owner"] if whose == "blue" else set()
    return MATRIX[name] if whose == "red" or name == "auditor" else set()


def expected(name: str, path: str, view: Any, whose: str) -> set[int]:
    """Return the statuses that the declared matrix allows; empty where the deed may be done."""
    kind = things_in(path)[0] or ""
    needed = needed_for(path, view)
    if name == "visitor":
        return {302, 401}
    if name != "admin" and needed in SITE_ONLY and needed not in MATRIX[name]:
        return {403}
    if kind == "passkey":
        return {302, 404}  # asks for the password again before it looks
    if whose == "missing":
        return {404}
    if kind in PERSONAL:
        mine = (name, whose) in {("person", "red"), ("rival", "blue")}
        return set() if mine else {404}
    if kind == "request":
        return _of_request(name, path, whose)
    if name == "admin" or needed in SITE_ONLY:
        return set()
    if kind == "finding" and name == "auditor":
        return {403}  # sees every finding and changes nothing
    may = may_do(name, whose)
    if SEEN_WITH[kind] not in may:
        return {404}
    return set() if needed in may | ASKED_BY_ALL else {403, 404}


def _of_request(name: str, path: str, whose: str) -> set[int]:
    deed = path.rstrip("/").rpartition("/")[2]
    if whose == "blue" and name == "rival":
        return set() if deed in {"row", "withdraw"} else {403}
    if whose == "blue" and name not in {"admin", "auditor"}:
        return {404}
    if name in OF_REQUEST[deed]:
        return set()
    return {403} if name in OF_REQUEST["row"] else {404}


def test_every_id_in_an_address_is_known() -> None:
    unknown = [path for _methods, path, _view in EVERYTHING if None in things_in(path)]
    assert not unknown, "Say in tests/site/places.py what these ids are of."


@pytest.mark.parametrize("tried", ["at the bounds", pytest.param("all", marks=pytest.mark.slow)])
@pytest.mark.parametrize(("methods", "path", "view"), ABOUT_THINGS, ids=NAMES)
def test_a_thing_answers_as_the_matrix_says(
    visit: Visit,
    methods: str,
    path: str,
    view: Any,
    tried: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At the bounds: of the roles that hold all that the one before holds, the first that may.

    There pages are not drawn, which takes most of the time; other tests draw every one of them.
    """
    if tried != "all":
        monkeypatch.setattr(Template, "render", lambda *_args, **_more: "")
    wrong = []
    for whose, people in TRIED.items():
        may = [name for name in LADDER if not expected(name, path, view, whose)]
        spared = set(may[1:]) if tried != "all" else set()
        for name in (name for name in people if name not in spared):
            keys = [visit.key(str(kind), whose) for kind in things_in(path)]
            if whose == "blue" and (MISSING in keys or "no-such-thing" in keys):
                continue
            for method in methods.split():
                url = address(path, *keys)
                answer, writes = visit.ask(name, method, url, body_of(path, method))
                wanted = expected(name, path, view, whose)
                got = answer.status_code
                if got == 405 and name != "visitor":
                    continue
                undone = REFUSED | {500} if "no-such-key" not in url else {401, 403, 500}
                good = got in wanted and not writes if wanted else got not in undone
                if not good:
                    text = getattr(answer, "content", b"")[:200]
                    wrong.append(f"{name} {method} {whose}: {got} {wanted or 'done'} {text!r}")
                    wrong += [sql[:150] for sql in writes if wanted]
    assert not wrong, f"{needed_for(path, view)}\n" + "\n".join(wrong)


# Looking at a first page of one's own notices is what reads them.
READ_BY_LOOKING = {"notices/"}


@pytest.mark.parametrize("name", [pytest.param("owner", marks=pytest.mark.slow), "admin"])
def test_looking_writes_nothing(visit: Visit, name: str) -> None:
    wrong = []
    for methods, path, _view in EVERYTHING:
        if "GET" not in methods or "logout" in path or path in READ_BY_LOOKING:
            continue
        url = address(path, *(visit.key(str(kind), "red") for kind in things_in(path)))
        answer, writes = visit.ask(name, "GET", url)
        wrong += [f"{url}: {answer.status_code} {sql[:150]}" for sql in writes]
    assert not wrong, "\n".join(wrong)


NESTED = [one for one in ABOUT_THINGS if len(things_in(one[1])) > 1]


@pytest.mark.parametrize(("methods", "path", "view"), NESTED, ids=[one[1] for one in NESTED])
def test_a_thing_is_not_reached_through_somebody_elses(
    visit: Visit, methods: str, path: str, view: Any
) -> None:
    first, *rest = [str(kind) for kind in things_in(path)]
    for name, mine, theirs in (
        ("owner", "red", "blue"),
        ("rival", "blue", "red"),
        ("admin", "red", "blue"),
        ("owner", "red", "missing"),
    ):
        keys = [visit.key(first, mine), *(visit.key(kind, theirs) for kind in rest)]
        refused = {403} if expected(name, path, view, "red") == {403} else {404, 405}
        for method in methods.split():
            url = address(path, *keys)
            answer, writes = visit.ask(name, method, url, body_of(path, method))
            assert answer.status_code in {405, *refused}, (
                name,
                method,
                theirs,
                answer.content[:200],
            )
            assert not writes


@pytest.mark.parametrize("name", [pytest.param("stranger", marks=pytest.mark.slow), "rival"])
def test_nobody_outside_reads_a_word_of_the_team(visit: Visit, name: str) -> None:
    told = []
    with transaction.atomic():
        VM.objects.filter(pk=visit.world.blue_vm.pk).delete()  # it is on the red team's host
        for method, url, body in _everything_asked(visit):
            answer, _writes = visit.ask(name, method, url, body)
            text = answer.content if hasattr(answer, "content") else b""
            told += [
                f"{method} {url}: {word}"
                for word in WORDS
                if word.encode() in text and word not in url
            ]
            assert answer.status_code != 500, f"{method} {url}: {text[:300]!r}"
        transaction.set_rollback(True)
    assert not told


def _everything_asked(visit: Visit) -> Iterator[tuple[str, str, Any]]:
    for methods, path, _view in EVERYTHING:
        kinds = [str(kind) for kind in things_in(path)]
        for whose in ("red", "missing") if kinds else ("red",):
            url = address(path, *(visit.key(kind, whose) for kind in kinds))
            for method in methods.split():
                yield method, url, body_of(path, method)
    for pattern in ASKING:
        yield "GET", pattern.format(team="crimson", vm=visit.world.red_vm.pk), None


# Questions whose answers are lists, put so that the red team's things would be in them.
ASKING = (
    "/search/?q=oleander",
    "/search/?q=granite",
    "/search/?q=person",
    "/search/?q=crimson",
    "/machines/?q=oleander",
    "/machines/?team={team}",
    "/machines/?owner=person-person",
    "/machines/?host=granite-host",
    "/machines/new/?team={team}",
    "/networks/?team={team}",
    "/requests/?page=1",
    "/requests/more/?team={team}",
    "/usage/?team={team}",
    "/usage/export.csv?team={team}",
    "/jobs/?q=oleander",
    "/jobs/record/?q=oleander",
    "/wall/look/?ids={vm}",
    "/api/v1/vms?q=oleander",
    "/api/v1/vms?team={team}",
    "/api/v1/vms?owner=person-person",
    "/api/v1/jobs?vm={vm}",
    "/api/v1/jobs?target_kind=vm&target_id={vm}",
    "/api/v1/requests?team={team}",
    "/api/v1/networks?team={team}",
    "/api/v1/webhooks?team={team}",
    "/api/v1/usage?team={team}",
    "/api/v1/quota?team={team}",
    "/api/v1/catalogue?team={team}",
    "/api/v1/teams?q={team}",
    "/api/v1/audit?q=oleander",
    "/posture/?team={team}",
    "/api/v1/posture/findings?team={team}",
    "/api/v1/posture/findings?machine={vm}",
    "/api/v1/users?q=person",
)

# What names somebody else's thing in the body instead of in the address.
NAMING: tuple[tuple[str, Any], ...] = (
    ("/api/v1/vms", {"name": "new-one", "team": "crimson"}),
    ("/api/v1/networks", {"name": "new-net", "team": "crimson"}),
    ("/api/v1/webhooks", {"name": "x", "url": "https://example.com/", "team": "crimson"}),
    ("/api/v1/requests", {"kind": "quota.raise", "team": "crimson", "params": {"limits": {}}}),
    (
        "/api/v1/requests",
        {"kind": "vm.create", "team": "crimson", "params": {"name": "new-one", "source": "empty"}},
    ),
)


@pytest.mark.parametrize("name", ["stranger", "rival", "guest"])
@pytest.mark.parametrize(("url", "body"), NAMING, ids=lambda value: str(value)[:60])
def test_a_team_named_in_the_body_is_no_way_in(
    visit: Visit, name: str, url: str, body: dict[str, Any]
) -> None:
    real, writes = visit.ask(name, "POST", url, body)
    nothing, _writes = visit.ask(name, "POST", url, body | {"team": "no-such-team"})
    assert real.status_code in {400, 403, 404}, real.content
    assert not writes
    assert real.content.replace(b"crimson", b"no-such-team") == nothing.content


@pytest.mark.parametrize("name", ["stranger", "rival", "viewer", "auditor"])
def test_work_on_many_reaches_only_what_one_reaches(visit: Visit, name: str) -> None:
    ids = [visit.world.red_vm.pk, MISSING]
    for action in ("reboot", "tag", "delete"):
        body = {"action": action, "ids": ids, "tag": "x"}
        answer, writes = visit.ask(name, "POST", "/api/v1/vms/bulk", body)
        assert not [sql for sql in writes if "jobs_job" in sql or "vms_" in sql], answer.content
    assert Team.objects.count() == 2


def test_a_token_for_looking_changes_nothing_anywhere(visit: Visit) -> None:
    owner = visit.world.cast["owner"]
    key = create_token(owner, "narrow", capabilities=["vm.view", "team.view"]).key
    whole, visit.tokens["owner"] = visit.tokens["owner"], {"Authorization": f"Bearer {key}"}
    try:
        for methods, path, _view in EVERYTHING:
            if path.startswith("api/") and "GET" not in methods:
                url = address(path, *(visit.key(str(kind), "red") for kind in things_in(path)))
                answer, writes = visit.ask("owner", methods, url, body_of(path, methods))
                harmless = path in OWN_BUSINESS or answer.status_code in {207, 400, 403, 404, 409}
                assert harmless, f"{methods} {path}: {answer.status_code}"
                assert path in OWN_BUSINESS or not writes, f"{methods} {path}: {writes}"
    finally:
        visit.tokens["owner"] = whole


# What any token may do, because it is about the person and reaches nobody else's things.
OWN_BUSINESS = {"api/v1/tokens", "api/v1/teams/<int:team_id>/membership"}
