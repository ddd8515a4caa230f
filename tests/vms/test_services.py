"""Who may ask for what, and what becomes of it: one job, or a sentence."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.access import ActionRefused, Capability
from accounts.models import Membership, Role, Team, User
from hosts.models import HostState
from jobs.models import AuditEntry, Job, JobState
from jobs.services import create_job, request_cancel
from quotas.models import Limit, Resource
from quotas.services import QuotaExceeded
from tests.factories import make_host, make_vm
from vms.access import get_vm
from vms.busy import attach_jobs
from vms.models import VM, Tag
from vms.rules import can
from vms.services.bulk import request_bulk
from vms.services.labels import set_description, set_owner, set_protected, set_tags
from vms.services.lifecycle import request_autostart, request_delete, request_rename
from vms.services.power import request_power


@pytest.fixture
def team(oli: User, vera: User) -> Team:
    """A team of oli's, in which vera may only look."""
    team = Team.objects.create(name="Web", slug="web")
    Membership.objects.create(user=oli, team=team, role=Role.MEMBER)
    Membership.objects.create(user=vera, team=team, role=Role.VIEWER)
    return team


@pytest.fixture
def vm(oli: User, team: Team) -> VM:
    """A running machine of oli's and the team's."""
    return make_vm("web01", owner=oli, team=team, state="running")


def test_power_action_becomes_a_job(vm: VM, oli: User) -> None:
    job = request_power(vm, "pause", oli)
    assert (job.kind, job.target_id, job.host_id) == ("vm.pause", vm.pk, vm.host_id)
    assert set(job.audiences) == {
        "admins",
        f"vm-{vm.pk}",
        f"user-{oli.pk}",
        f"team-{vm.team_id}",
    }
    attach_jobs([vm])
    assert vm.shown_state == "pausing"


def test_second_action_is_refused_with_the_first_job(vm: VM, oli: User) -> None:
    first = request_power(vm, "pause", oli)
    with pytest.raises(ActionRefused) as caught:
        request_power(vm, "force_off", oli)
    assert (caught.value.status, caught.value.code) == (409, "busy")
    assert caught.value.extra["job"] == first
    assert Job.objects.count() == 1


def test_viewer_may_not_and_stranger_may_not(vm: VM, vera: User, sam: User) -> None:
    for person in (vera, sam):
        with pytest.raises(PermissionDenied):
            request_power(vm, "pause", person)
    assert not Job.objects.exists()


def test_fetching_is_authorising(vm: VM, oli: User, vera: User, sam: User) -> None:
    assert get_vm(oli, vm.pk, Capability.VM_OPERATE) == vm
    assert get_vm(vera, vm.pk, Capability.VM_VIEW) == vm
    with pytest.raises(PermissionDenied):
        get_vm(vera, vm.pk, Capability.VM_OPERATE)
    with pytest.raises(Http404):
        get_vm(sam, vm.pk, Capability.VM_VIEW)
    with pytest.raises(Http404):
        get_vm(oli, vm.pk + 999, Capability.VM_VIEW)


def test_wrong_state_and_lost_host_are_refused_before_a_job(oli: User) -> None:
    off = make_vm("off01", owner=oli, state="off")
    with pytest.raises(ActionRefused) as caught:
        request_power(off, "pause", oli)
    assert caught.value.code == "wrong-state"
    lost = make_vm("lost", owner=oli, host=make_host(state=HostState.UNREACHABLE))
    with pytest.raises(ActionRefused) as caught:
        request_power(lost, "pause", oli)
    assert caught.value.status == 503
    assert not Job.objects.exists()


def test_same_key_asks_once(vm: VM, oli: User) -> None:
    first = request_power(vm, "reset", oli, idempotency_key="a")
    Job.objects.filter(pk=first.pk).update(state=JobState.SUCCEEDED)
    again = request_power(vm, "reset", oli, idempotency_key="a")
    assert again == first


def test_unknown_power_action_is_a_bad_value(vm: VM, oli: User) -> None:
    with pytest.raises(ActionRefused) as caught:
        request_power(vm, "delete", oli)
    assert caught.value.status == 400


def test_rename_needs_a_free_plain_name(oli: User) -> None:
    vm = make_vm("web01", owner=oli, state="off")
    make_vm("taken", owner=oli)
    for name in ("web01", "taken", "TAKEN", "", "a b", "-rf", "a/b", "x" * 64, "a..b"):
        with pytest.raises(ActionRefused) as caught:
            request_rename(vm, name, oli)
        assert caught.value.status == 400, name
        assert "name" in caught.value.extra["fields"]
    assert request_rename(vm, "web02", oli).params == {"name": "web02"}


def test_deleting_disks_needs_the_name_typed(oli: User) -> None:
    vm = make_vm("web01", owner=oli, state="off")
    with pytest.raises(ActionRefused) as caught:
        request_delete(vm, oli, with_disks=True, confirm_name="web1")
    assert caught.value.extra["fields"].keys() == {"confirm"}
    assert request_delete(vm, oli, with_disks=True, confirm_name="web01").params["with_disks"]


def test_protected_machine_is_not_deleted(oli: User) -> None:
    vm = make_vm("web01", owner=oli, state="off")
    set_protected(vm, True, oli)
    with pytest.raises(ActionRefused) as caught:
        request_delete(vm, oli)
    assert caught.value.code == "protected"
    set_protected(vm, False, oli)
    assert request_delete(vm, oli).kind == "vm.delete"


def test_member_may_edit_but_not_delete(vm: VM, team: Team, sam: User) -> None:
    Membership.objects.create(user=sam, team=team, role=Role.MEMBER)
    assert request_autostart(vm, True, sam).params == {"on": True}
    with pytest.raises(PermissionDenied):
        set_protected(vm, True, sam)
    vm.state = "off"
    with pytest.raises(PermissionDenied):
        request_delete(vm, sam)


def test_tags_are_cleaned_and_unused_ones_vanish(vm: VM, oli: User) -> None:
    assert set_tags(vm, ["prod ", "eu  west", "prod"], oli) == ["eu west", "prod"]
    assert set_tags(vm, ["prod"], oli) == ["prod"]
    assert list(Tag.objects.values_list("name", flat=True)) == ["prod"]
    rev = vm.rev
    for bad in (["a,b"], ["!not"], [" "], ["x" * 41], ["\x00"], [str(n) for n in range(21)]):
        with pytest.raises(ActionRefused) as caught:
            set_tags(vm, bad, oli)
        assert caught.value.status == 400
    vm.refresh_from_db()
    assert vm.rev == rev
    assert AuditEntry.objects.filter(action="vm.tag").count() == 2


def test_viewer_may_not_label(vm: VM, vera: User) -> None:
    with pytest.raises(PermissionDenied):
        set_tags(vm, ["x"], vera)
    with pytest.raises(PermissionDenied):
        set_description(vm, "x", vera)


def test_only_admins_hand_machines_over_and_the_old_owner_loses_it(
    vm: VM, ada: User, oli: User, sam: User, heard: list[dict[str, Any]]
) -> None:
    with pytest.raises(PermissionDenied):
        set_owner(vm, sam, oli)
    heard.clear()
    old_team = vm.team_id
    set_owner(vm, sam, ada)
    assert f"user-{oli.pk}" not in heard[0]["audiences"]
    assert heard[1]["facts"] == {"gone": True, "name": "web01"}
    assert set(heard[1]["audiences"]) == {f"user-{oli.pk}", f"team-{old_team}"}
    assert VM.objects.allowing(oli, Capability.VM_VIEW).count() == 0


def test_a_machine_is_not_handed_to_a_team_that_has_no_room(vm: VM, ada: User, sam: User) -> None:
    """Also by an administrator: the limit is what they raise. What is theirs stays as it is."""
    full = Team.objects.create(name="Full", slug="full")
    Membership.objects.create(user=sam, team=full, role=Role.MEMBER)
    make_vm("theirs", team=full, owner=sam)
    limit = Limit.objects.create(team=full, resource=Resource.MACHINES, amount=1)
    before = vm.team
    with pytest.raises(QuotaExceeded) as caught:
        set_owner(vm, None, ada, team=full)
    assert caught.value.extra["resources"][0]["resource"] == "machines"
    vm.refresh_from_db()
    assert vm.team == before
    limit.delete()
    for_each = Limit.objects.create(team=full, each=True, resource=Resource.MACHINES, amount=1)
    with pytest.raises(QuotaExceeded):
        set_owner(vm, sam, ada, team=full)
    set_owner(vm, None, ada, team=full)
    assert vm.team == full
    for_each.delete()
    Limit.objects.create(team=full, resource=Resource.MACHINES, amount=2)
    set_owner(vm, sam, ada, team=full)  # within the team, which has no more room
    assert vm.owner == sam


def test_bulk_gives_each_its_own_answer(oli: User, sam: User) -> None:
    vms = [
        make_vm("a", owner=oli, state="off"),
        make_vm("b", owner=oli, state="running"),
        make_vm("c", owner=sam, state="off"),
    ]
    good, wrong, foreign = request_bulk(vms, "start", oli)
    assert good.job is not None
    assert wrong.refusal is not None
    assert wrong.refusal.code == "wrong-state"
    assert foreign.refusal is not None
    assert foreign.refusal.status == 403
    with pytest.raises(ActionRefused):
        request_bulk(vms, "rename", oli)


def test_jobs_of_a_whole_list_are_one_query(oli: User, django_assert_num_queries: Any) -> None:
    host = make_host()
    vms = [make_vm(owner=oli, host=host) for _n in range(5)]
    request_power(vms[2], "pause", oli)
    with django_assert_num_queries(1):
        attach_jobs(vms)
    assert [vm.active_job is not None for vm in vms] == [False, False, True, False, False]
    assert can(vms[2], "reset") is not None


def test_change_of_a_job_is_announced_on_its_machine(
    vm: VM, oli: User, heard: list[dict[str, Any]]
) -> None:
    request_power(vm, "shutdown", oli)
    assert heard[-1]["facts"]["state"] == "shutting_down"
    assert heard[-1]["facts"]["job"]["kind"] == "vm.shutdown"
    rev = heard[-1]["rev"]
    job = Job.objects.get()
    request_cancel(job, oli)
    assert heard[-1]["facts"]["state"] == "running"
    assert heard[-1]["rev"] == rev + 1


def test_machine_that_was_never_made_vanishes_with_its_cancelled_job(
    oli: User, heard: list[dict[str, Any]]
) -> None:
    vm = make_vm("new", owner=oli, is_made=False, state="off")
    job = create_job(
        "vm.create",
        target_kind="vm",
        target_id=vm.pk,
        target_name=vm.name,
        actor=oli,
        audiences=vm.audiences,
    )
    assert heard[-1]["facts"]["state"] == "creating"
    request_cancel(job, oli)
    assert not VM.objects.exists()
    assert heard[-1]["facts"]["gone"] is True
