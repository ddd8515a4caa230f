"""Roles, coming into a team and its history, by the API."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import CustomRole, Membership, Team, User
from accounts.services import create_token

from .test_api import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def web(oli: User) -> Team:
    """A team that oli manages."""
    team = Team.objects.create(name="Web", slug="web")
    Membership.objects.create(user=oli, team=team, role="owner")
    return team


def test_a_role_from_making_to_deleting(ada: User, oli: User, web: Team) -> None:
    rights = ["vm.view", "team.view", "vm.console"]
    made = send(ada, "POST", "/roles", {"name": "Console only", "capabilities": rights})
    assert made.status_code == 201
    role = made.json()
    assert (role["slug"], set(rights) <= set(role["capabilities"])) == ("console-only", True)
    home = f"/roles/{role['id']}"
    changed = send(ada, "PATCH", home, {"description": "For lessons"}).json()
    assert (changed["name"], changed["description"]) == ("Console only", "For lessons")
    assert changed["capabilities"] == role["capabilities"]
    changed = send(ada, "PATCH", home, {"capabilities": ["vm.operate"]}).json()
    assert "vm.operate" in changed["capabilities"]
    assert "vm.console" not in changed["capabilities"]
    Membership.objects.create(user=ada, team=web, role="console-only")
    assert send(ada, "DELETE", home).json()["code"] == "in-use"
    Membership.objects.filter(user=ada).delete()
    assert send(ada, "DELETE", home).status_code == 204
    assert not CustomRole.objects.exists()


def test_roles_are_listed_with_those_that_cannot_be_changed(ada: User) -> None:
    send(ada, "POST", "/roles", {"name": "Mine"})
    told = send(ada, "GET", "/roles").json()
    ids = {role["slug"]: role["id"] for role in told["items"]}
    assert ids["viewer"] is None
    assert ids["mine"] is not None
    assert "vm.console" in told["capabilities"]


@pytest.mark.parametrize("wish", [{"name": " "}, {"name": "x", "capabilities": ["site.manage"]}])
def test_bad_roles_are_refused(ada: User, wish: dict[str, Any]) -> None:
    answer = send(ada, "POST", "/roles", wish)
    assert answer.status_code == 400
    assert answer.json()["fields"]


def test_a_name_is_taken_once(ada: User, oli: User) -> None:
    send(ada, "POST", "/roles", {"name": "Mine"})
    assert send(ada, "POST", "/roles", {"name": "Mine"}).json()["code"] == "name-taken"
    assert send(oli, "GET", "/roles").status_code == 403


def test_an_invitation_is_taken_once(oli: User, sam: User, vera: User, web: Team) -> None:
    key = send(oli, "POST", f"/teams/{web.pk}/invitations", {"role": "viewer"}).json()["key"]
    told = send(sam, "POST", "/teams/join", {"key": key})
    assert (told.status_code, told.json()["slug"]) == (200, "web")
    assert Membership.objects.get(user=sam).role == "viewer"
    answer = send(vera, "POST", "/teams/join", {"key": key})
    assert (answer.status_code, answer.json()["code"]) == (409, "invitation-over")
    assert send(vera, "POST", "/teams/join", {"key": "nonsense"}).status_code == 409


def test_programs_and_narrowed_tokens_join_nothing(oli: User, sam: User, web: Team) -> None:
    key = send(oli, "POST", f"/teams/{web.pk}/invitations", {"role": "viewer"}).json()["key"]
    bot = User.objects.create(username="bot", service_team=web)
    narrow = create_token(sam, "x", capabilities=["vm.view"]).key
    for token in (create_token(bot, "x", by=oli).key, narrow):
        answer = Client().post(
            "/api/v1/teams/join",
            {"key": key},
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )
        assert answer.status_code == 403
    assert set(Membership.objects.values_list("user__username", flat=True)) == {"oli"}


@pytest.mark.django_db(transaction=True)
def test_an_invitation_is_mailed_where_that_is_wished(oli: User, web: Team) -> None:
    home = f"/teams/{web.pk}/invitations"
    send(oli, "POST", home, {"email": "kim@example.org", "role": "viewer"})
    assert mail.outbox == []
    made = send(oli, "POST", home, {"email": "kim@example.org", "role": "viewer", "send": True})
    assert made.json()["key"] in mail.outbox[0].body


def test_a_team_s_history_is_for_who_manages_it(oli: User, sam: User, web: Team) -> None:
    send(oli, "POST", f"/teams/{web.pk}/members", {"username": "sam", "role": "viewer"})
    told = send(oli, "GET", f"/teams/{web.pk}/history").json()
    assert told["items"][0]["action"] == "team.member_add"
    assert told["items"][0]["actor"] == "oli"
    assert send(sam, "GET", f"/teams/{web.pk}/history").status_code == 403
    other = Team.objects.create(name="Other", slug="other")
    assert send(oli, "GET", f"/teams/{other.pk}/history").status_code == 404
