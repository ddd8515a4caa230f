"""One machine shared with one person: by whom, with whom, as what, until when, and then no more."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from accounts import services as people
from accounts.access import ActionRefused, Capability, allows, audiences_for
from accounts.models import (
    CustomRole,
    Grant,
    Membership,
    Role,
    RoleCapability,
    SiteRole,
    Team,
    User,
)
from accounts.sign_in import policy
from jobs.models import AuditEntry
from jobs.notices import noticed
from quotas.models import Limit, Resource
from tests.factories import make_host, make_vm
from vms.access import get_vm, list_vms
from vms.models import VM
from vms.sharing import rules, services
from vms.sharing.services import change, end_expired, share, take_away

DAY = timedelta(days=1)


@pytest.fixture
def heard() -> Iterator[list[tuple[int, ...]]]:
    """Who is told something, in order."""
    told: list[tuple[int, ...]] = []

    def listen(notice: Any, **_kwargs: object) -> None:
        told.append(notice.user_ids)

    noticed.connect(listen, weak=False)
    yield told
    noticed.disconnect(listen)


@pytest.fixture
def web(oli: User) -> VM:
    return make_vm("web01", owner=oli)


@pytest.fixture
def lab(oli: User, vera: User) -> Team:
    """A team that oli owns and where vera may look."""
    team = Team.objects.create(name="Lab", slug="lab")
    Membership.objects.create(user=oli, team=team, role=Role.OWNER)
    Membership.objects.create(user=vera, team=team, role=Role.VIEWER)
    return team


def last() -> AuditEntry:
    found = AuditEntry.objects.order_by("-seq").first()
    assert found is not None
    return found


@pytest.mark.django_db(transaction=True)
def test_the_owner_shares_changes_and_takes_away(
    oli: User, sam: User, heard: list[tuple[int, ...]]
) -> None:
    web = make_vm("web01", owner=oli)
    share(web, sam, Role.VIEWER, oli)
    assert [vm.name for vm in list_vms(sam)] == ["web01"]
    assert not allows(sam, Capability.VM_OPERATE, web)
    assert (last().action, last().target_id) == ("vm.grant", web.pk)
    assert last().detail["after"] == {"role": "viewer", "until": ""}

    until = timezone.now() + DAY
    change(web, sam, Role.OPERATOR, oli, until=until)
    assert get_vm(sam, web.pk, Capability.VM_CONSOLE)
    assert last().action == "vm.grant_change"
    assert last().detail["before"] == {"role": "viewer", "until": ""}
    assert last().detail["after"]["role"] == "operator"

    take_away(web, sam, oli)
    assert not list_vms(sam)
    assert last().action == "vm.grant_remove"
    assert last().detail["person"] == "sam"
    assert heard == [(sam.pk,)] * 3


def test_what_is_given_stands_until_its_end(oli: User, sam: User, web: VM) -> None:
    share(web, sam, Role.OPERATOR, oli, until=timezone.now() + DAY)
    assert f"vm-{web.pk}" in audiences_for(sam)
    Grant.objects.update(expires_at=timezone.now())
    assert not list_vms(sam)
    assert f"vm-{web.pk}" not in audiences_for(sam)
    with pytest.raises(Http404):
        get_vm(sam, web.pk, Capability.VM_VIEW)


@pytest.mark.django_db(transaction=True)
def test_an_end_that_came_is_told_once(oli: User, sam: User, heard: list[tuple[int, ...]]) -> None:
    web = make_vm("web01", owner=oli)
    share(web, sam, Role.OPERATOR, oli, until=timezone.now() + DAY)
    heard.clear()
    end_expired(timezone.now())
    assert Grant.objects.exists()
    end_expired(timezone.now() + 2 * DAY)
    end_expired(timezone.now() + 2 * DAY)
    assert not Grant.objects.exists()
    assert heard == [(sam.pk,)]
    assert AuditEntry.objects.filter(action="vm.grant_end").count() == 1


def test_what_ran_out_can_be_given_anew(oli: User, sam: User, web: VM) -> None:
    share(web, sam, Role.OPERATOR, oli, until=timezone.now() + DAY)
    Grant.objects.update(expires_at=timezone.now())
    share(web, sam, Role.VIEWER, oli)
    assert Grant.objects.get().expires_at is None


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.MEMBER])
def test_who_does_not_own_it_cannot_share_it(oli: User, vera: User, sam: User, role: str) -> None:
    team = Team.objects.create(name="Lab", slug="lab")
    Membership.objects.create(user=vera, team=team, role=role)
    web = make_vm("web01", team=team, owner=oli)
    with pytest.raises(PermissionDenied):
        share(web, sam, Role.VIEWER, vera)
    share(web, sam, Role.VIEWER, make_admin())
    with pytest.raises(PermissionDenied):
        change(web, sam, Role.OPERATOR, vera)
    with pytest.raises(PermissionDenied):
        take_away(web, sam, vera)


def make_admin() -> User:
    return User.objects.create_superuser("root", password="an-old-lighthouse-7")


def test_owners_of_the_team_and_the_machines_person_may_share(
    oli: User, vera: User, sam: User, lab: Team
) -> None:
    """Whatever role a person has in the team, their own machine is theirs to share."""
    for number, (owner, by) in enumerate(((None, oli), (vera, vera), (sam, oli))):
        vm = make_vm(f"m{number}", team=lab, owner=owner)
        kim = User.objects.create_user(f"kim{number}")
        share(vm, kim, Role.OPERATOR, by)
        assert allows(kim, Capability.VM_CONSOLE, vm)
    foreign = make_vm("m9", team=lab, owner=sam)  # who is not in the team has nothing there
    with pytest.raises(PermissionDenied):
        share(foreign, vera, Role.VIEWER, sam)


def test_nobody_gives_more_than_they_have(oli: User, vera: User, sam: User, web: VM) -> None:
    sharer = CustomRole.objects.create(slug="sharer", name="Sharer")
    for capability in ("vm.view", "team.view", "vm.operate", "vm.grant"):
        RoleCapability.objects.create(role=sharer, capability=capability)
    share(web, vera, "sharer", oli)
    assert rules.roles_for(web, vera).keys() == {"viewer", "sharer"}
    for role in (Role.OPERATOR, Role.OWNER):
        with pytest.raises(ActionRefused) as refused:
            share(web, sam, role, vera)
        assert (refused.value.code, refused.value.status) == ("role-above", 403)
    share(web, sam, Role.VIEWER, vera)
    change(web, sam, Role.OPERATOR, oli)
    for deed in (lambda: change(web, sam, Role.VIEWER, vera), lambda: take_away(web, sam, vera)):
        with pytest.raises(ActionRefused):
            deed()
    with pytest.raises(ActionRefused):
        change(web, vera, Role.OWNER, vera)


def test_a_narrowed_token_gives_no_more_than_it_names(oli: User, sam: User, web: VM) -> None:
    oli.limited_to = frozenset({"vm.view", "vm.grant"})
    with pytest.raises(ActionRefused):
        share(web, sam, Role.OPERATOR, oli)
    share(web, sam, Role.VIEWER, oli)


def test_a_role_on_one_machine_gives_nothing_else(oli: User, sam: User, lab: Team) -> None:
    web, other = make_vm("web01", team=lab), make_vm("db01", team=lab)
    share(web, sam, Role.OWNER, oli)
    assert allows(sam, Capability.VM_DELETE, web)
    assert allows(sam, Capability.VM_GRANT, web)
    assert not allows(sam, Capability.VM_VIEW, other)
    for capability in (Capability.TEAM_VIEW, Capability.TEAM_MANAGE, Capability.VM_CREATE):
        assert not allows(sam, capability, lab)
    assert not allows(sam, Capability.VM_CREATE, web)
    assert not list_vms(sam, Capability.VM_CREATE)


@pytest.mark.parametrize(
    ("text", "found"),
    [("sam", True), ("SAM", True), (" sam ", True), ("Sam@Example.net", True)]
    + [
        (text, False) for text in ("", "sa", "sam*", "example.net", "%", "gone", "robot", "two@b.c")
    ],
)
def test_people_are_found_by_their_whole_name_only(
    oli: User, sam: User, lab: Team, text: str, found: bool
) -> None:
    User.objects.filter(pk=sam.pk).update(email="sam@example.net")
    User.objects.create_user("gone", email="gone@example.net", is_active=False)
    User.objects.create_user("robot", service_team=lab)
    for name in ("ann", "ben"):
        User.objects.create_user(name, email="two@b.c")
    if found:
        assert rules.find_person(text) == sam
        return
    with pytest.raises(ActionRefused) as refused:
        rules.find_person(text)
    assert "person" in refused.value.extra["fields"]


def test_only_team_mates_are_offered_by_name(oli: User, vera: User, sam: User, lab: Team) -> None:
    assert rules.known_to(oli) == [vera]
    assert rules.known_to(sam) == []


def test_what_gives_nothing_is_refused_in_words(
    oli: User, vera: User, sam: User, lab: Team
) -> None:
    web = make_vm("web01", team=lab, owner=oli)
    root = make_admin()
    share(web, sam, Role.VIEWER, oli)
    for person, role, until, field, by in (
        (oli, Role.VIEWER, None, "person", oli),
        (oli, Role.OWNER, None, "person", root),
        (vera, Role.VIEWER, None, "person", oli),  # she sees it by the team
        (sam, Role.OPERATOR, None, "person", oli),  # he has it already
        (vera, "king", None, "role", oli),
        (vera, Role.OPERATOR, timezone.now() - DAY, "until", oli),
    ):
        with pytest.raises(ActionRefused) as refused:
            share(web, person, role, by, until=until)
        assert field in refused.value.extra["fields"], (person, role)
    share(web, vera, Role.OPERATOR, oli)
    assert allows(vera, Capability.VM_OPERATE, web)


def test_one_gives_up_what_one_was_given(oli: User, sam: User, web: VM) -> None:
    share(web, sam, Role.VIEWER, oli)
    take_away(web, sam, sam)
    assert not list_vms(sam)
    with pytest.raises(ActionRefused) as refused:
        take_away(web, sam, sam)
    assert refused.value.status == 404


def test_a_service_account_is_never_given_anything(oli: User, lab: Team, web: VM) -> None:
    robot = User.objects.create_user("robot", service_team=lab)
    with pytest.raises(ActionRefused):
        share(web, robot, Role.VIEWER, oli)


def test_what_is_deleted_takes_its_grants_along(oli: User, sam: User) -> None:
    host = make_host()
    machines = [make_vm(f"m{number}", owner=oli, host=host) for number in range(4)]
    for vm in machines:
        share(vm, sam, Role.VIEWER, oli)
    keys = [vm.pk for vm in machines]
    machines[0].delete()
    VM.objects.filter(pk=keys[1]).delete()
    assert set(Grant.objects.values_list("object_id", flat=True)) == set(keys[2:])
    host.delete()
    assert not Grant.objects.exists()


def test_who_is_deleted_leaves_no_grant_and_no_quota_behind(
    oli: User, sam: User, lab: Team, web: VM
) -> None:
    share(web, sam, Role.VIEWER, oli)
    Membership.objects.create(user=sam, team=lab, role=Role.MEMBER)
    for team in (None, lab):
        Limit.objects.create(team=team, user=sam, resource=Resource.VCPUS, amount=1)
    rest = Limit.objects.create(team=lab, resource=Resource.VCPUS, amount=9)
    sam.delete()
    assert not Grant.objects.exists()
    assert list(Limit.objects.all()) == [rest]


def test_who_is_locked_out_loses_what_was_shared_with_them(
    ada: User, oli: User, sam: User, web: VM
) -> None:
    share(web, sam, Role.VIEWER, oli)
    people.set_active(sam, False, by=ada)
    assert not Grant.objects.exists()
    assert last().detail["grants_ended"] == 1
    people.set_active(sam, True, by=ada)
    assert not list_vms(sam)


def test_who_gave_it_may_go(oli: User, sam: User, web: VM) -> None:
    root = make_admin()
    share(web, sam, Role.VIEWER, root)
    root.delete()
    assert list_vms(sam)
    assert Grant.objects.get().granted_by is None


def test_a_strict_teams_machine_asks_for_a_second_factor(oli: User, sam: User, lab: Team) -> None:
    web = make_vm("web01", team=lab)
    share(web, sam, Role.VIEWER, oli)
    assert policy.needing([sam]) == set()
    lab.needs_second_factor = True
    lab.save()
    assert policy.needing([sam]) == {sam.pk}
    take_away(web, sam, oli)
    assert policy.needing([sam]) == set()


def test_an_auditor_sees_and_shares_nothing(oli: User, vera: User, sam: User, web: VM) -> None:
    vera.site_role = SiteRole.AUDITOR
    vera.save()
    with pytest.raises(PermissionDenied):
        services.share(web, sam, Role.VIEWER, vera)
