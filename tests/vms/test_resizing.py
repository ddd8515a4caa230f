"""Machines are made bigger and smaller: by whom, to what, and what is said where it cannot be."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from accounts.access import ActionRefused
from accounts.models import Membership, Team, User
from catalogue.models import Size
from hosts.models import Host, StoragePool
from jobs.models import AuditEntry, Job, JobState
from jobs.services import request_retry
from quotas.models import Limit, Resource
from quotas.services import QuotaExceeded, usage
from tests.factories import GIB, disk, make_vm
from tests.vms.sizing import _waiting, end, host, red, refused, small, vm
from tests.vms.test_simulated import done, simulated
from tests.vms.test_simulated import vm as simulation
from vms.counting import counted_of
from vms.models import VM
from vms.resizing.disks import room_hint
from vms.resizing.effects import effect_of
from vms.resizing.holding import settle
from vms.resizing.naming import name_size
from vms.resizing.services import request_growth, request_resize, request_undo
from vms.resizing.wishes import ResizeRequest, read_resize
from vms.services.power import request_power

__all__ = ["_waiting", "host", "red", "simulated", "simulation", "vm"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_size_changes_at_once_where_the_machine_is_off(simulation: VM, oli: User) -> None:
    vm = simulation
    done(request_power(vm, "force_off", oli), vm)
    wish = ResizeRequest(vcpus=3, memory=3 * GIB, max_memory=4 * GIB)
    job = done(request_resize(vm, wish, oli), vm)
    assert (vm.vcpus, vm.max_vcpus, vm.memory, vm.max_memory) == (3, 3, 3 * GIB, 4 * GIB)
    assert (vm.next_vcpus, vm.held_vcpus, vm.held_memory, vm.size) == (0, 0, 0, "custom")
    assert job.commands == [
        "virsh setvcpus test 3 --maximum --config",
        "virsh setvcpus test 3 --config",
        "virsh setmem test 3145728KiB --config",
        "virsh setmaxmem test 4194304KiB --config",
    ]
    assert job.result["after"]["vcpus"] == 3
    entry = AuditEntry.objects.get(action="vm.resize", outcome="asked")
    before = {"vcpus": 2, "max_vcpus": 2, "memory": 2 * GIB, "max_memory": 8 * GIB}
    assert entry.detail["params"]["before"] == before


def test_what_waits_is_told_counted_and_undone(simulation: VM, oli: User) -> None:
    vm = simulation
    done(request_resize(vm, ResizeRequest(vcpus=4), oli), vm)
    assert (vm.vcpus, vm.next_vcpus, vm.next_memory) == (2, 4, vm.memory)
    assert (vm.size, vm.next_size) == ("", "custom")
    assert counted_of(vm)[Resource.VCPUS] == 4
    done(request_undo(vm, oli), vm)
    assert (vm.vcpus, vm.next_vcpus, vm.next_size) == (2, 0, "")
    with pytest.raises(ActionRefused) as caught:
        request_undo(vm, oli)
    assert caught.value.code == "nothing-waits"
    done(request_resize(vm, ResizeRequest(vcpus=4), oli), vm)
    done(request_power(vm, "force_off", oli), vm)
    assert (vm.vcpus, vm.next_vcpus, vm.size, vm.next_size) == (4, 0, "custom", "")


def test_a_size_that_failed_is_asked_for_again_by_the_same_rules(simulation: VM, oli: User) -> None:
    vm = simulation
    job = done(request_resize(vm, ResizeRequest(vcpus=4), oli), vm)
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED)
    job.refresh_from_db()
    with pytest.raises(ActionRefused) as caught:
        request_retry(job, oli)
    assert caught.value.code == "unchanged"
    done(request_undo(vm, oli), vm)
    Limit.objects.create(each=True, resource=Resource.VCPUS, amount=3)
    with pytest.raises(QuotaExceeded):
        request_retry(job, oli)
    Limit.objects.all().delete()
    done(request_retry(job, oli), vm)
    assert vm.next_vcpus == 4


def test_a_size_is_reserved_while_its_job_waits_and_let_go_when_it_failed(
    vm: VM, red: Team, oli: User
) -> None:
    job = request_resize(vm, ResizeRequest("large"), oli)
    used = {line.resource: line.used for line in usage(red)}
    assert (used[Resource.VCPUS], used[Resource.MEMORY]) == (4, 8 * GIB)
    assert (job.params["size"], job.params["vcpus"]) == ("large", 4)
    end(job, JobState.FAILED)
    used = {line.resource: line.used for line in usage(red)}
    assert (used[Resource.VCPUS], used[Resource.MEMORY]) == (1, 2 * GIB)


def test_what_nobody_knows_the_end_of_stays_reserved_until_the_host_has_told(
    vm: VM, red: Team, oli: User
) -> None:
    job = request_resize(vm, ResizeRequest("large"), oli)
    end(job, JobState.UNDETERMINED)
    settle(timezone.now())
    vm.refresh_from_db()
    assert vm.held_vcpus == 4
    settle(timezone.now() + timedelta(minutes=5))
    vm.refresh_from_db()
    assert vm.held_vcpus == 0


def test_beyond_the_quota_it_is_refused_with_what_is_left(vm: VM, red: Team, oli: User) -> None:
    Limit.objects.create(team=red, resource=Resource.VCPUS, amount=3)
    error = refused(request_resize, vm, ResizeRequest("large"), oli)
    assert error.code == "quota"
    assert "3 more, but the team has 2 of 3 left" in error.message
    request_resize(vm, ResizeRequest("medium"), oli)


def test_who_has_more_than_the_limit_may_still_become_smaller(
    vm: VM, host: Host, red: Team, oli: User
) -> None:
    Limit.objects.create(team=red, resource=Resource.VCPUS, amount=0)
    VM.objects.update(vcpus=4, max_vcpus=4)
    request_resize(vm, ResizeRequest("small"), oli)


def test_a_running_machine_counts_with_what_it_has_until_its_next_start(
    host: Host, red: Team, oli: User
) -> None:
    facts: dict[str, Any] = {"state": "running", "domain_id": 3, "vcpus": 4, "max_vcpus": 4}
    vm = small(host, red, oli, **facts | {"memory": 8 * GIB, "max_memory": 8 * GIB})
    effect = effect_of(vm, read_resize(vm, ResizeRequest("small"), oli))
    assert effect.waits and effect.frees_later
    assert (effect.at_once.vcpus, counted_of(vm)[Resource.VCPUS]) == (4, 4)
    VM.objects.update(next_vcpus=1, next_max_vcpus=1, next_memory=GIB, next_max_memory=16 * GIB)
    vm.refresh_from_db()
    counted = counted_of(vm)
    assert (counted[Resource.VCPUS], counted[Resource.MEMORY]) == (4, 16 * GIB)


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"vcpus": 0}, "vcpus"),
        ({"vcpus": 300}, "vcpus"),
        ({"memory": 1}, "memory"),
        ({"memory": 65 * GIB}, "memory"),
        ({"max_memory": 65 * GIB}, "max_memory"),
        ({"max_memory": GIB}, "max_memory"),
        ({"vcpus": 4, "max_vcpus": 3}, "max_vcpus"),
        ({"max_vcpus": 4000}, "max_vcpus"),
        ({"size": "none"}, "size"),
    ],
)
def test_figures_that_nobody_gets_are_refused_at_their_field(
    vm: VM, oli: User, wish: dict[str, Any], field: str
) -> None:
    error = refused(request_resize, vm, ResizeRequest(**wish), oli)
    assert (error.status, list(error.extra["fields"])) == (400, [field])


def test_own_figures_need_the_offer_of_own_figures(vm: VM, oli: User, ada: User) -> None:
    Size.objects.filter(slug__in=("custom", "large")).update(for_everyone=False)
    for wish in (
        ResizeRequest(vcpus=2),
        ResizeRequest("medium", vcpus=3),
        ResizeRequest("medium", max_memory=8 * GIB),
        ResizeRequest("large"),
        ResizeRequest("custom", vcpus=2, memory=GIB),
    ):
        assert refused(request_resize, vm, wish, oli).code == "not-offered", wish
    VM.objects.update(disk_bytes=50 * GIB)
    error = refused(request_resize, vm, ResizeRequest("medium"), oli)
    assert "more disk than this size" in error.message
    VM.objects.update(disk_bytes=20 * GIB)
    request_resize(vm, ResizeRequest("medium", max_vcpus=8), oli)


def test_what_cannot_be_changed_says_why(vm: VM, oli: User) -> None:
    VM.objects.update(fixed="numa")
    assert "NUMA" in refused(request_resize, vm, ResizeRequest("large"), oli).message
    VM.objects.update(fixed="", state="saved")
    assert "discard the saved state" in (
        refused(request_resize, vm, ResizeRequest("large"), oli).message
    )
    VM.objects.update(state="running", domain_id=1, is_persistent=False)
    assert refused(request_resize, vm, ResizeRequest("large"), oli).code == "transient"
    VM.objects.update(state="off", domain_id=None, is_persistent=True)
    assert refused(request_resize, vm, ResizeRequest("small"), oli).code == "unchanged"


def test_who_may_only_operate_changes_nothing(vm: VM, red: Team, sam: User, client: Client) -> None:
    Membership.objects.create(user=sam, team=red, role="operator")
    client.force_login(sam)
    for url in ("resize/", "resize/summary/", "grow/?disk=vda"):
        assert client.get(f"/machines/{vm.pk}/{url}").status_code == 403
    assert client.post(f"/machines/{vm.pk}/resize/", {"size": "large"}).status_code == 403
    with pytest.raises(PermissionDenied):
        request_growth(vm, "vda", 30 * GIB, sam)


def test_a_disk_grows_within_the_quota_and_its_size(vm: VM, red: Team, oli: User) -> None:
    Limit.objects.create(team=red, resource=Resource.DISK, amount=25 * GIB)
    assert refused(request_growth, vm, "vda", 30 * GIB, oli).code == "quota"
    assert refused(request_growth, vm, "vda", 20 * GIB, oli).extra["fields"]["capacity"]
    assert refused(request_growth, vm, "vdb", 30 * GIB, oli).extra["fields"]["disk"]
    Size.objects.filter(slug="custom").update(for_everyone=False)
    assert refused(request_growth, vm, "vda", 21 * GIB, oli).code == "not-offered"
    VM.objects.update(size="medium")
    job = request_growth(vm, "vda", 24 * GIB + 1, oli)
    assert job.params["capacity"] == 24 * GIB + 1024**2
    assert job.params["size"] == "medium"
    vm.refresh_from_db()
    assert counted_of(vm)[Resource.DISK] == 24 * GIB + 1024**2


@pytest.mark.parametrize(
    ("facts", "row", "said"),
    [
        ({"device": "cdrom"}, {}, "A medium"),
        ({"readonly": True}, {}, "A medium"),
        ({"source_kind": "block"}, {}, "Grow it there"),
        ({"source_kind": "network"}, {}, "Grow it there"),
        ({"format": "vmdk"}, {}, "this one is vmdk"),
        ({"capacity": None}, {}, "not known yet"),
        ({}, {"snapshot_count": 2}, "has snapshots"),
        ({"source": "/srv/shared.img"}, {}, "Another machine uses it"),
    ],
)
def test_a_disk_that_cannot_grow_says_why(
    vm: VM, host: Host, oli: User, facts: dict[str, Any], row: dict[str, Any], said: str
) -> None:
    make_vm("other", host=host, disks=[disk("other") | {"source": "/srv/shared.img"}])
    VM.objects.filter(pk=vm.pk).update(disks=[disk("web01") | facts], **row)
    assert said in refused(request_growth, vm, "vda", 30 * GIB, oli).message


def test_who_comes_back_bigger_than_their_size_gets_the_size_that_it_is(vm: VM) -> None:
    for facts, slug in (
        ({"vcpus": 1, "memory": 2 * GIB}, "small"),
        ({"vcpus": 1, "memory": GIB}, "small"),
        ({"vcpus": 4, "memory": 8 * GIB}, "large"),
        ({"vcpus": 3, "memory": 3 * GIB}, "custom"),
        ({"vcpus": 1, "memory": 2 * GIB, "max_memory": 16 * GIB}, "custom"),
    ):
        VM.objects.update(**{"size": "small", "max_memory": 0} | facts)
        name_size(vm.pk)
        vm.refresh_from_db()
        assert vm.size == slug, facts


def test_a_disk_in_a_full_pool_or_used_elsewhere_on_shared_storage_stays(
    vm: VM, host: Host, oli: User
) -> None:
    facts: dict[str, Any] = {"name": "default", "kind": "dir", "active": True, "capacity": GIB}
    StoragePool.objects.create(host=host, uuid=host.uuid, **facts)
    assert "no room left" in refused(request_growth, vm, "vda", 30 * GIB, oli).message
    StoragePool.objects.update(available=GIB)
    assert room_hint(vm, "vda", 10 * GIB).startswith("Its pool has 1 GiB left")
    other = make_vm("other", disks=[disk("web01")])
    assert other.host_id != host.pk
    StoragePool.objects.update(is_shared=True)
    assert "Another machine" in refused(request_growth, vm, "vda", 30 * GIB, oli).message
    other.delete()
    request_growth(vm, "vda", 30 * GIB, oli)
