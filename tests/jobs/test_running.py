"""A job is claimed once, works, and ends in words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from jobs import running, sweeping, targets
from jobs.errors import FenceLost
from jobs.models import AuditEntry, Job, JobState
from jobs.services import request_cancel
from jobs.targets import register_target

from .conftest import Ask

pytestmark = pytest.mark.django_db


def done(job: Job) -> Job:
    running.run(job.pk)
    job.refresh_from_db()
    return job


def expire(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_work_leaves_result_progress_and_commands(ask: Ask) -> None:
    job = done(ask(params={"say": "hello"}))
    assert (job.state, job.progress, job.phase) == (JobState.SUCCEEDED, 100.0, "Half-way")
    assert job.result == {"said": "hello"}
    assert job.commands == ["virsh version"]
    assert job.attempt == 1
    assert job.created_at and job.started_at and job.finished_at
    assert job.lease_until is None


def test_a_host_failure_keeps_libvirts_words_apart(ask: Ask) -> None:
    job = done(ask("test.fail"))
    assert (job.state, job.error_code) == (JobState.FAILED, "out-of-space")
    assert job.error_message == "The pool has no space left."
    assert job.error_detail == "/srv/pool: ENOSPC"


@pytest.mark.parametrize(
    ("kind", "state", "code"),
    [
        ("test.refuse", JobState.FAILED, "protected"),
        ("test.wonder", JobState.UNDETERMINED, "undetermined"),
        ("test.break", JobState.FAILED, "internal"),
    ],
)
def test_every_ending_has_a_code(ask: Ask, kind: str, state: str, code: str) -> None:
    job = done(ask(kind))
    assert (job.state, job.error_code) == (state, code)


def test_an_unknown_kind_fails_in_words(ask: Ask) -> None:
    job = ask()
    Job.objects.filter(pk=job.pk).update(kind="of.yesterday")
    assert done(job).error_code == "unknown-kind"


def test_five_deliveries_act_once(ask: Ask) -> None:
    job = ask()
    for _ in range(5):
        running.run(job.pk)
    job.refresh_from_db()
    assert job.attempt == 1
    assert AuditEntry.objects.filter(outcome="succeeded").count() == 1


def test_a_zombie_cannot_write(ask: Ask) -> None:
    job = ask("test.wait", params={"seconds": 0})
    zombie = running.claim(job.pk)
    assert zombie is not None
    expire(job)
    assert sweeping.adopt_expired() == 1
    heir = running.claim(job.pk)
    assert heir is not None
    assert heir.attempt == 2
    context = running.JobContext(zombie)
    for write in (
        lambda: context.progress(99),
        lambda: context.note(bad=True),
        context.check_cancelled,
        lambda: running.write_end(zombie, 1, {"state": JobState.FAILED}),
    ):
        with pytest.raises(FenceLost):
            write()
    running.JobContext(heir).note(good=True)
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.RUNNING, {"good": True})


def test_a_lease_that_holds_is_not_taken(ask: Ask) -> None:
    running.claim(ask().pk)
    assert sweeping.adopt_expired() == 0


def test_the_lease_is_in_database_time(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    job = ask()
    monkeypatch.setattr(timezone, "now", lambda: datetime(2001, 1, 1, tzinfo=UTC))
    running.claim(job.pk)
    monkeypatch.undo()
    job.refresh_from_db()
    assert job.lease_until is not None
    left = job.lease_until - timezone.now()
    assert timedelta(seconds=20) < left < timedelta(seconds=31)


def test_after_five_dead_workers_the_job_fails(ask: Ask) -> None:
    job = ask("test.block", params={"seconds": 0})
    for _ in range(5):
        assert running.claim(job.pk)
        expire(job)
        assert sweeping.adopt_expired() == 1
    job.refresh_from_db()
    assert (job.state, job.error_code, job.attempt) == (JobState.FAILED, "worker-died", 5)


def test_progress_is_written_at_most_four_times_a_second(ask: Ask) -> None:
    job = running.claim(ask().pk)
    assert job is not None
    context = running.JobContext(job)
    for percent in range(100):
        context.progress(percent)
    job.refresh_from_db()
    assert job.progress is not None
    assert job.progress < 50


def test_cancel_stops_a_running_job_at_its_safe_point(ask: Ask) -> None:
    job = ask("test.wait", params={"seconds": 60})
    claimed = running.claim(job.pk)
    assert claimed is not None
    request_cancel(job, job.actor)
    running._carry(claimed)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


def test_the_room_of_the_target_hears_of_each_change(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(targets, "_TARGETS", {})
    register_target("thing", lambda job: heard.append(job.state))
    done(ask())
    assert heard[0] == JobState.QUEUED
    assert heard[1] == JobState.RUNNING
    assert heard[-1] == JobState.SUCCEEDED


def test_a_second_worker_that_lost_the_race_gets_nothing(ask: Ask) -> None:
    job = ask()
    assert running.claim(job.pk)
    assert running.claim(job.pk) is None
