"""Limits of everybody's own, and what one person uses, by the API."""

import pytest

from accounts.models import Membership, Team, User
from tests.teams.test_api import send

pytestmark = pytest.mark.django_db


def test_everybody_s_own_limits(ada: User, oli: User) -> None:
    assert send(ada, "GET", "/quota/each").json()["limits"]["vcpus"] is None
    told = send(ada, "PUT", "/quota/each", {"limits": {"vcpus": 4}}).json()
    assert told["limits"]["vcpus"] == 4
    assert told["limits"]["memory"] is None
    lines = {line["resource"]: line["limit"] for line in send(oli, "GET", "/quota").json()["items"]}
    assert lines["vcpus"] == 4
    send(ada, "PUT", "/quota/each", {"limits": {"vcpus": None}})
    assert send(ada, "GET", "/quota/each").json()["limits"]["vcpus"] is None


@pytest.mark.parametrize("limits", [{"vcpus": -1}, {"wishes": 3}, {"vcpus": 2**61}])
def test_bad_limits_are_refused(ada: User, limits: dict[str, int]) -> None:
    assert send(ada, "PUT", "/quota/each", {"limits": limits}).status_code == 400


def test_they_are_the_administrators(oli: User) -> None:
    assert send(oli, "GET", "/quota/each").status_code == 403
    assert send(oli, "PUT", "/quota/each", {"limits": {}}).status_code == 403


def test_what_one_person_in_a_team_uses(oli: User, vera: User, sam: User) -> None:
    team = Team.objects.create(name="Web", slug="web")
    Membership.objects.create(user=oli, team=team, role="owner")
    Membership.objects.create(user=vera, team=team, role="viewer")
    home = f"/teams/{team.pk}/quota"
    send(oli, "PUT", home, {"limits": {"machines": 2}, "person": "vera"})
    for who in (oli, vera):
        lines = send(who, "GET", f"{home}?person=vera").json()["items"]
        assert 2 in [line["limit"] for line in lines]
    assert send(vera, "GET", f"{home}?person=oli").status_code == 403
    assert send(oli, "GET", f"{home}?person=sam").status_code == 404
    assert send(sam, "GET", f"{home}?person=vera").status_code == 404
