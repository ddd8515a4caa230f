"""Teams: who comes in, as what, by whom, and who goes."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.access import ActionRefused, Capability, allows
from accounts.models import Grant, Membership, Role, Team, User
from jobs.models import AuditEntry
from teams.services import invitations, members, roles, teams
from tests.factories import make_vm
from vms.access import list_vms


@pytest.fixture
def team(ada: User, oli: User, vera: User) -> Team:
    """A team that Oli owns and Vera looks at."""
    team = teams.create_team("Web", "", ada)
    members.add_member(team, oli, Role.OWNER, ada)
    members.add_member(team, vera, Role.VIEWER, oli)
    return team


def test_only_administrators_make_teams(ada: User, oli: User) -> None:
    with pytest.raises(PermissionDenied):
        teams.create_team("Mine", "", oli)
    assert teams.create_team("New", "", ada).slug == "new-2"  # "new" is an address of ours


def test_a_name_is_had_once(ada: User, team: Team) -> None:
    with pytest.raises(ActionRefused) as refusal:
        teams.create_team("Web", "", ada)
    assert refusal.value.code == "name-taken"


def test_owners_bring_people_in_and_others_do_not(
    team: Team, oli: User, vera: User, sam: User
) -> None:
    with pytest.raises(PermissionDenied):
        members.add_member(team, sam, Role.VIEWER, vera)
    members.add_member(team, sam, Role.MEMBER, oli)
    assert allows(sam, Capability.VM_CREATE, team)
    with pytest.raises(ActionRefused) as refusal:
        members.add_member(team, sam, Role.MEMBER, oli)
    assert refusal.value.code == "member-already"


def test_nobody_gives_more_than_they_have(team: Team, ada: User, vera: User, sam: User) -> None:
    role = roles.save_role(None, "People", "", ["team.manage"], ada)
    members.change_role(team, vera, role.slug, ada)
    with pytest.raises(ActionRefused) as refusal:
        members.add_member(team, sam, Role.OWNER, vera)
    assert refusal.value.code == "role-above"
    members.add_member(team, sam, Role.VIEWER, vera)


def test_the_last_owner_stays(team: Team, oli: User) -> None:
    with pytest.raises(ActionRefused) as refusal:
        members.change_role(team, oli, Role.VIEWER, oli)
    assert refusal.value.code == "last-owner"
    with pytest.raises(ActionRefused):
        members.remove_member(team, oli, oli)
    assert Membership.objects.get(user=oli).role == Role.OWNER


def test_who_leaves_leaves_the_machines(team: Team, oli: User, vera: User) -> None:
    vm = make_vm("web01", team=team, owner=vera)
    assert list_vms(vera, Capability.VM_OPERATE).count() == 1
    members.remove_member(team, vera, oli)
    vm.refresh_from_db()
    assert (vm.owner, vm.team) == (None, team)
    assert not list_vms(vera).exists()


def test_a_team_with_machines_is_not_deleted(team: Team, ada: User) -> None:
    vm = make_vm("web01", team=team)
    with pytest.raises(ActionRefused) as refusal:
        teams.delete_team(team, ada)
    assert refusal.value.code == "not-empty"
    vm.delete()
    teams.delete_team(team, ada)
    assert not Team.objects.exists()


def test_every_change_is_in_the_record(team: Team, oli: User, vera: User) -> None:
    members.change_role(team, vera, Role.MEMBER, oli)
    teams.change_team(team, oli, approves_creation=True)
    change, roles_line = AuditEntry.objects.filter(target_kind="team")[:2]
    assert change.detail == {
        "before": {"approves_creation": False},
        "after": {"approves_creation": True},
    }
    assert roles_line.detail == {"person": "vera", "before": "viewer", "after": "member"}


def test_an_invitation_opens_once(team: Team, oli: User, sam: User) -> None:
    row, key = invitations.invite(team, "sam@example.net", Role.MEMBER, oli)
    assert key not in str(row.key_hash)
    assert invitations.accept(key, sam) == team
    assert Membership.objects.get(user=sam).role == Role.MEMBER
    with pytest.raises(ActionRefused) as refusal:
        invitations.accept(key, sam)
    assert refusal.value.code == "invitation-over"


def test_a_revoked_invitation_is_over(team: Team, oli: User, sam: User) -> None:
    row, key = invitations.invite(team, "", Role.MEMBER, oli)
    invitations.revoke(row, oli)
    assert invitations.find(key) is None
    with pytest.raises(ActionRefused):
        invitations.accept(key, sam)


def test_own_roles_hold_what_every_role_holds(ada: User, team: Team, sam: User) -> None:
    role = roles.save_role(None, "Console only", "", ["vm.console", "host.manage"], ada)
    assert roles.capabilities_of(role.slug) == {"vm.view", "team.view", "vm.console"}
    members.add_member(team, sam, role.slug, ada)
    vm = make_vm("web01", team=team)
    assert allows(sam, Capability.VM_CONSOLE, vm)
    assert not allows(sam, Capability.VM_OPERATE, vm)
    with pytest.raises(ActionRefused) as refusal:
        roles.delete_role(role, ada)
    assert refusal.value.code == "in-use"


@pytest.mark.parametrize(
    "rules",
    [
        {"name": "  "},
        {"name": None},
        {"approves_creation": None},
        {"lease_days": 30, "longest_lease_days": 7},
    ],
)
def test_rules_that_no_team_can_have_are_refused(
    team: Team, oli: User, rules: dict[str, object]
) -> None:
    with pytest.raises(ActionRefused) as refusal:
        teams.change_team(team, oli, **rules)
    assert refusal.value.status == 400
    team.refresh_from_db()
    assert team.name == "Web"


def test_a_team_has_a_name(ada: User) -> None:
    with pytest.raises(ActionRefused):
        teams.create_team("   ", "", ada)
    assert not Team.objects.exists()


def test_who_is_taken_out_loses_what_was_shared(team: Team, oli: User, vera: User) -> None:
    vm = make_vm("web01", team=team)
    Grant.objects.create(user=vera, kind="vm", object_id=vm.pk, role=Role.OPERATOR)
    members.remove_member(team, vera, oli)
    assert not list_vms(vera).exists()


def test_a_role_in_an_open_invitation_stays(team: Team, ada: User) -> None:
    role = roles.save_role(None, "Guests", "", [], ada)
    row, _key = invitations.invite(team, "", role.slug, ada)
    with pytest.raises(ActionRefused):
        roles.delete_role(role, ada)
    invitations.revoke(row, ada)
    roles.delete_role(role, ada)
