"""The recycle bin: what goes in, what comes out, what is deleted in the end, and who is told."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.access import ActionRefused
from accounts.models import Membership, Role, Team, User
from jobs.models import AuditEntry, Job
from jobs.notices import noticed
from quotas.models import Limit, Resource
from quotas.services import QuotaExceeded
from tests.factories import make_vm
from tests.site.test_api import bearer
from vms.bin import rules
from vms.bin.marking import lay_in
from vms.bin.services import request_recover, request_removal, settle
from vms.counting import _machines
from vms.filters import MachineFilter, matching
from vms.leases.services import settle as settle_leases
from vms.models import VM
from vms.names import BadName, check_free
from vms.requests import ask_deletion
from vms.rules import can
from vms.services.approving import NeedsApproval
from vms.services.bulk import request_bulk
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
def red(oli: User, vera: User) -> Team:
    team = Team.objects.create(name="Red", slug="red", bin_days=10, ended_days=3)
    Membership.objects.create(user=oli, team=team, role=Role.MEMBER)
    Membership.objects.create(user=vera, team=team, role=Role.OWNER)
    return team


@pytest.fixture
def lying(red: Team, oli: User) -> VM:
    """A machine of the red team in the bin since now."""
    return make_vm(
        "web01", team=red, owner=oli, state=VMState.OFF, recycled_at=timezone.now(), disk_bytes=9
    )


def kinds(vm: VM) -> list[str]:
    return list(Job.objects.filter(target_id=vm.pk).order_by("pk").values_list("kind", flat=True))


def put(vm: VM, **columns: Any) -> None:
    VM.objects.filter(pk=vm.pk).update(**columns)
    vm.refresh_from_db()


def test_deleting_moves_to_the_bin_and_only_the_name_skips_it(red: Team, oli: User) -> None:
    on = make_vm("web01", team=red, owner=oli)
    assert request_removal(on, oli).kind == "vm.recycle"
    off = make_vm("web02", team=red, owner=oli, state=VMState.OFF)
    for name in ("", "web"):
        with pytest.raises(ActionRefused) as caught:
            request_removal(off, oli, for_good=True, confirm_name=name)
        assert "confirm" in caught.value.extra["fields"]
    job = request_removal(off, oli, for_good=True, with_disks=True, confirm_name="web02")
    assert (job.kind, job.params) == ("vm.delete", {"with_disks": True})


def test_without_a_bin_deleting_is_for_good(red: Team, oli: User, settings: Any) -> None:
    settings.BIN_DAYS = 0
    red.bin_days = 0
    red.save()
    for team in (red, None):
        vm = make_vm(team=team, owner=oli, state=VMState.OFF)
        assert request_removal(vm, oli).kind == "vm.delete"


def test_many_go_to_the_bin_at_once_and_come_back(red: Team, vera: User) -> None:
    machines = [make_vm(f"lab-{n}", team=red) for n in range(3)]
    assert [one.job.kind for one in request_bulk(machines, "delete", vera) if one.job] == [
        "vm.recycle"
    ] * 3
    Job.objects.update(state="succeeded")
    VM.objects.update(recycled_at=timezone.now(), state=VMState.OFF, domain_id=None)
    machines = list(VM.objects.select_related("host", "team", "owner"))
    assert all(one.job for one in request_bulk(machines, "recover", vera))
    assert not VM.objects.in_bin().exists()


def test_what_lies_in_the_bin_cannot_be_used_or_found(lying: VM, oli: User, client: Client) -> None:
    for action in ("start", "console", "rename", "autostart", "recycle"):
        refusal = can(lying, action)
        assert refusal is not None, action
        assert refusal.code == "in-bin"
    assert not matching(oli, MachineFilter(q="web01")).exists()
    client.force_login(oli)
    assert "web01" not in client.get("/machines/").content.decode()
    page = client.get("/machines/bin/").content.decode()
    assert "web01" in page
    assert "In the recycle bin" in client.get(f"/machines/{lying.pk}/").content.decode()
    with pytest.raises(BadName, match="recycle bin"):
        check_free("web01", lying.team, lying.owner)


def test_strangers_see_nothing_of_it(lying: VM, sam: User, client: Client) -> None:
    client.force_login(sam)
    page = client.get("/machines/bin/").content.decode()
    assert "The recycle bin is empty" in page
    assert client.post(f"/machines/{lying.pk}/recover/").status_code == 404


def test_a_member_without_the_right_cannot_restore(lying: VM, red: Team, client: Client) -> None:
    other = User.objects.create_user("mia")
    Membership.objects.create(user=other, team=red, role=Role.MEMBER)
    client.force_login(other)
    assert client.post(f"/machines/{lying.pk}/recover/").status_code == 403
    assert f"/machines/{lying.pk}/recover/" not in client.get("/machines/bin/").content.decode()


def test_it_counts_for_disks_only_until_it_comes_back(lying: VM, red: Team, oli: User) -> None:
    from quotas.counters import count

    used = {what: count(what, red.pk, None) for what in ("machines", "vcpus", "memory", "disk")}
    assert used == {"machines": 0, "vcpus": 0, "memory": 0, "disk": 9}
    assert _machines(red.pk, None) == 0
    Limit.objects.create(team=red, resource=Resource.VCPUS, amount=1)
    with pytest.raises(QuotaExceeded):
        request_recover(lying, oli)
    lying.refresh_from_db()
    assert lying.is_in_bin
    assert kinds(lying) == []
    Limit.objects.update(amount=2)
    assert request_recover(lying, oli).kind == "vm.recover"
    assert count("vcpus", red.pk, None) == 2
    lying.refresh_from_db()
    assert not lying.is_in_bin


def test_restoring_goes_back_to_starting_with_the_host(lying: VM, oli: User) -> None:
    Job.objects.create(
        kind="vm.recycle",
        target_kind="vm",
        target_id=lying.pk,
        state="succeeded",
        result={"autostart": True},
    )
    assert request_recover(lying, oli).params == {"autostart": True}
    with pytest.raises(ActionRefused):
        request_recover(lying, oli)


@pytest.mark.django_db(transaction=True)
def test_told_a_day_before_and_then_deleted(lying: VM, heard: list[str]) -> None:
    now = timezone.now()
    for passed in (0, 5, 8.9):
        settle(now + passed * DAY)
    assert heard == []
    settle(now + 9.1 * DAY)
    settle(now + 9.2 * DAY)
    settle(now + 10.05 * DAY)
    assert (len(heard), kinds(lying)) == (1, [])
    settle(now + 10.2 * DAY)
    Job.objects.update(created_at=now + 10.2 * DAY)
    settle(now + 10.3 * DAY)
    assert kinds(lying) == ["vm.delete"]
    job = Job.objects.get()
    assert (job.actor, job.params) == (None, {"with_disks": True})


def test_after_a_downtime_there_still_is_a_day(lying: VM) -> None:
    late = timezone.now() + 40 * DAY
    settle(late)
    settle(late + 23 * HOUR)
    assert kinds(lying) == []
    settle(late + 24 * HOUR)
    assert kinds(lying) == ["vm.delete"]


@pytest.mark.parametrize("spared", ["protected", "no-bin"])
def test_what_is_spared_is_never_deleted_by_itself(lying: VM, red: Team, spared: str) -> None:
    if spared == "protected":
        put(lying, is_protected=True)
    else:
        Team.objects.update(bin_days=0)
    for passed in (20, 30):
        settle(timezone.now() + passed * DAY)
    assert kinds(lying) == []
    assert rules.until(VM.objects.select_related("team").get(pk=lying.pk)) is None


def test_restored_in_the_last_moment_is_not_deleted(lying: VM, oli: User) -> None:
    now = timezone.now()
    put(lying, reminded_at=now + 9 * DAY)
    request_recover(lying, oli)
    Job.objects.update(state="succeeded")
    settle(now + 30 * DAY)
    assert kinds(lying) == ["vm.recover"]


@pytest.mark.django_db(transaction=True)
def test_started_on_its_host_it_comes_out(lying: VM, heard: list[str]) -> None:
    put(lying, state=VMState.RUNNING, domain_id=7)
    settle(timezone.now())
    lying.refresh_from_db()
    assert not lying.is_in_bin
    assert AuditEntry.objects.filter(action="vm.came_out", actor_id=None).exists()
    assert heard == ["web01 is out of the recycle bin"]


@pytest.mark.django_db(transaction=True)
def test_somebody_elses_doing_is_told(red: Team, oli: User, vera: User, heard: list[str]) -> None:
    for actor in (oli, vera):
        vm = make_vm(team=red, owner=oli, state=VMState.OFF)
        lay_in(vm.pk, actor_id=actor.pk)
    assert len(heard) == 1


def ended(red: Team, oli: User, now: datetime, **columns: Any) -> VM:
    facts: dict[str, Any] = {"state": VMState.OFF, "ends_at": now - 4 * DAY} | columns
    return make_vm(team=red, owner=oli, reminded_at=now - 5 * DAY, **facts)


def test_days_after_the_end_it_goes_to_the_bin(red: Team, oli: User) -> None:
    now = timezone.now()
    due = ended(red, oli, now)
    early = ended(red, oli, now, ends_at=now - 2 * DAY)
    protected = ended(red, oli, now, is_protected=True)
    settle_leases(now)
    settle_leases(now)
    assert kinds(due) == ["vm.recycle"]
    assert kinds(early) == kinds(protected) == []
    Team.objects.update(ended_days=None)
    settle_leases(now + 30 * DAY)
    assert kinds(early) == []


def test_what_was_restored_after_its_end_stays_out_for_as_long(red: Team, oli: User) -> None:
    now = timezone.now()
    vm = ended(red, oli, now, recycled_at=now - DAY)
    request_recover(vm, oli)
    Job.objects.update(state="succeeded")
    settle_leases(now + 2 * DAY)
    assert kinds(vm) == ["vm.recover"]
    refusal = can(VM.objects.select_related("host").get(pk=vm.pk), "start")
    assert refusal is not None
    assert refusal.code == "ended"
    settle_leases(now + 4 * DAY)
    assert kinds(vm) == ["vm.recover", "vm.recycle"]


def test_the_bin_needs_approval_where_deleting_does(red: Team, oli: User) -> None:
    Team.objects.update(approves_deletion=True)
    vm = make_vm("web01", team=red, owner=oli, state=VMState.OFF)
    vm.refresh_from_db()
    with pytest.raises(NeedsApproval):
        request_removal(vm, oli)
    with pytest.raises(ActionRefused):
        ask_deletion(vm, oli, for_good=True)
    assert ask_deletion(vm, oli, for_good=True, confirm_name="web01").params["for_good"]


def test_the_api_does_the_same(red: Team, oli: User) -> None:
    vm = make_vm("web01", team=red, owner=oli, state=VMState.OFF)
    client, options = Client(), dict[str, Any](headers=bearer(oli))
    url = f"/api/v1/vms/{vm.pk}"
    assert client.delete(url, **options).json()["job"]["kind"] == "vm.recycle"
    Job.objects.update(state="succeeded")
    put(vm, recycled_at=timezone.now())
    found = client.get("/api/v1/vms/bin", **options).json()["items"]
    assert [one["name"] for one in found] == ["web01"]
    assert found[0]["deleted_at"]
    assert client.get("/api/v1/vms", **options).json()["items"] == []
    assert client.delete(url, **options).status_code == 400
    answer = client.post(f"{url}/recover", **options)
    assert (answer.status_code, answer.json()["job"]["kind"]) == (202, "vm.recover")


def test_the_page_offers_the_bin_and_the_way_past_it(red: Team, oli: User, client: Client) -> None:
    vm = make_vm("web01", team=red, owner=oli)
    client.force_login(oli)
    url = reverse("vms:delete", args=[vm.pk])
    assert f'href="{url}"' in client.get(f"/machines/{vm.pk}/menu/").content.decode()
    dialog = client.get(url).content.decode()
    assert "for 10 days" in dialog
    assert 'name="for_good"' in dialog
    assert "Type web01" in client.post(url, {"for_good": "on"}).content.decode()
    client.post(url)
    assert kinds(vm) == ["vm.recycle"]
    Job.objects.update(state="succeeded")
    put(vm, recycled_at=timezone.now(), state=VMState.OFF, domain_id=None)
    dialog = client.get(url).content.decode()
    assert "Delete web01 for good?" in dialog
    client.post(url, {"with_disks": "on", "confirm": "web01"})
    assert kinds(vm) == ["vm.recycle", "vm.delete"]
    assert client.post(reverse("vms:recover", args=[vm.pk])).status_code == 409


def test_the_page_asks_no_more_for_many(
    red: Team, vera: User, client: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(30):
        make_vm(team=red, state=VMState.OFF, recycled_at=timezone.now())
    client.force_login(vera)
    client.get("/machines/bin/")
    with django_assert_max_num_queries(26):
        client.get("/machines/bin/")
