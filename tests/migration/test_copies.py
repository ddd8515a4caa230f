"""Two copies are an alarm with a way out; what is left over cannot be started."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from accounts.access import ActionRefused
from accounts.models import User
from hosts.models import Host, HostState
from jobs.models import Job
from migration.models import Migration, Outcome, Phase
from migration.options import Options
from migration.services.asking import request_migration
from migration.services.copies import request_end
from notices.models import Notice
from tests.factories import make_host, make_vm
from vms.models import VM, Copy
from vms.rules import can
from vms.services.power import request_power
from vms.sync.doubling import detect, set_hold

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_eager_worker(settings: Any) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = False


def copy_of(vm: VM, host: Host, state: str, reason: str = "", *, age: int = 10) -> Copy:
    since = timezone.now() - timedelta(seconds=age)
    columns = {"state": state, "state_reason": reason}
    return Copy.objects.create(vm=vm, host=host, columns=columns, since=since)


@pytest.fixture
def vm(oli: User) -> VM:
    return make_vm("web01", owner=oli)


def test_two_that_run_are_an_alarm_told_once_and_lifted_when_one_is_gone(
    vm: VM, ada: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    copy = copy_of(vm, make_host("hv2"), "running")
    with django_capture_on_commit_callbacks(execute=True):
        detect(timezone.now())
        detect(timezone.now())
    vm.refresh_from_db()
    assert vm.hold == "two-copies"
    assert Notice.objects.filter(user=ada, kind="alarm").count() == 1
    for action in ("start", "force_off", "pause", "delete", "migrate", "backup"):
        refusal = can(vm, action)
        assert refusal is not None
        assert (refusal.code, refusal.status) == ("two-copies", 409)
    assert can(vm, "console") is None
    with pytest.raises(ActionRefused):
        request_power(vm, "force_off", ada)
    copy.delete()
    detect(timezone.now())
    vm.refresh_from_db()
    assert vm.hold == ""


@pytest.mark.parametrize(
    ("state", "reason", "age", "hold"),
    [
        ("running", "", 1, ""),  # two watchers tell of one move
        ("paused", "migration", 60, ""),
        ("paused", "by-user", 60, "two-copies"),
        ("off", "", 60, ""),
        ("running", "post-copy-failed", 60, "lost"),
    ],
)
def test_what_is_an_alarm_and_what_is_not(
    vm: VM, state: str, reason: str, age: int, hold: str
) -> None:
    copy_of(vm, make_host(), state, reason, age=age)
    detect(timezone.now())
    vm.refresh_from_db()
    assert vm.hold == hold


def test_a_copy_is_ended_by_who_may_and_by_name(vm: VM, ada: User, oli: User) -> None:
    other, third = make_host("hv2"), make_host("hv3")
    copy_of(vm, other, "running")
    with pytest.raises(ActionRefused, match="Nothing is wrong"):
        request_end(vm, vm.host.pk, ada, confirm_name="web01")
    detect(timezone.now())
    vm.refresh_from_db()
    with pytest.raises(PermissionDenied):
        request_end(vm, other.pk, oli, confirm_name="web01")
    for host, name, code in ((other, "web02", "invalid"), (third, "web01", "gone")):
        with pytest.raises(ActionRefused) as refused:
            request_end(vm, host.pk, ada, confirm_name=name)
        assert refused.value.code == code
    job = request_end(vm, other.pk, ada, confirm_name="web01")
    assert (job.kind, job.host_id) == ("vm.end_copy", other.pk)


def test_a_leftover_keeps_a_machine_away_from_its_host(vm: VM, ada: User) -> None:
    other = make_host("hv2")
    copy_of(vm, other, "off", age=60)
    with pytest.raises(ActionRefused, match="definition"):
        request_migration(vm, other, ada, Options())
    assert not Migration.objects.exists()


def test_the_page_shows_the_places_and_ends_one(
    vm: VM, ada: User, oli: User, client: Client
) -> None:
    other = make_host("hv2")
    copy_of(vm, other, "running")
    detect(timezone.now())
    address = f"/machines/{vm.pk}/copies/"
    client.force_login(oli)
    assert client.get(address).status_code == 403
    assert "runs on two hosts at once" in client.get(f"/machines/{vm.pk}/").content.decode()
    client.force_login(ada)
    text = client.get(address).content.decode()
    assert "Power off and forget on hv2" in text
    assert "runs on two hosts" in client.get("/").content.decode()
    wrong = client.post(address, {"host": other.pk, "name": "web"})
    assert wrong.status_code == 409
    done = client.post(address, {"host": other.pk, "name": "web01"})
    assert done.status_code == 302
    assert Job.objects.get().params == {"host": other.pk}
    answer = client.get(f"/api/v1/vms/{vm.pk}/copies")
    assert [one["host_name"] for one in answer.json()] == [vm.host.name, "hv2"]


def test_nothing_can_be_done_while_it_is_not_known_where_it_is(vm: VM, ada: User) -> None:
    set_hold(vm.pk, "undetermined")
    vm.refresh_from_db()
    assert vm.shown_state == "unknown"
    for action in ("start", "force_off", "migrate", "delete"):
        refusal = can(vm, action)
        assert refusal is not None
        assert refusal.code == "undetermined"
    detect(timezone.now())
    vm.refresh_from_db()
    assert vm.hold == "undetermined"


def test_a_migration_that_is_cancelled_in_the_queue_is_over(vm: VM, ada: User) -> None:
    from jobs.services import request_cancel

    job = request_migration(vm, make_host("hv2"), ada, Options())
    request_cancel(job, ada)
    row = Migration.objects.get()
    assert (row.phase, row.outcome) == (Phase.ENDED, Outcome.STAYED)


def test_who_may_not_migrate_and_where_to(vm: VM, ada: User, oli: User) -> None:
    away = make_host("hv2", state=HostState.UNREACHABLE)
    with pytest.raises(PermissionDenied):
        request_migration(vm, make_host(), oli, Options())
    for host in (vm.host, away, make_host("toy", transport="test")):
        with pytest.raises(ActionRefused) as refused:
            request_migration(vm, host, ada, Options())
        assert refused.value.code == "target-unfit"
    with pytest.raises(ActionRefused) as refused:
        request_migration(vm, make_host(), ada, Options(bandwidth=0))
    assert refused.value.extra["fields"].keys() == {"bandwidth"}
