"""The room and its links in the API."""

import pytest

from accounts.models import Membership, Role, Team
from consoles.models import ConsoleLink, name_of_user

from .conftest import sign_in
from .test_gateway import opened

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team_vm(vm, oli, vera):
    """A machine of oli's in a team of which vera is an operator."""
    team = Team.objects.create(name="Robotics", slug="robotics")
    Membership.objects.create(team=team, user=oli, role=Role.MEMBER)
    Membership.objects.create(team=team, user=vera, role=Role.OPERATOR)
    vm.team = team
    vm.save()
    return vm


def post(client, path, **data):
    return client.post(f"/api/v1/{path}", data, content_type="application/json")


def test_hands_change_by_the_api(gateway, display, team_vm, oli, vera):
    first, second = sign_in(oli), sign_in(vera)
    opened(gateway, first, team_vm)
    opened(gateway, second, team_vm)
    here = f"vms/{team_vm.pk}/console"
    found = first.get(f"/api/v1/{here}/people").json()
    assert [(one["name"], one["drives_since"] is not None) for one in found] == [
        ("oli", True),
        ("vera", False),
    ]
    assert post(second, f"{here}/hands", act="take").status_code == 403
    assert post(second, f"{here}/hands", act="ask").status_code == 200
    answer = post(first, f"{here}/hands", act="hand-over", who=name_of_user(vera.pk))
    assert answer.json()[0]["name"] == "vera"
    assert post(first, f"{here}/hands", act="release").status_code == 200
    assert post(first, f"{here}/hands", act="decline", who="x").status_code == 409


def test_links_are_made_listed_and_ended(team_vm, oli, vera, sam):
    here = f"vms/{team_vm.pk}/console/links"
    client = sign_in(oli)
    made = post(client, here, hours=8)
    assert made.status_code == 201
    assert "/w/" in made.json()["url"]
    listed = client.get(f"/api/v1/{here}").json()
    assert [one["id"] for one in listed] == [made.json()["id"]]
    assert "url" not in listed[0]
    assert post(client, here, needs_sign_in=False).status_code == 403
    assert post(client, here, hours=999).status_code == 400
    assert post(sign_in(vera), here).status_code == 403
    one = f"/api/v1/{here}/{made.json()['id']}"
    assert sign_in(sam).delete(one).status_code == 404
    assert sign_in(vera).delete(one).status_code == 403
    before = ConsoleLink.objects.get().expires_at
    longer = f"{here}/{made.json()['id']}/extend"
    assert post(sign_in(sam), longer, hours=24).status_code == 404
    assert post(sign_in(vera), longer, hours=24).status_code == 403
    assert post(client, longer, hours=999).status_code == 400
    assert post(client, longer, hours=24).json()["expires_at"] > before.isoformat()
    assert client.delete(one).status_code == 204
    assert ConsoleLink.objects.get().ended_at is not None
    assert post(client, longer).json()["code"] == "ended"
