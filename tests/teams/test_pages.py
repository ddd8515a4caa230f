"""The pages of teams, as their people use them."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import CustomRole, Invitation, Membership, Role, Team, User
from quotas.models import Limit
from tests.factories import make_vm


@pytest.fixture
def team(oli: User, vera: User) -> Team:
    team = Team.objects.create(name="Web", slug="web")
    Membership.objects.create(user=oli, team=team, role=Role.OWNER)
    Membership.objects.create(user=vera, team=team, role=Role.VIEWER)
    return team


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_an_administrator_makes_a_team(ada: User) -> None:
    client = signed_in(ada)
    answer = client.post(reverse("teams:new"), {"name": "Teaching"})
    assert answer.headers["Location"] == reverse("teams:members", args=["teaching"])
    again = client.post(reverse("teams:new"), {"name": "Teaching"})
    assert again.status_code == 400
    assert "already" in again.content.decode()


def test_the_page_shows_quota_people_and_machines(oli: User, team: Team) -> None:
    Limit.objects.create(team=team, resource="vcpus", amount=8)
    make_vm("web01", team=team, owner=oli, vcpus=6)
    page = signed_in(oli).get(reverse("teams:overview", args=["web"])).content.decode()
    for words in ("web01", "2 left", "no limit", "vera", "Owned by oli"):
        assert words in page


def test_another_teams_page_is_not_there(sam: User, team: Team) -> None:
    client = signed_in(sam)
    for name in ("overview", "members", "settings", "history"):
        assert client.get(reverse(f"teams:{name}", args=["web"])).status_code == 404
    assert "Web" not in client.get(reverse("teams:list")).content.decode()


def test_who_only_looks_changes_nothing(vera: User, oli: User, team: Team) -> None:
    client = signed_in(vera)
    assert client.get(reverse("teams:members", args=["web"])).status_code == 200
    assert client.get(reverse("teams:settings", args=["web"])).status_code == 403
    role = reverse("teams:role", args=["web", oli.pk])
    assert client.post(role, {"role": "viewer"}).status_code == 403
    assert client.post(reverse("teams:invite", args=["web"]), {"role": "owner"}).status_code == 403


def test_a_role_changes_at_once(oli: User, vera: User, team: Team) -> None:
    client = signed_in(oli)
    client.post(reverse("teams:role", args=["web", vera.pk]), {"role": "operator"})
    assert Membership.objects.get(user=vera).role == "operator"
    client.post(reverse("teams:remove", args=["web", vera.pk]))
    assert not Membership.objects.filter(user=vera).exists()


def test_rules_are_kept(oli: User, team: Team) -> None:
    rules = {
        "name": "Web",
        "longest_lease_days": "60",
        "lease_days": "30",
        "bin_days": "5",
        "needs_second_factor": "on",
        "console_links": "people",
        "console_recording": "always",
    }
    answer = signed_in(oli).post(reverse("teams:settings", args=["web"]), rules)
    assert answer.status_code == 302
    team.refresh_from_db()
    assert (team.longest_lease_days, team.lease_days, team.bin_days) == (60, 30, 5)
    assert team.needs_second_factor
    assert (team.console_recording, team.recordings_days) == ("always", None)


def test_somebody_without_an_account_comes_by_the_link(oli: User, team: Team) -> None:
    page = signed_in(oli).post(reverse("teams:invite", args=["web"]), {"role": "member"})
    found = re.search(r"http://testserver(/teams/join/[\w-]+/)", page.content.decode())
    assert found
    visitor = Client()
    assert "Join Web" in visitor.get(found[1]).content.decode()
    weak = visitor.post(found[1], {"username": "new", "password": "short"})
    assert weak.status_code == 400
    assert not User.objects.filter(username="new").exists()
    joined = visitor.post(found[1], {"username": "new", "password": "an-old-lighthouse-9"})
    assert joined.status_code == 302
    assert Membership.objects.get(user__username="new").role == "member"
    assert visitor.get(reverse("teams:overview", args=["web"])).status_code == 200
    assert Client().get(found[1]).status_code == 404
    assert Invitation.objects.get().accepted_by is not None


def test_the_table_of_roles_and_an_own_one(ada: User, oli: User) -> None:
    client = signed_in(ada)
    assert "Use consoles" in client.get(reverse("roles:table")).content.decode()
    client.post(reverse("roles:new"), {"name": "Console only", "capabilities": ["vm.console"]})
    role = CustomRole.objects.get()
    assert "Console only" in client.get(reverse("roles:table")).content.decode()
    client.post(reverse("roles:delete", args=[role.pk]))
    assert not CustomRole.objects.exists()
    assert signed_in(oli).get(reverse("roles:table")).status_code == 403


def test_machines_are_filtered_by_team(oli: User, team: Team) -> None:
    make_vm("web01", team=team)
    make_vm("own01", owner=oli)
    page = signed_in(oli).get(reverse("vms:list") + "?team=web").content.decode()
    assert "web01" in page
    assert "own01" not in page
