"""Jobs once more, and the record searched, by the API."""

import pytest

from accounts.models import User
from jobs import audit, targets
from jobs.models import Job
from jobs.targets import register_target
from tests.teams.test_api import send

from .conftest import Ask

pytestmark = pytest.mark.django_db


def test_a_job_is_done_once_more(
    ask: Ask, oli: User, sam: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ask("test.fail")
    Job.objects.filter(pk=job.pk).update(state="failed")
    monkeypatch.setattr(targets, "_TARGETS", {})
    assert send(oli, "POST", f"/jobs/{job.pk}/retry").json()["code"] == "not-repeatable"
    register_target("thing", retry=lambda job, by: ask(job.kind), link=lambda job: "/there/")
    assert send(sam, "POST", f"/jobs/{job.pk}/retry").status_code == 404
    told = send(oli, "POST", f"/jobs/{job.pk}/retry")
    assert told.status_code == 202
    assert told.json()["job"]["id"] != job.pk
    assert told.headers["Location"] == f"/api/v1/jobs/{told.json()['job']['id']}"


def test_the_record_is_searched(ada: User, oli: User) -> None:
    audit.record(oli, "vm.start", target_kind="vm", target_id=7, target_name="web01")
    audit.record(ada, "team.create", target_kind="team", target_id=1, target_name="Web")

    def found(query: str) -> list[str]:
        rows = send(ada, "GET", f"/audit?{query}").json()["items"]
        return [row["action"] for row in rows if row["action"] in {"vm.start", "team.create"}]

    assert found("") == ["team.create", "vm.start"]
    assert found("who=oli") == ["vm.start"]
    assert found("target=vm:7") == ["vm.start"]
    assert found("q=Web&action=team") == ["team.create"]
    assert found("until=2001-01-01") == []
    assert send(ada, "GET", "/audit?since=yesterday").status_code == 400
    assert send(oli, "GET", "/audit").status_code == 403
