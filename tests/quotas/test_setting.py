"""Who sets which limits, by page and by program."""

import pytest
from django.test import Client

from accounts.models import Membership, Role, Team, User
from jobs.models import AuditEntry
from quotas.models import Limit

GIB = 2**30


@pytest.fixture
def team(oli: User, vera: User) -> Team:
    """Oli owns it, Vera is in it."""
    team = Team.objects.create(name="Teaching", slug="teaching")
    Membership.objects.create(team=team, user=oli, role=Role.OWNER)
    Membership.objects.create(team=team, user=vera, role=Role.VIEWER)
    return team


def test_administrators_set_the_teams_limits(team: Team, ada: User, client: Client) -> None:
    client.force_login(ada)
    answer = client.post("/teams/teaching/quota/", {"team-memory": "16 GiB", "each-memory": "4"})
    assert answer.status_code == 302
    limits = dict(Limit.objects.values_list("each", "amount"))
    assert limits == {False: 16 * GIB, True: 4 * GIB}
    assert "16 GiB" in client.get("/teams/teaching/quota/").text
    details = [row.detail for row in AuditEntry.objects.filter(action="quota.change")]
    assert {"memory": 16 * GIB} in [detail["after"] for detail in details]
    client.post("/settings/quotas/", {"each-vcpus": "4"})
    assert Limit.objects.get(team=None).amount == 4


def test_owners_set_peoples_limits_below_the_teams(team: Team, oli: User, client: Client) -> None:
    Limit.objects.create(team=team, resource="vcpus", amount=8)
    client.force_login(oli)
    client.post("/teams/teaching/quota/", {"team-vcpus": "100", "each-vcpus": "4"})
    assert set(Limit.objects.values_list("each", "amount")) == {(False, 8), (True, 4)}
    page = client.post("/teams/teaching/quota/", {"each-vcpus": "9"})
    assert "The whole team has 8." in page.text
    assert client.get("/settings/quotas/").status_code == 403


def test_programs_have_the_same_rules(
    team: Team, oli: User, vera: User, sam: User, client: Client
) -> None:
    url = f"/api/v1/teams/{team.pk}/quota"
    wish = {"limits": {"vcpus": 4}}
    client.force_login(oli)
    assert client.put(url, wish, content_type="application/json").status_code == 403
    person = wish | {"person": "vera"}
    assert client.put(url, person, content_type="application/json").status_code == 200
    assert Limit.objects.get().user == vera
    client.force_login(vera)
    assert client.get(url).status_code == 200
    assert client.put(url, person, content_type="application/json").status_code == 404
    client.force_login(sam)
    assert client.get(url).status_code == 404
    assert client.get("/api/v1/quota").status_code == 200


def test_owners_set_one_members_limits_by_page(
    team: Team, oli: User, vera: User, sam: User, client: Client
) -> None:
    Limit.objects.create(team=team, resource="vcpus", amount=8)
    Limit.objects.create(team=team, each=True, resource="vcpus", amount=2)
    url = f"/teams/teaching/quota/{vera.pk}/"
    client.force_login(oli)
    page = client.get("/teams/teaching/quota/").text
    assert (url in page, "as each person" in page) == (True, True)
    assert "0 of 2 in use" in client.get(url).text
    assert client.post(url, {"person-vcpus": "6"}).status_code == 302
    assert Limit.objects.get(user=vera).amount == 6
    assert "vCPU 6" in client.get("/teams/teaching/quota/").text
    assert "The whole team has 8." in client.post(url, {"person-vcpus": "9"}).text
    told = AuditEntry.objects.get(action="quota.change").detail
    assert (told["person"], told["after"]) == ("vera", {"vcpus": 6})
    client.post(url, {"person-vcpus": ""})
    assert not Limit.objects.filter(user=vera).exists()
    assert client.get(f"/teams/teaching/quota/{sam.pk}/").status_code == 404
    for person in (vera, sam):
        client.force_login(person)
        assert client.get(url).status_code == 404
