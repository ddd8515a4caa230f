"""Administrators see everybody's tokens, never the keys, and end single ones; their people hear."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import ApiToken, Team, User
from accounts.services import NewToken, create_token
from jobs.models import AuditEntry
from notices.models import Notice, Posting, Target
from tests.accounts.test_api import send


@pytest.fixture
def made(oli: User) -> NewToken:
    """A token of oli's."""
    return create_token(oli, "nightly build")


def test_the_page_shows_them_without_the_key_and_ends_one(
    client: Client, ada: User, oli: User, made: NewToken, django_capture_on_commit_callbacks: object
) -> None:
    other = create_token(oli, "other").row
    client.force_login(ada)
    url = reverse("accounts_user", args=[oli.pk])
    assert url in client.get(reverse("accounts_users")).content.decode()
    page = client.get(url).content.decode()
    assert "nightly build" in page
    assert made.row.prefix in page
    assert made.key not in page
    assert made.row.token_hash not in page
    end = reverse("accounts_revoke_user_token", args=[oli.pk, made.row.pk])
    assert end in page
    assert client.get(end).status_code == 405
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert client.post(end).headers["Location"] == url
    assert list(ApiToken.objects.all()) == [other]
    entry = AuditEntry.objects.get(action="token.revoke")
    assert (entry.actor_name, entry.target_name) == ("ada", "oli")
    assert entry.detail["token"] == "nightly build"
    told = Notice.objects.get()
    assert (told.user, told.kind) == (oli, "security")
    assert told.subject == "ada has ended your API token nightly build"


def test_by_the_api(ada: User, oli: User, sam: User, made: NewToken) -> None:
    path = f"/users/{oli.pk}/tokens"
    rows = [one for one in send(ada, "GET", path).json()["items"] if one["id"] == made.row.pk]
    assert [one["name"] for one in rows] == ["nightly build"]
    assert "token" not in rows[0]
    assert send(oli, "GET", path).status_code == 403
    assert send(oli, "DELETE", f"{path}/{made.row.pk}").status_code == 403
    assert send(ada, "DELETE", f"/users/{sam.pk}/tokens/{made.row.pk}").status_code == 404
    assert send(ada, "DELETE", f"{path}/{made.row.pk}").status_code == 204
    assert not ApiToken.objects.filter(pk=made.row.pk).exists()


def test_who_ends_their_own_is_not_told(
    client: Client, oli: User, made: NewToken, django_capture_on_commit_callbacks: object
) -> None:
    client.force_login(oli)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        client.post(reverse("accounts_revoke_token", args=[made.row.pk]))
    assert not ApiToken.objects.exists()
    assert not Notice.objects.exists()


def test_of_a_program_its_team_is_told(client: Client, ada: User) -> None:
    team = Team.objects.create(name="Robotics", slug="robotics")
    robot = User.objects.create_user("robotics-ci", service_team=team)
    token = create_token(robot, "deploy", by=ada).row
    Target.objects.create(team=team, name="room", service="json", url="json://x.y")
    client.force_login(ada)
    assert "deploy" in client.get(reverse("accounts_user", args=[robot.pk])).content.decode()
    client.post(reverse("accounts_revoke_user_token", args=[robot.pk, token.pk]))
    assert not ApiToken.objects.exists()
    assert "deploy" in Posting.objects.get().subject
