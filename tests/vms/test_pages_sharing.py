"""Sharing from a machine's page and over the API, and the list of who got something."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Grant, Membership, Role, Team, User
from jobs.models import AuditEntry
from tests.factories import make_vm
from tests.site.test_api import bearer
from vms.models import VM
from vms.sharing.services import share

TOMORROW = timezone.localdate() + timedelta(days=1)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def web(oli: User) -> VM:
    return make_vm("web01", owner=oli)


@pytest.fixture
def desk(client: Client, oli: User) -> Client:
    """Oli at the desk."""
    client.force_login(oli)
    return client


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def give(client: Client, vm: VM, **fields: Any) -> Any:
    wishes = {"person": "sam", "role": "operator", "until": "", **fields}
    return client.post(f"/machines/{vm.pk}/share/", wishes)


def test_shared_from_the_page_and_seen_on_both(desk: Client, sam: User, web: VM) -> None:
    assert "Shared with nobody else" in page(desk, f"/machines/{web.pk}/")
    assert give(desk, web, until=f"{TOMORROW:%Y-%m-%d}").status_code == 302
    text = page(desk, f"/machines/{web.pk}/")
    assert "web01 is shared with sam" in text
    assert f"until {TOMORROW.day} " in text
    theirs = Client()
    theirs.force_login(sam)
    text = page(theirs, "/machines/")
    assert "Shared with you" in text
    assert "Shared with me" in text
    assert "web01" in page(theirs, "/machines/?owner=shared")
    assert "web01" in page(theirs, "/search/?q=web01")
    text = page(theirs, f"/machines/{web.pk}/")
    assert "Shared with you" in text
    assert "Stop sharing" not in text
    assert theirs.get(f"/machines/{web.pk}/share/").status_code == 403
    assert theirs.post(f"/machines/{web.pk}/shutdown/").status_code == 302


def test_who_was_given_nothing_has_no_tab_for_it(desk: Client, web: VM) -> None:
    assert "Shared with me" not in page(desk, "/machines/")
    assert "Shared with you" not in page(desk, "/machines/")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"person": "sa"}, "Nobody here has this user name or mail address."),
        ({"person": "oli"}, "You have this machine already."),
        ({"until": "2020-01-01"}, "Choose a day in the future."),
        ({"role": "king"}, "king"),
        ({"person": ""}, "required"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    desk: Client, sam: User, web: VM, fields: dict[str, str], words: str
) -> None:
    answer = give(desk, web, **fields)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Grant.objects.exists()


def test_shared_twice_is_told(desk: Client, sam: User, web: VM) -> None:
    give(desk, web)
    assert "is Operator of this machine already" in give(desk, web).content.decode()


def test_terms_are_changed(desk: Client, oli: User, sam: User, web: VM) -> None:
    share(web, sam, Role.VIEWER, oli)
    path = f"/machines/{web.pk}/share/{sam.pk}/"
    assert "What sam may do with web01" in page(desk, path)
    assert desk.post(path, {"role": "member", "until": ""}).status_code == 302
    assert Grant.objects.get().role == Role.MEMBER
    assert desk.get(f"/machines/{web.pk}/share/{oli.pk}/").status_code == 404


def test_taken_away_and_given_back(desk: Client, oli: User, sam: User, web: VM) -> None:
    share(web, sam, Role.OPERATOR, oli, until=timezone.now() + timedelta(days=1))
    until = Grant.objects.get().expires_at
    answer = desk.post(f"/machines/{web.pk}/share/{sam.pk}/remove/", headers=HTMX)
    assert answer.status_code == 200
    assert "Shared with nobody else" in answer.content.decode()
    toast = json.loads(answer["HX-Trigger"])["toast"]
    assert toast["text"] == "No longer shared with sam"
    assert not Grant.objects.exists()
    stranger = Client()
    stranger.force_login(sam)
    assert stranger.post(toast["undo"]).status_code == 404
    other = toast["undo"].replace(f"/{web.pk}/", f"/{make_vm('db01', owner=oli).pk}/", 1)
    assert desk.post(other).status_code == 404
    assert desk.post(toast["undo"]).status_code == 204
    grant = Grant.objects.get()
    assert (grant.user, grant.role, grant.expires_at) == (sam, Role.OPERATOR, until)
    assert desk.post(f"/machines/{web.pk}/share/{sam.pk}/remove/").status_code == 302
    assert desk.post(f"/machines/{web.pk}/share/{sam.pk}/remove/").status_code == 404


def test_what_was_given_is_given_up(client: Client, oli: User, sam: User, web: VM) -> None:
    share(web, sam, Role.VIEWER, oli)
    client.force_login(sam)
    answer = client.post(f"/machines/{web.pk}/share/{sam.pk}/remove/")
    assert answer["Location"] == "/machines/"
    assert client.get(f"/machines/{web.pk}/").status_code == 404


def test_members_of_the_team_are_one_line(client: Client, oli: User, vera: User) -> None:
    team = Team.objects.create(name="Lab", slug="lab")
    Membership.objects.create(user=oli, team=team, role=Role.OWNER)
    Membership.objects.create(user=vera, team=team, role=Role.VIEWER)
    vm = make_vm("web01", team=team)
    client.force_login(oli)
    assert "2 members, by role in the team" in page(client, f"/machines/{vm.pk}/part/people/")
    client.force_login(vera)
    assert "Share…" not in page(client, f"/machines/{vm.pk}/")


def test_the_record_says_it_in_words(desk: Client, ada: User, sam: User, web: VM) -> None:
    give(desk, web)
    assert AuditEntry.objects.filter(action="vm.grant", actor_name="oli").count() == 1
    desk.force_login(ada)
    assert "Share a machine" in page(desk, "/jobs/record/?q=web01")


def send(client: Client, user: User, method: str, path: str, body: Any = None) -> Any:
    return client.generic(
        method,
        f"/api/v1{path}",
        json.dumps(body) if body is not None else "",
        content_type="application/json",
        headers=bearer(user),
    )


def test_programs_share_change_and_take_away(client: Client, oli: User, sam: User, web: VM) -> None:
    path = f"/vms/{web.pk}/grants"
    made = send(client, oli, "POST", path, {"person": "sam"})
    assert made.status_code == 201
    assert made.json()["role"] == "operator"
    again = send(client, oli, "POST", path, {"person": "sam", "role": "viewer"})
    assert (again.status_code, again.json()["code"]) == (409, "shared-already")
    until = "2999-01-01T00:00:00Z"
    changed = send(client, oli, "PATCH", f"{path}/{sam.pk}", {"until": until}).json()
    assert (changed["role"], changed["until"]) == ("operator", until)
    assert send(client, oli, "PATCH", f"{path}/{sam.pk}", {"role": "viewer"}).status_code == 200
    (row,) = send(client, oli, "GET", path).json()["items"]
    assert (row["username"], row["granted_by"], row["until"]) == ("sam", "oli", until)
    assert send(client, sam, "GET", "/vms").json()["items"][0]["id"] == web.pk
    assert send(client, sam, "GET", path).status_code == 403
    assert send(client, sam, "POST", path, {"person": "oli"}).status_code == 403
    assert send(client, sam, "DELETE", f"{path}/{oli.pk}").status_code == 403
    assert send(client, oli, "DELETE", f"{path}/{sam.pk}").status_code == 204
    assert send(client, oli, "DELETE", f"{path}/{sam.pk}").status_code == 404
    assert send(client, sam, "GET", f"/vms/{web.pk}").status_code == 404


def test_programs_are_told_what_is_wrong(client: Client, oli: User, sam: User, web: VM) -> None:
    path = f"/vms/{web.pk}/grants"
    for body, status in (
        ({"person": "nobody"}, 400),
        ({"person": "sam", "role": "king"}, 400),
        ({"person": "sam", "until": "2020-01-01T00:00:00Z"}, 400),
        ({"person": "sam", "until": "2999-01-01T00:00:00"}, 400),
        ({}, 400),
    ):
        answer = send(client, oli, "POST", path, body)
        assert answer.status_code in {status, 422}, (body, answer.content)
    assert not Grant.objects.exists()


def test_one_gives_up_ones_own_by_program(client: Client, oli: User, sam: User, web: VM) -> None:
    share(web, sam, Role.VIEWER, oli)
    assert send(client, sam, "DELETE", f"/vms/{web.pk}/grants/{sam.pk}").status_code == 204
    assert not Grant.objects.exists()
