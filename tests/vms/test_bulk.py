"""Settings of many machines are changed at once, each with its own answer."""

import pytest
from django.test import Client

from accounts.models import Team, User
from jobs.models import AuditEntry, Job
from tests.factories import make_vm
from vms.models import VM

pytestmark = pytest.mark.django_db


@pytest.fixture
def web(oli: User) -> VM:
    return make_vm("web01", owner=oli, tags=("prod",))


def test_bulk_changes_settings_and_says_what_came_of_each(
    client: Client, oli: User, vera: User, web: VM
) -> None:
    other = make_vm("other", owner=oli, host=web.host)
    foreign = make_vm("foreign", owner=vera)
    client.force_login(oli)
    assert client.get("/machines/bulk/settings/").status_code == 200
    ids = [web.pk, other.pk, foreign.pk]

    def change(action: str, **wish: str) -> list[str]:
        answer = client.post("/machines/bulk/", {"action": action, "ids": ids, **wish})
        return [result.vm.name for result in answer.context["outcome"].done]

    assert change("protect") == ["other", web.name]
    assert VM.objects.filter(is_protected=True).count() == 2
    assert change("unprotect") == ["other", web.name]
    assert change("stay_on") == ["other", web.name]
    assert VM.objects.filter(stays_on=True).count() == 2
    assert change("may_stop") == ["other", web.name]
    assert not VM.objects.filter(stays_on=True).exists()
    assert not VM.objects.filter(is_protected=True).exists()
    change("tag", tag="lab")
    assert change("untag", tag="prod") == ["other", web.name]
    assert list(web.tags.values_list("name", flat=True)) == ["lab"]
    assert change("keep", ends_on="2031-05-01") == ["other", web.name]
    web.refresh_from_db()
    assert web.ends_at is not None and web.ends_at.year == 2031
    assert change("keep", ends_on="2001-05-01") == []
    assert change("autostart") == ["other", web.name]
    assert set(Job.objects.values_list("kind", flat=True)) == {"vm.autostart"}
    wish = {"action": "own", "owner": vera.pk, "ids": [web.pk]}
    assert client.post("/machines/bulk/", wish).status_code == 400, "for administrators"
    assert change("own") == []
    assert not AuditEntry.objects.filter(action="vm.own").exists()


def test_bulk_hands_over_to_people_and_teams(
    client: Client, ada: User, oli: User, vera: User, web: VM
) -> None:
    team = Team.objects.create(name="Lab", slug="lab")
    client.force_login(ada)
    assert "vera" in client.get("/machines/bulk/settings/").content.decode()
    wish = {"action": "own", "owner": vera.pk, "team": team.pk, "ids": [web.pk]}
    client.post("/machines/bulk/", wish)
    web.refresh_from_db()
    assert (web.owner, web.team) == (vera, team)
    assert client.post("/machines/bulk/", wish | {"owner": 99999}).status_code == 400
