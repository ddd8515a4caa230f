"""Who is offered what, and the order of sizes, by the API."""

import uuid

import pytest

from accounts.models import Membership, Team, User
from catalogue.models import Size
from catalogue.sources import all_sources
from hosts.models import Network
from jobs.models import AuditEntry
from tests.factories import make_host
from tests.teams.test_api import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def web(oli: User) -> Team:
    """A team."""
    team = Team.objects.create(name="Web", slug="web")
    Membership.objects.create(user=oli, team=team, role="member")
    return team


def test_an_image_is_offered_to_one_team(ada: User, oli: User, web: Team) -> None:
    key = all_sources()[0].key
    before = send(ada, "GET", "/offers").json()["images"]
    first = next(one for one in before if one["key"] == key)
    assert (first["for_everyone"], first["teams"]) == (True, [])
    wish = {"key": key, "for_everyone": False, "teams": ["web"]}
    told = send(ada, "PUT", "/offers/images", wish).json()
    assert (told["key"], told["for_everyone"], told["teams"]) == (key, False, ["web"])
    keys = [one["key"] for one in send(oli, "GET", "/catalogue").json()["images"]]
    assert key not in keys
    keys = [one["key"] for one in send(oli, "GET", "/catalogue?team=web").json()["images"]]
    assert key in keys
    assert AuditEntry.objects.get(action="catalogue.image_offer").detail["after"]["teams"] == [
        "web"
    ]
    assert send(ada, "PUT", "/offers/images", wish | {"key": "image:none"}).status_code == 404


def test_a_network_is_offered_to_one_team(ada: User, web: Team) -> None:
    host = make_host("juniper")
    lan = Network.objects.create(host=host, uuid=uuid.uuid4(), name="lan", mode="bridge")
    own = Network.objects.create(host=host, uuid=uuid.uuid4(), name="own", mode="nat", team=web)
    wish = {"for_everyone": False, "teams": ["web"]}
    told = send(ada, "PUT", f"/offers/networks/{lan.pk}", wish).json()
    assert (told["name"], told["host"], told["teams"]) == ("lan", "juniper", ["web"])
    assert send(ada, "GET", "/offers").json()["networks"] == [told]
    assert send(ada, "PUT", f"/offers/networks/{own.pk}", wish).status_code == 404


def test_an_unknown_team_is_named(ada: User) -> None:
    wish = {"key": all_sources()[0].key, "for_everyone": False, "teams": ["nobody"]}
    answer = send(ada, "PUT", "/offers/images", wish)
    assert answer.status_code == 400
    assert "nobody" in answer.json()["fields"]["teams"]


def test_sizes_are_put_in_order(ada: User) -> None:
    first, second = list(Size.objects.values_list("slug", flat=True))[:2]
    told = send(ada, "POST", f"/sizes/{second}/move", {"steps": -1}).json()
    assert [one["slug"] for one in told["items"]][:2] == [second, first]
    assert send(ada, "POST", "/sizes/no-such/move", {"steps": 1}).status_code == 404


def test_the_catalogue_is_the_administrators(oli: User) -> None:
    assert send(oli, "GET", "/offers").status_code == 403
    wish = {"key": "iso", "for_everyone": True}
    assert send(oli, "PUT", "/offers/images", wish).status_code == 403
    assert send(oli, "POST", "/sizes/small/move", {"steps": 1}).status_code == 403
