"""The switch in the sidebar: one team or all, for who is in more than one."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Role, Team, User
from approvals import raising
from hosts.models import Network
from quotas.models import Limit, Resource
from tests.factories import make_host, make_vm

SWITCH = "/teams/scope/"


@pytest.fixture
def teams(oli: User) -> tuple[Team, Team]:
    web = Team.objects.create(name="Web", slug="web")
    lab = Team.objects.create(name="Lab", slug="lab")
    for team in (web, lab):
        Membership.objects.create(user=oli, team=team, role=Role.OWNER)
        make_vm(f"{team.slug}-machine", team=team)
    make_vm("own-machine", owner=oli)
    return web, lab


@pytest.fixture
def oli_in(client: Client, oli: User, teams: tuple[Team, Team]) -> Client:
    client.force_login(oli)
    return client


def text(client: Client, url: str) -> str:
    return client.get(url).content.decode()


@pytest.mark.parametrize("url", ["/", "/machines/"])
def test_lists_and_overview_show_the_one_team(oli_in: Client, url: str) -> None:
    answer = oli_in.post(SWITCH, {"team": "web", "next": "/machines/"})
    assert answer.headers["Location"] == "/machines/"
    page = text(oli_in, url)
    assert "web-machine" in page
    assert "lab-machine" not in page
    assert "own-machine" not in page
    assert "What the pages show: Web" in page
    oli_in.post(SWITCH, {"team": ""})
    page = text(oli_in, url)
    assert "What the pages show: All teams" in page
    for name in ("web-machine", "lab-machine", "own-machine"):
        assert name in page


def test_networks_and_requests_are_narrowed_too(
    oli_in: Client, oli: User, teams: tuple[Team, Team]
) -> None:
    host = make_host()
    for team in teams:
        Network.objects.create(host=host, name=f"{team.slug}-net", team=team, uuid=uuid4())
        Limit.objects.create(team=team, resource="vcpus", amount=2)
        raising.ask(oli, team, {Resource.VCPUS: 4}, comment=f"For {team.slug}.")
    oli_in.post(SWITCH, {"team": "lab"})
    assert "web-net" not in text(oli_in, "/networks/")
    assert "lab-net" in text(oli_in, "/networks/")
    assert "For web." not in text(oli_in, "/requests/")
    assert "For lab." in text(oli_in, "/requests/")


def test_a_scope_hides_no_address_and_no_call(oli_in: Client) -> None:
    oli_in.post(SWITCH, {"team": "lab"})
    assert oli_in.get(reverse("teams:overview", args=["web"])).status_code == 200
    names = [row["name"] for row in oli_in.get("/api/v1/vms").json()["items"]]
    assert set(names) == {"web-machine", "lab-machine", "own-machine"}


def test_who_is_in_one_team_has_no_switch(
    client: Client, vera: User, teams: tuple[Team, Team]
) -> None:
    Membership.objects.create(user=vera, team=teams[0], role=Role.VIEWER)
    make_vm("vera-machine", owner=vera)
    client.force_login(vera)
    client.post(SWITCH, {"team": "web"})
    page = text(client, "/machines/")
    assert "What the pages show" not in page
    assert "vera-machine" in page


def test_a_team_that_one_left_narrows_no_more(oli_in: Client, oli: User) -> None:
    third = Team.objects.create(name="Third", slug="third")
    Membership.objects.create(user=oli, team=third, role=Role.VIEWER)
    oli_in.post(SWITCH, {"team": "third"})
    assert "web-machine" not in text(oli_in, "/machines/")
    Membership.objects.filter(team=third).delete()
    assert "web-machine" in text(oli_in, "/machines/")


def test_another_teams_scope_cannot_be_chosen(oli_in: Client) -> None:
    Team.objects.create(name="Secret", slug="secret")
    oli_in.post(SWITCH, {"team": "secret"})
    page = text(oli_in, "/machines/")
    assert "Secret" not in page
    assert "web-machine" in page


def test_the_way_back_is_one_of_ours(oli_in: Client) -> None:
    answer = oli_in.post(SWITCH, {"team": "web", "next": "https://elsewhere.example.org/"})
    assert answer.headers["Location"] == "/"
