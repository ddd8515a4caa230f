"""Asking for work: one exclusive job for a target, once for a key, cancelled on request."""

import pytest

from accounts.access import ActionRefused
from accounts.models import User
from jobs import running, targets
from jobs.models import AuditEntry, Job, JobState
from jobs.services import active_jobs_of, request_cancel, request_retry
from jobs.targets import register_target

from .conftest import Ask

pytestmark = pytest.mark.django_db


def test_a_second_job_on_a_target_is_refused_and_names_the_first(ask: Ask) -> None:
    first = ask()
    with pytest.raises(ActionRefused) as refusal:
        ask("test.fail")
    assert (refusal.value.code, refusal.value.status) == ("busy", 409)
    assert refusal.value.extra["job"] == first
    assert "web01" in refusal.value.message
    assert Job.objects.count() == 1


def test_the_target_is_free_again_when_the_job_ended(ask: Ask) -> None:
    running.run(ask("test.fail").pk)
    assert ask()


def test_jobs_that_share_run_beside_others(ask: Ask) -> None:
    ask()
    assert ask("test.free") and ask("test.free")


def test_a_repeated_key_returns_the_first_job(ask: Ask) -> None:
    first = ask(idempotency_key="abc")
    running.run(first.pk)
    assert ask(idempotency_key="abc") == first
    assert ask(idempotency_key="abd") != first


def test_who_asks_hears_about_it(ask: Ask, oli: User, ada: User, sam: User) -> None:
    job = ask(audiences=["team-9"])
    assert sorted(job.audiences) == ["admins", "team-9", f"user-{oli.pk}"]
    assert list(Job.objects.visible_to(oli)) == [job]
    assert list(Job.objects.visible_to(ada)) == [job]
    assert not Job.objects.visible_to(sam)


def test_a_waiting_job_is_cancelled_at_once(ask: Ask, oli: User) -> None:
    job = request_cancel(ask("test.fail"), oli)
    assert job.state == JobState.CANCELLED
    running.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempt) == (JobState.CANCELLED, 0)


def test_a_running_job_is_only_asked(ask: Ask, oli: User) -> None:
    job = ask("test.wait")
    running.claim(job.pk)
    job = request_cancel(job, oli)
    assert (job.state, job.cancel_requested) == (JobState.RUNNING, True)


def test_what_cannot_be_stopped_says_so(ask: Ask, oli: User) -> None:
    job = ask("test.block")
    running.claim(job.pk)
    with pytest.raises(ActionRefused) as refusal:
        request_cancel(job, oli)
    assert refusal.value.code == "not-cancellable"


def test_what_is_over_cannot_be_cancelled(ask: Ask, oli: User) -> None:
    job = ask()
    running.run(job.pk)
    with pytest.raises(ActionRefused) as refusal:
        request_cancel(job, oli)
    assert refusal.value.code == "job-over"


def test_retry_goes_through_the_room_of_the_target(
    ask: Ask, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ask("test.fail")
    running.run(job.pk)
    job.refresh_from_db()
    with pytest.raises(ActionRefused):
        request_retry(job, ada)
    monkeypatch.setattr(targets, "_TARGETS", {})
    register_target("thing", retry=lambda job, by: ask(job.kind, actor=by))
    again = request_retry(job, ada)
    assert (again.kind, again.actor) == ("test.fail", ada)


def test_active_jobs_of_many_targets_cost_one_query(
    ask: Ask, django_assert_num_queries: object
) -> None:
    jobs = [ask(target_id=number) for number in range(1, 5)]
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert active_jobs_of("thing", range(1, 9)) == {job.target_id: job for job in jobs}


def test_asking_cancelling_and_ending_are_in_the_record(ask: Ask, oli: User) -> None:
    running.run(ask().pk)
    request_cancel(ask(), oli)
    lines = AuditEntry.objects.order_by("seq").values_list("action", "outcome", "actor_name")
    assert list(lines) == [
        ("test.note", "asked", "oli"),
        ("test.note", "succeeded", "oli"),
        ("test.note", "asked", "oli"),
        ("test.note", "cancel-asked", "oli"),
    ]
