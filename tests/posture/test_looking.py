"""Looks: rows follow what is there, acceptances hold and end, people are told once."""

from datetime import timedelta
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.access import ActionRefused
from accounts.models import Membership, Role, Team, User
from jobs.models import AuditEntry, Job
from notices.models import Notice
from posture import looking, services, telling
from posture.models import Acceptance, Finding, Look, ScoreDay
from posture.reports import filled, keep_scores, site_report, team_report, trend
from posture.tasks import settle
from tests.factories import make_host, make_vm
from tests.posture.making import display, good_host, open_vm
from vms.models import VM

pytestmark = pytest.mark.django_db


def of(vm: VM, key: str = "display-open") -> Finding:
    return Finding.objects.get(vm=vm, check_key=key)


def standing(vm: VM) -> set[str]:
    return set(Finding.objects.standing().filter(vm=vm).values_list("check_key", flat=True))


def lock_up(vm: VM) -> None:
    VM.objects.filter(pk=vm.pk).update(graphics=[display(listen="socket", address="")])


def open_up(vm: VM, address: str = "0.0.0.0") -> None:
    VM.objects.filter(pk=vm.pk).update(graphics=[display(address=address)])


def test_findings_appear_and_vanish_with_what_is_there() -> None:
    vm = open_vm("web01")
    looking.look()
    assert of(vm).evidence == ["vnc 0.0.0.0:5900"]
    assert of(vm).severity == "critical"
    since = of(vm).since
    looking.look()
    assert of(vm).since == since
    lock_up(vm)
    looking.look()
    assert "display-open" not in standing(vm)
    open_up(vm)
    looking.look()
    assert "display-open" in standing(vm)
    VM.objects.filter(pk=vm.pk).update(recycled_at=timezone.now())
    assert standing(vm) == set()
    looking.look()
    assert not Look.objects.filter(vm=vm).exists()
    vm.delete()
    assert not Finding.objects.filter(part="vm").exists()


def test_a_second_look_writes_no_finding_and_asks_in_bulk(
    django_assert_max_num_queries: Any,
) -> None:
    host = good_host()
    for number in range(60):
        open_vm(f"web{number:02}", host=host)
    looking.look()
    from django.db import connection

    with CaptureQueriesContext(connection) as asked:
        looking.look()
    writes = [q["sql"] for q in asked if "posture_finding" in q["sql"] and "UPDATE" in q["sql"][:9]]
    assert writes == [sql for sql in writes if "gone_at" in sql]  # nothing is gone
    assert len(asked) < 60, len(asked)


def test_what_is_deleted_while_it_is_looked_at_is_left_out() -> None:
    vm, other = open_vm("web01"), open_vm("web02")
    rows = VM.objects.select_related("host").order_by("pk")
    subjects = list(looking.machine_subjects(list(rows)))
    vm.delete()
    looking.look_at(subjects)
    assert set(Finding.objects.values_list("vm", flat=True)) == {other.pk}


def test_simulated_hosts_are_not_judged_and_machines_being_made_neither() -> None:
    make_host("simulated", transport="test")
    vm = make_vm(is_made=False, host=good_host())
    looking.look()
    assert not Look.objects.filter(host__name="simulated").exists()
    assert not Look.objects.filter(vm=vm).exists()


def test_an_accepted_finding_does_not_count_until_its_day_is_over(ada: User) -> None:
    vm = open_vm("web01")
    looking.look()
    before = site_report()
    assert before.score.ceiling == "critical"
    today = timezone.localdate()
    services.accept(of(vm), ada, reason="in a closed lab", until=today)
    after = site_report()
    assert (after.counts["critical"], after.accepted) == (0, 1)
    assert after.score.ceiling != "critical"
    looking.look()
    assert of(vm).acceptance is not None
    Acceptance.objects.update(until=today - timedelta(days=1))
    looking.look()
    assert of(vm).acceptance is None
    assert site_report().counts["critical"] == 1
    lines = AuditEntry.objects.filter(action="posture.accept")
    assert [(line.target_name, line.detail["reason"]) for line in lines] == [
        ("web01", "in a closed lab")
    ]


def test_what_comes_to_an_accepted_finding_is_not_accepted(ada: User) -> None:
    vm = open_vm("web01")
    looking.look()
    services.accept(of(vm), ada, reason="known", until=timezone.localdate())
    open_up(vm, "192.0.2.9")
    looking.look()
    assert of(vm).acceptance is None
    open_up(vm)
    looking.look()
    assert of(vm).acceptance is not None


def test_taken_back_it_counts_again(ada: User) -> None:
    vm = open_vm("web01")
    looking.look()
    services.accept(of(vm), ada, reason="known", until=timezone.localdate())
    services.take_back(of(vm), ada)
    assert of(vm).acceptance is None
    looking.look()
    assert of(vm).acceptance is None
    assert AuditEntry.objects.filter(action="posture.take_back").count() == 1


@pytest.mark.parametrize(
    ("reason", "days", "field"),
    [("  ", 1, "reason"), ("x" * 301, 1, "reason"), ("\x00", 1, "reason"), ("known", -1, "until"),
     ("known", 367, "until")],
)  # fmt: skip
def test_bad_values_are_refused_by_field(ada: User, reason: str, days: int, field: str) -> None:
    vm = open_vm()
    looking.look()
    with pytest.raises(ActionRefused) as refused:
        until = timezone.localdate() + timedelta(days=days)
        services.accept(of(vm), ada, reason=reason, until=until)
    assert list(refused.value.extra["fields"]) == [field]
    assert not Acceptance.objects.exists()


def test_admins_and_the_person_are_told_once_of_what_is_severe(
    ada: User, sam: User, django_capture_on_commit_callbacks: Any
) -> None:
    vm = open_vm("web01", owner=sam)
    with django_capture_on_commit_callbacks(execute=True):
        settle()
    told = {notice.user: notice for notice in Notice.objects.filter(kind="posture")}
    assert set(told) == {ada, sam}
    assert "web01: Its display is open to the network" in told[sam].text
    assert "second factor" not in told[sam].text  # of the portal, which is not theirs
    assert told[sam].url == f"/machines/{vm.pk}/posture/"
    assert AuditEntry.objects.filter(action="posture.found", target_kind="vm").count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        lock_up(vm)
        settle()
        open_up(vm)
        settle()
    assert Notice.objects.filter(kind="posture").count() == 2  # it came and went


def test_what_was_away_for_a_day_or_is_no_longer_accepted_is_told_again(ada: User) -> None:
    vm = open_vm("web01")
    looking.look()
    telling.tell_new()
    lock_up(vm)
    looking.look()
    Finding.objects.filter(vm=vm).update(gone_at=timezone.now() - timedelta(days=2))
    open_up(vm)
    looking.look()
    assert telling.tell_new() == 1
    services.accept(of(vm), ada, reason="known", until=timezone.localdate())
    looking.look()
    assert telling.tell_new() == 0
    Acceptance.objects.update(until=timezone.localdate() - timedelta(days=1))
    looking.look()
    assert telling.tell_new() == 1


def test_days_are_kept_and_a_gap_stays_a_gap() -> None:
    crew = Team.objects.create(name="Crew", slug="crew")
    vm = open_vm("web01", team=crew)
    looking.look()
    today = timezone.localdate()
    keep_scores(today - timedelta(days=3))
    lock_up(vm)
    looking.look()
    keep_scores()
    keep_scores()
    first, second = trend(f"team-{crew.pk}")
    assert (first.severe, second.severe) == (1, 0)
    assert first.score < second.score == team_report(crew).score.value
    line = filled([first, second])
    assert line == [first.score, None, None, second.score]
    assert ScoreDay.objects.filter(scope=f"host-{vm.host_id}").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_look_is_a_job_that_reads_the_record_too(ada: User) -> None:
    crew = Team.objects.create(name="Crew", slug="crew")
    Membership.objects.create(user=ada, team=crew, role=Role.OWNER)
    job = Job.objects.get(pk=services.request_look(ada).pk)
    assert job.state == "succeeded", job.error_detail
    assert site_report().score.value is not None
    found = Finding.objects.standing().filter(check_key="record-broken")
    assert not found.exists()
