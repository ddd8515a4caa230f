"""Every page and operation as a program: of the team, and of another team with a grant too many."""

import json
import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.access import Capability, capability_of
from accounts.models import Grant, Membership, Role, Team, User
from accounts.services import create_token
from hypervisor_site.checks import operations
from tests.site.test_routes import PAGES, url_of
from tests.site.world import World, make_world

WORDS = ("oleander-7", "granite-host")
OBJECTS = (
    (r"^api/v1/vms/{", "vm"),
    (r"^api/v1/jobs/{", "job"),
    (r"^api/v1/hosts/{", "host"),
    (r"^api/v1/teams/{", "team"),
)
OPERATIONS = [(name.rpartition(" ")[0], name.rpartition(" ")[2]) for name, _view in operations()]


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def program(team: Team, role: str, by: User) -> tuple[User, dict[str, str]]:
    """Make a service account as its row could be at worst, and a token for it."""
    bot = User.objects.create(username=f"service:{team.slug}/bot", service_team=team)
    Membership.objects.create(user=bot, team=team, role=role)
    key = create_token(bot, "sweep", by=by).key
    return bot, {"Authorization": f"Bearer {key}"}


def red_pk(world: World, path: str) -> int:
    kind = next((kind for pattern, kind in OBJECTS if re.search(pattern, path)), "vm")
    ids = {"job": world.red_job.pk, "host": world.red_vm.host_id, "team": world.red.pk}
    return int(ids.get(kind) or world.red_vm.pk)


def ask(path: str, method: str, pk: int, headers: dict[str, str]) -> Any:
    """Call an operation about one number, and undo whatever it did."""
    url = "/" + re.sub(r"{(?:\w+:)?\w+}", str(pk), path.replace("{power:action}", "start"))
    body = json.dumps({"name": "x", "action": "start"})
    with transaction.atomic():
        answer = Client().generic(
            method, url, body, content_type="application/json", headers=headers
        )
        transaction.set_rollback(True)
    return answer


def test_a_program_of_another_team_gets_nowhere(world: World) -> None:
    bot, headers = program(world.blue, Role.OWNER, world.cast["rival"])
    Grant.objects.create(user=bot, kind="vm", object_id=world.red_vm.pk, role=Role.OWNER)
    Membership.objects.create(user=bot, team=world.red, role=Role.OWNER)
    world.blue_vm.delete()
    wrong = []
    for path, methods in OPERATIONS:
        for method in methods.split("/"):
            answer = ask(path, method, red_pk(world, path), headers)
            text = getattr(answer, "content", b"").decode(errors="replace")
            refused = answer.status_code in {400, 403, 404, 405, 422}
            is_theirs = any(re.search(pattern, path) for pattern, _kind in OBJECTS)
            if any(word in text for word in WORDS) or (is_theirs and not refused):
                wrong.append(f"{method} {path}: {answer.status_code} {text[:120]}")
    assert not wrong, "\n".join(wrong)


def test_a_program_of_the_team_does_what_its_role_says(world: World) -> None:
    _bot, headers = program(world.red, Role.MEMBER, world.cast["owner"])
    vm, team = f"api/v1/vms/{world.red_vm.pk}", f"api/v1/teams/{world.red.pk}"
    for path, method, status in (
        (vm, "GET", 200),
        (team, "GET", 200),
        (f"{team}/members", "GET", 200),
        (f"{team}/service-accounts", "POST", 403),
        (f"{team}/service-accounts", "GET", 403),
        (f"{team}/invitations", "GET", 403),
        (f"{team}/membership", "DELETE", 409),
        ("api/v1/hosts", "GET", 403),
        ("api/v1/users", "GET", 403),
        ("api/v1/tokens", "POST", 403),
    ):
        assert ask(path, method, 0, headers).status_code == status, f"{method} {path}"


def test_no_page_knows_a_program(world: World) -> None:
    bot, headers = program(world.red, Role.OWNER, world.cast["owner"])
    client = Client()
    client.force_login(bot)
    for path, view in PAGES:
        if capability_of(view) == Capability.PUBLIC:
            continue
        for given in ({}, headers):
            answer = client.get(url_of(path, world.red_vm.pk), headers=given)
            assert answer.status_code in {302, 401}, path
            assert answer.status_code == 401 or "/account/login/" in answer.headers["Location"]
