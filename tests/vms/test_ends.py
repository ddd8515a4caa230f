"""Machines that are kept until a day: told in time, stopped at the end, extended in between."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.access import ActionRefused
from accounts.models import Membership, Role, Team, User
from jobs.models import AuditEntry, Job
from jobs.notices import noticed
from tests.factories import make_vm
from tests.site.test_api import bearer
from vms.leases import rules
from vms.leases.services import _stop, keep_until, settle
from vms.models import VM
from vms.rules import can
from vms.services.keeping import end_of_day
from vms.states import VMState

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """What people are told, in order."""
    told: list[str] = []

    def listen(notice: object, **_kwargs: object) -> None:
        told.append(notice.subject)  # type: ignore[attr-defined]

    noticed.connect(listen, weak=False)
    yield told
    noticed.disconnect(listen)


@pytest.fixture
def vm(oli: User) -> VM:
    return make_vm("web01", owner=oli, ends_at=timezone.now() + 10 * DAY)


def jobs_of(vm: VM) -> list[str]:
    return list(Job.objects.filter(target_id=vm.pk).order_by("pk").values_list("kind", flat=True))


@pytest.mark.django_db(transaction=True)
def test_told_twice_and_then_stopped(oli: User, heard: list[str]) -> None:
    now = timezone.now()
    vm = make_vm("web01", owner=oli, ends_at=now + 10 * DAY)
    for passed in (0, 4, 5, 6, 9.5, 9.6):
        settle(now + timedelta(days=passed))
    assert len(heard) == 2
    assert jobs_of(vm) == []
    settle(now + timedelta(days=10, hours=1))
    assert jobs_of(vm) == ["vm.shutdown"]
    assert AuditEntry.objects.filter(action="vm.shutdown", actor=None, outcome="asked").exists()


def test_after_a_downtime_nobody_is_surprised(vm: VM) -> None:
    assert vm.ends_at is not None
    late = vm.ends_at + DAY
    settle(late)
    assert jobs_of(vm) == []
    settle(late + rules.NOTICE - timedelta(minutes=1))
    assert jobs_of(vm) == []
    settle(late + rules.NOTICE)
    assert jobs_of(vm) == ["vm.shutdown"]


def test_a_guest_that_does_not_obey_is_switched_off_once(vm: VM) -> None:
    now = timezone.now()
    VM.objects.filter(pk=vm.pk).update(
        ends_at=now - DAY, reminded_at=now - 2 * HOUR, started_at=now - 3 * DAY
    )
    settle(now)
    settle(now)
    assert jobs_of(vm) == ["vm.shutdown"]
    Job.objects.update(state="failed", created_at=now - rules.FORCE_AFTER)
    settle(now)
    assert jobs_of(vm) == ["vm.shutdown", "vm.force_off"]


def test_more_time_given_in_the_last_moment_counts(vm: VM) -> None:
    now = timezone.now()
    VM.objects.filter(pk=vm.pk).update(ends_at=now - DAY, reminded_at=now - 2 * HOUR)
    read_before = VM.objects.select_related("host", "team", "owner").get(pk=vm.pk)
    VM.objects.filter(pk=vm.pk).update(ends_at=now + DAY, reminded_at=None)
    _stop(read_before, now)
    assert jobs_of(vm) == []


def test_a_guest_started_again_is_asked_again_before_it_is_switched_off(vm: VM) -> None:
    now = timezone.now()
    VM.objects.filter(pk=vm.pk).update(
        ends_at=now - 3 * DAY, reminded_at=now - 4 * DAY, started_at=now - HOUR
    )
    settle(now)
    Job.objects.update(state="succeeded", created_at=now - 2 * DAY)
    settle(now)
    assert jobs_of(vm) == ["vm.shutdown", "vm.shutdown"]


def test_a_protected_machine_is_stopped_too(vm: VM) -> None:
    now = timezone.now()
    VM.objects.filter(pk=vm.pk).update(
        ends_at=now - DAY, reminded_at=now - 2 * HOUR, is_protected=True, stays_on=True
    )
    settle(now)
    assert jobs_of(vm) == ["vm.shutdown"]


def test_what_is_off_is_left_alone_and_is_not_started(vm: VM) -> None:
    now = timezone.now()
    VM.objects.filter(pk=vm.pk).update(
        ends_at=now - DAY, reminded_at=now - 2 * HOUR, state=VMState.OFF, domain_id=None
    )
    settle(now)
    assert jobs_of(vm) == []
    vm.refresh_from_db()
    refusal = can(vm, "start")
    assert refusal is not None
    assert refusal.code == "ended"


def test_more_time_within_what_the_team_allows(oli: User, vera: User) -> None:
    team = Team.objects.create(name="Web", slug="web", longest_lease_days=30)
    Membership.objects.create(user=oli, team=team, role=Role.MEMBER)
    Membership.objects.create(user=vera, team=team, role=Role.OWNER)
    vm = make_vm("web01", team=team, owner=oli, ends_at=timezone.now() + DAY)
    for wish in (None, timezone.now() + 40 * DAY, timezone.now() - DAY):
        with pytest.raises(ActionRefused):
            keep_until(vm, wish, oli)
    keep_until(vm, timezone.now() + 20 * DAY, oli)
    keep_until(vm, None, vera)
    vm.refresh_from_db()
    assert vm.ends_at is None
    assert AuditEntry.objects.filter(action="vm.keep_until").count() == 2


def test_the_dialog_changes_the_end(vm: VM, oli: User, sam: User) -> None:
    client = Client()
    client.force_login(oli)
    url = reverse("vms:keep", args=[vm.pk])
    assert "Keep web01" in client.get(url).content.decode()
    day = (timezone.localtime() + 60 * DAY).date()
    client.post(url, {"ends_on": day.isoformat()})
    vm.refresh_from_db()
    assert vm.ends_at == end_of_day(day)
    assert client.post(url, {"ends_on": "2020-01-01"}).status_code in {200, 400}
    client.force_login(sam)
    assert client.get(url).status_code == 404


def test_the_api_extends_too(vm: VM, oli: User) -> None:
    url = f"/api/v1/vms/{vm.pk}"
    options: Any = {"content_type": "application/json", "headers": bearer(oli)}
    day = (timezone.localtime() + 30 * DAY).date()
    answer = Client().patch(url, {"keep_until": day.isoformat()}, **options)
    assert answer.status_code == 200
    assert answer.json()["ends_at"]
    vm.refresh_from_db()
    assert vm.ends_at == end_of_day(day)
    Client().patch(url, {"description": "still"}, **options)
    vm.refresh_from_db()
    assert vm.ends_at == end_of_day(day)
    Client().patch(url, {"keep_until": None}, **options)
    vm.refresh_from_db()
    assert vm.ends_at is None
