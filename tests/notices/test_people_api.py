"""One's notices and targets by the API."""

from typing import Any

import pytest

from accounts.models import Membership, Team, User
from notices.models import Notice, Target
from tests.teams.test_api import send

from .conftest import Receiver

pytestmark = pytest.mark.django_db
TARGET = {"name": "Phone", "url": "ntfys://ntfy.example/my-topic", "kinds": ["alarm"]}


@pytest.fixture
def web(oli: User) -> Team:
    """A team that oli manages."""
    team = Team.objects.create(name="Web", slug="web")
    Membership.objects.create(user=oli, team=team, role="owner")
    return team


def test_notices_are_read_and_marked(oli: User, sam: User) -> None:
    Notice.objects.create(user=oli, kind="alarm", subject="web01 is lost", url="/machines/7/")
    rows = send(oli, "GET", "/notices?unread=true").json()
    assert [(row["subject"], row["url"], row["read_at"]) for row in rows["items"]] == [
        ("web01 is lost", "/machines/7/", None)
    ]
    assert send(sam, "GET", "/notices").json()["total"] == 0
    send(sam, "POST", "/notices/read")
    assert send(oli, "GET", "/notices?unread=true").json()["total"] == 1
    assert send(oli, "POST", "/notices/read").status_code == 204
    assert send(oli, "GET", "/notices?unread=true").json()["total"] == 0
    assert send(oli, "GET", "/notices").json()["total"] == 1


def test_mail_is_chosen(oli: User, settings: Any) -> None:
    settings.MAIL_IS_ON = True
    assert send(oli, "GET", "/notices/mail").json() == {"kinds": [], "is_on": True}
    told = send(oli, "PUT", "/notices/mail", {"kinds": ["alarm", "lease"]}).json()
    assert told["kinds"] == ["alarm", "lease"]
    assert send(oli, "GET", "/notices/mail").json()["kinds"] == ["alarm", "lease"]
    answer = send(oli, "PUT", "/notices/mail", {"kinds": ["weather"]})
    assert answer.status_code == 400
    assert "weather" in answer.json()["fields"]["kinds"]


def test_a_target_of_ones_own(oli: User, sam: User) -> None:
    made = send(oli, "POST", "/notice-targets", TARGET)
    assert made.status_code == 201
    assert (made.json()["service"], made.json()["team"]) == ("ntfy", None)
    assert "my-topic" not in made.content.decode()
    home = f"/notice-targets/{made.json()['id']}"
    assert "my-topic" not in send(oli, "GET", "/notice-targets").content.decode()
    assert send(sam, "GET", "/notice-targets").json()["total"] == 0
    assert send(sam, "DELETE", home).status_code == 404
    assert send(sam, "POST", f"{home}/test").status_code == 404
    assert send(oli, "DELETE", home).status_code == 204
    assert not Target.objects.exists()


def test_a_target_is_tested(oli: User, receiver: Receiver, allowed: None) -> None:
    url = receiver.url.replace("http://", "json://")
    made = send(oli, "POST", "/notice-targets", {"name": "Room", "url": url}).json()
    answer = send(oli, "POST", f"/notice-targets/{made['id']}/test")
    assert answer.status_code == 202
    assert answer.json()["subject"] == "Guesthouse can reach you here"


def test_a_team_s_target_is_for_who_manages_it(oli: User, sam: User, web: Team) -> None:
    made = send(oli, "POST", "/notice-targets", TARGET | {"team": "web"}).json()
    assert made["team"] == "web"
    assert send(oli, "GET", "/notice-targets").json()["total"] == 0
    assert send(oli, "GET", "/notice-targets?team=web").json()["total"] == 1
    assert send(sam, "GET", "/notice-targets?team=web").status_code == 404
    assert send(sam, "POST", "/notice-targets", TARGET | {"team": "web"}).status_code == 404
    assert send(sam, "DELETE", f"/notice-targets/{made['id']}").status_code == 404


@pytest.mark.parametrize(
    ("change", "status"),
    [({"url": "syslog://x"}, 422), ({"kinds": ["weather"]}, 400), ({"name": ""}, 400)],
)
def test_bad_targets_are_refused(oli: User, change: dict[str, Any], status: int) -> None:
    answer = send(oli, "POST", "/notice-targets", TARGET | change)
    assert answer.status_code == status
    if status == 400:
        assert set(answer.json()["fields"]) == set(change)
    assert not Target.objects.exists()


def test_a_webhook_is_read_by_who_manages_it(oli: User, sam: User, web: Team) -> None:
    hook = {"name": "Chat", "url": "https://hook.example/tok-123", "team": "web"}
    made = send(oli, "POST", "/webhooks", hook).json()
    told = send(oli, "GET", f"/webhooks/{made['id']}")
    assert (told.json()["name"], told.json()["team"]) == ("Chat", "web")
    assert "tok-123" not in told.content.decode()
    assert send(sam, "GET", f"/webhooks/{made['id']}").status_code in {403, 404}
