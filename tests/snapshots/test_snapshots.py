"""Who may take, revert and delete; what a revert may bring back; what rows and pages tell."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.utils import timezone

from accounts.access import ActionRefused, Capability
from accounts.models import Membership, Role, Team, User
from jobs import services as jobs
from jobs.models import Job, JobState
from quotas.models import Limit, Resource
from quotas.services import QuotaExceeded, usage
from snapshots.access import get_snapshot
from snapshots.models import Layer, Snapshot
from snapshots.reverts import effect_of
from snapshots.services.asking import (
    below,
    line_of,
    request_deletion,
    request_merge,
    request_revert,
    request_snapshot,
    update_snapshot,
)
from tests.factories import make_vm
from tests.site.test_api import bearer
from vms.models import VM
from vms.old_snapshots import why_old
from vms.rules import can
from vms.services.bulk import request_bulk

from .conftest import DISKS, GIB, end, made

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_no_worker")]


def test_one_that_waits_counts_and_a_cancelled_one_does_not(vm: VM, oli: User) -> None:
    Limit.objects.create(user=oli, resource=Resource.SNAPSHOTS, amount=1)
    job = request_snapshot(vm, oli, name="before update")
    used = {line.resource: line.used for line in usage(None, oli)}
    assert used[Resource.SNAPSHOTS] == 1
    other = make_vm("web02", host=vm.host, owner=oli, disks=DISKS)
    with pytest.raises(QuotaExceeded):
        request_snapshot(other, oli)
    jobs.request_cancel(job, oli)
    assert request_snapshot(other, oli).state == JobState.QUEUED


def test_names_become_keys_that_libvirt_can_tell_apart(vm: VM, oli: User) -> None:
    for name, key in (
        ("1", "snapshot-1"),
        ("1", "snapshot-1-2"),
        ("vor dem / Update", "vor-dem-Update"),
    ):
        job = request_snapshot(vm, oli, name=name)
        row = Snapshot.objects.get(job=job)
        assert (row.key, row.name) == (key, name)
        Snapshot.objects.filter(pk=row.pk).update(made_at=timezone.now())
        end(job)


def test_a_revert_keeps_the_present_first_and_counts_it(vm: VM, oli: User) -> None:
    row = made(vm)
    Limit.objects.create(user=oli, resource=Resource.SNAPSHOTS, amount=1)
    with pytest.raises(QuotaExceeded):
        request_revert(row, oli)
    job = request_revert(row, oli, keep_present=False)
    assert job.params == {"snapshot": row.pk, "keep": None}
    end(job)
    Limit.objects.all().delete()
    kept = Snapshot.objects.get(pk=request_revert(row, oli).params["keep"])
    assert (kept.origin, kept.has_memory) == ("revert", True)


def test_a_revert_brings_back_no_room_to_grow_beyond_the_quota(vm: VM, oli: User) -> None:
    """What a guest could take by itself, or its next start would give it, counts."""
    Limit.objects.create(user=oli, resource=Resource.MEMORY, amount=8 * GIB)
    Limit.objects.create(user=oli, resource=Resource.VCPUS, amount=4)
    for most in ({"most_memory": 9 * GIB}, {"most_vcpus": 5}):
        row = made(vm, next(iter(most)), vcpus=1, memory=GIB, **most)
        with pytest.raises(QuotaExceeded):
            request_revert(row, oli, keep_present=False)
    VM.objects.filter(pk=vm.pk).update(next_vcpus=5)
    row.vm.refresh_from_db()
    request_revert(row, oli, keep_present=False)


def test_what_a_revert_brings_back_is_reserved_until_it_is_there(vm: VM, oli: User) -> None:
    Limit.objects.create(user=oli, resource=Resource.VCPUS, amount=vm.vcpus + 7)
    other = make_vm("other", host=vm.host, owner=oli)
    both = [made(one, vcpus=one.vcpus + 4) for one in (vm, other)]
    job = request_revert(both[0], oli, keep_present=False)
    with pytest.raises(QuotaExceeded):
        request_revert(both[1], oli, keep_present=False)
    jobs.request_cancel(job, oli)
    request_revert(both[1], oli, keep_present=False)


def test_a_revert_brings_back_no_more_than_the_quota_allows(vm: VM, oli: User) -> None:
    big = made(vm, vcpus=8, memory=4 * GIB)
    Limit.objects.create(user=oli, resource=Resource.VCPUS, amount=7)
    with pytest.raises(QuotaExceeded, match="vCPU"):
        request_revert(big, oli, keep_present=False)
    Limit.objects.update(amount=8)
    assert request_revert(big, oli, keep_present=False).state == JobState.QUEUED


def test_a_protected_machine_keeps_what_it_is(vm: VM, oli: User) -> None:
    vm.is_protected = True
    vm.save()
    row = made(vm)
    with pytest.raises(ActionRefused, match="protected"):
        request_revert(row, oli, keep_present=False)
    assert request_revert(row, oli).state == JobState.QUEUED


def test_viewers_look_operators_act_and_strangers_get_404(
    vm: VM, oli: User, vera: User, sam: User
) -> None:
    team = Team.objects.create(name="Crew", slug="crew")
    Membership.objects.create(user=oli, team=team, role=Role.OPERATOR)
    Membership.objects.create(user=vera, team=team, role=Role.VIEWER)
    vm.team, vm.owner = team, None
    vm.save()
    row = made(vm)
    assert get_snapshot(vera, vm.pk, row.pk, Capability.VM_VIEW) == row
    with pytest.raises(PermissionDenied):
        get_snapshot(vera, vm.pk, row.pk, Capability.VM_SNAPSHOT)
    with pytest.raises(Http404):
        get_snapshot(sam, vm.pk, row.pk, Capability.VM_VIEW)
    with pytest.raises(PermissionDenied):
        request_snapshot(vm, vera)
    assert request_deletion(row, oli).state == JobState.QUEUED


def test_children_go_with_their_parent_where_it_is_wished(vm: VM, oli: User) -> None:
    first = made(vm)
    second = made(vm, "two", parent=first)
    made(vm, "three", parent=second, is_current=True)
    made(vm, "branch", parent=first)
    assert {row.key for row in below(first)} == {"two", "three", "branch"}
    assert [row.key for row in line_of(vm)] == ["three", "two", "one"]
    job = request_deletion(second, oli, with_children=True)
    assert job.params == {"keys": ["three", "two"]}
    end(job)
    assert request_merge(vm, oli, keep=1).params == {"keys": ["two", "one"]}


def test_old_ones_and_long_chains_are_told(vm: VM, oli: User, client: Client) -> None:
    made(vm)
    since = timezone.now() - timedelta(days=94)
    VM.objects.filter(pk=vm.pk).update(snapshot_count=1, oldest_snapshot_at=since)
    vm.refresh_from_db()
    assert why_old(vm) == "Its oldest snapshot is 94 days old."
    client.force_login(oli)
    assert b"camera-exclamation" in client.get("/machines/").content
    assert b"web01" in client.get("/machines/?snapshots=old").content
    VM.objects.filter(pk=vm.pk).update(oldest_snapshot_at=timezone.now(), disk_layers=12)
    assert b"camera-exclamation" in client.get("/machines/").content
    VM.objects.filter(pk=vm.pk).update(disk_layers=1)
    assert b"camera-exclamation" not in client.get("/machines/").content


def test_a_machine_with_snapshots_keeps_its_name(vm: VM) -> None:
    vm.state, vm.domain_id, vm.snapshot_count = "off", None, 1
    refusal = can(vm, "rename")
    assert refusal is not None
    assert refusal.code == "has-snapshots"
    vm.state = "saved"
    assert "discard the saved state" in str(can(vm, "snapshot"))


def test_many_at_once_get_one_answer_each(vm: VM, oli: User) -> None:
    block = [{"target": "vda", "format": "raw", "source": "/dev/x", "source_kind": "block"}]
    other = make_vm("web02", host=vm.host, owner=oli, disks=block)
    done, refused = request_bulk([vm, other], "snapshot", oli)
    assert done.job is not None
    assert "not a file" in str(refused.refusal)


def test_a_revert_is_told_before_it_is_asked_for(vm: VM, oli: User, client: Client) -> None:
    vm.disks = [*DISKS, {"target": "vdb", "format": "raw", "source": "/p/x", "capacity": 1}]
    vm.save()
    row = made(vm, vcpus=1, created_at=timezone.now() - timedelta(hours=21, minutes=22))
    Layer.objects.create(vm=vm, target="vda", path="/p/one.img", format="raw", depth=0, size=5)
    Layer.objects.create(vm=vm, target="vda", path="/p/n.img", format="qcow2", depth=1, size=7)
    effect = effect_of(vm, row)
    assert (effect.back, effect.stay, effect.runs) == (("vda",), ("vdb",), "boots")
    assert (effect.written, effect.vcpus) == (7, (2, 1))
    client.force_login(oli)
    page = client.get(f"/machines/{vm.pk}/snapshots/?show={row.pk}").content.decode()
    for words in (
        "21\u00a0h 22\u00a0min",
        "vdb stays as it is now",
        "Files behind vda",
        "<s>2</s>",
    ):
        assert words in page
    answer = client.post(f"/machines/{vm.pk}/snapshots/{row.pk}/revert/", {"keep": "on"})
    assert answer.status_code == 302
    assert Job.objects.get().kind == "snapshot.revert"


def test_names_and_notes_can_be_changed(vm: VM, oli: User) -> None:
    row = made(vm)
    update_snapshot(row, oli, name="clean install", description="with updates")
    with pytest.raises(ActionRefused):
        update_snapshot(row, oli, name=" ", description="")
    row.refresh_from_db()
    assert (row.key, row.name, row.description) == ("one", "clean install", "with updates")


def test_pages_ask_no_more_for_many_than_for_few(
    vm: VM, oli: User, client: Client, django_assert_max_num_queries: Any
) -> None:
    last = None
    for number in range(30):
        last = made(vm, f"s{number}", parent=last, made_by=oli)
    client.force_login(oli)
    with django_assert_max_num_queries(45):
        client.get(f"/machines/{vm.pk}/snapshots/?show={last.pk if last else 0}")


def test_programs_do_the_same_by_the_api(vm: VM, oli: User, client: Client) -> None:
    head = {"headers": bearer(oli), "content_type": "application/json"}
    at = f"/api/v1/vms/{vm.pk}/snapshots"
    asked = client.post(at, {"name": "first", "with_memory": True}, **head)
    assert (asked.status_code, asked.json()["job"]["kind"]) == (202, "snapshot.take")
    job = Job.objects.get()
    end(job)
    row = Snapshot.objects.get()
    Snapshot.objects.update(made_at=timezone.now(), memory_file="/p/secret.mem")
    told = client.get(at, **head)
    assert told.json()["items"][0]["name"] == "first"
    assert b"/p/" not in told.content
    changed = client.patch(f"{at}/{row.pk}", {"description": "before"}, **head).json()
    assert (changed["name"], changed["description"]) == ("first", "before")
    back = client.post(f"{at}/{row.pk}/revert", {}, **head)
    assert back.json()["job"]["kind"] == "snapshot.revert"
    assert client.delete(f"{at}/{row.pk}", **head).status_code == 409  # busy
    end(Job.objects.latest("pk"))
    assert client.delete(f"{at}/{row.pk}?children=true", **head).status_code == 202
    rules = f"/api/v1/vms/{vm.pk}/snapshot-schedules"
    end(Job.objects.latest("pk"))
    rule = client.post(rules, {"every": "week", "keep": 4}, **head).json()
    assert client.get(rules, **head).json()[0]["keep"] == 4
    assert client.delete(f"{rules}/{rule['id']}", **head).status_code == 204
    assert client.post(f"{at}/merge", {"keep": 0}, **head).status_code == 202
