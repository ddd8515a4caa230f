"""Teams by the API: the same services and rights as the pages."""

import json
from typing import Any

from django.test import Client

from accounts.models import Membership, Team, User
from tests.site.test_api import bearer


def send(user: User, method: str, path: str, body: Any = None) -> Any:
    return Client().generic(
        method,
        f"/api/v1{path}",
        json.dumps(body) if body is not None else "",
        content_type="application/json",
        headers=bearer(user),
    )


def test_a_team_from_making_to_deleting(ada: User, oli: User, sam: User) -> None:
    made = send(ada, "POST", "/teams", {"name": "Web"})
    assert made.status_code == 201
    home = f"/teams/{made.json()['id']}"
    added = send(ada, "POST", f"{home}/members", {"username": "oli", "role": "owner"})
    assert (added.status_code, added.json()["role"]) == (201, "owner")
    assert send(oli, "PATCH", home, {"lease_days": 3}).json()["lease_days"] == 3
    invited = send(oli, "POST", f"{home}/invitations", {"role": "viewer"})
    assert len(invited.json()["key"]) > 20
    assert send(oli, "PATCH", f"{home}/members/{oli.pk}", {"role": "viewer"}).status_code == 409
    assert send(sam, "GET", home).status_code == 404
    assert send(oli, "DELETE", home).status_code == 403
    assert send(ada, "DELETE", f"{home}/members/{oli.pk}").status_code == 204
    assert send(ada, "DELETE", home).status_code == 204
    assert not Team.objects.exists()


def test_members_are_listed_for_members(ada: User, oli: User, sam: User) -> None:
    team = Team.objects.create(name="Web", slug="web")
    Membership.objects.create(user=oli, team=team, role="viewer")
    found = send(oli, "GET", f"/teams/{team.pk}/members").json()
    assert [row["username"] for row in found["items"]] == ["oli"]
    assert send(sam, "GET", f"/teams/{team.pk}/members").status_code == 404
    adding = send(oli, "POST", f"/teams/{team.pk}/members", {"username": "sam"})
    assert adding.status_code == 403


def test_invitations_are_listed_and_revoked(oli: User, vera: User, sam: User) -> None:
    team = Team.objects.create(name="Web", slug="web")
    Membership.objects.create(user=oli, team=team, role="owner")
    Membership.objects.create(user=vera, team=team, role="viewer")
    home = f"/teams/{team.pk}/invitations"
    made = send(oli, "POST", home, {"email": "kim@example.org", "role": "viewer"}).json()
    row = send(oli, "GET", home).json()["items"][0]
    assert (row["email"], row["role"], row["invited_by"]) == ("kim@example.org", "viewer", "oli")
    assert made["key"] not in str(row)
    assert send(vera, "GET", home).status_code == 403
    assert send(sam, "GET", home).status_code == 404
    assert send(vera, "DELETE", f"{home}/{made['id']}").status_code == 403
    assert send(oli, "DELETE", f"{home}/{made['id']}").status_code == 204
    assert send(oli, "GET", home).json()["total"] == 0
    assert send(oli, "DELETE", f"{home}/987654").status_code == 404


def test_people_leave_by_themselves(ada: User, oli: User, vera: User, sam: User) -> None:
    team = Team.objects.create(name="Web", slug="web")
    Membership.objects.create(user=oli, team=team, role="owner")
    Membership.objects.create(user=vera, team=team, role="viewer")
    home = f"/teams/{team.pk}/membership"
    assert send(sam, "DELETE", home).status_code == 404
    assert send(vera, "DELETE", home).status_code == 204
    assert not Membership.objects.filter(user=vera).exists()
    assert send(oli, "DELETE", home).json()["code"] == "last-owner"
    assert send(ada, "DELETE", home).json()["code"] == "not-member"
