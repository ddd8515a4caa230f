"""Accounts of programs: who makes them, how far they reach, and that they never sign in."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts import services as people
from accounts.access import ActionRefused, Capability, allows, audiences_for
from accounts.in_teams import teams_where
from accounts.models import ApiToken, Grant, Membership, Role, SiteRole, Team, User
from accounts.services import create_token, find_token
from jobs.models import AuditEntry
from quotas.models import Limit, Resource
from quotas.services import usage
from teams.services import members, roles, teams
from teams.services import service_accounts as services
from tests.factories import make_vm
from vms.access import list_vms
from vms.services.create import team_for


@pytest.fixture
def team(ada: User, oli: User, vera: User) -> Team:
    """A team that Oli owns and in which Vera is a member."""
    team = teams.create_team("Web", "", ada)
    members.add_member(team, oli, Role.OWNER, ada)
    members.add_member(team, vera, Role.MEMBER, oli)
    return team


@pytest.fixture
def bot(team: Team, oli: User) -> User:
    return services.create(team, "terraform-ci", Role.MEMBER, oli)


def key_of(bot: User, by: User, **more: Any) -> str:
    wanted: dict[str, Any] = {"scope": "write", "days": 30, **more}
    return services.make_token(bot, by, "nightly", **wanted).key


def ask(key: str, method: str, path: str, **options: Any) -> Any:
    return Client().generic(
        method,
        f"/api/v1{path}",
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
        **options,
    )


def test_it_acts_for_its_team_by_token_and_is_called_a_service(
    team: Team, bot: User, oli: User
) -> None:
    vm = make_vm("web01", team=team)
    key = key_of(bot, oli)
    assert ApiToken.objects.get(user=bot).token_hash != key
    assert [row["name"] for row in ask(key, "GET", "/vms").json()["items"]] == ["web01"]
    assert ApiToken.objects.get(user=bot).last_used_at is not None
    assert (bot.username, bot.display_name) == (
        "service:web/terraform-ci",
        "terraform-ci (service)",
    )
    assert allows(bot, Capability.VM_OPERATE, vm)
    lines = AuditEntry.objects.filter(action__startswith="team.service").values_list(
        "action", "target_name"
    )
    assert set(lines) == {("team.service_create", "Web"), ("team.service_token", "Web")}
    assert key not in str(list(AuditEntry.objects.values_list("detail", flat=True)))


def test_only_who_manages_the_team_makes_them(team: Team, bot: User, vera: User, sam: User) -> None:
    for person in (vera, sam):
        with pytest.raises(PermissionDenied):
            services.create(team, "mine", Role.VIEWER, person)
        with pytest.raises(PermissionDenied):
            key_of(bot, person)
        with pytest.raises(PermissionDenied):
            services.delete(bot, person)


def test_no_role_and_no_token_above_the_giver(team: Team, ada: User, oli: User, vera: User) -> None:
    strong = services.create(team, "strong", Role.OWNER, oli)
    people_role = roles.save_role(None, "People", "", ["team.manage"], ada)
    members.change_role(team, vera, people_role.slug, ada)
    vera = User.objects.get(pk=vera.pk)
    for deed in (
        lambda: services.create(team, "mine", Role.MEMBER, vera),
        lambda: services.change(strong, vera, name="other"),
        lambda: services.set_active(strong, False, vera),
        lambda: key_of(strong, vera),
    ):
        with pytest.raises(ActionRefused) as refusal:
            deed()
        assert refusal.value.code == "role-above"
    with pytest.raises(ActionRefused):
        services.change(services.create(team, "weak", Role.VIEWER, vera), vera, role=Role.OWNER)


def test_a_narrowed_token_gives_nothing_beyond_itself(team: Team, bot: User, oli: User) -> None:
    oli.limited_to = frozenset({"team.manage", "team.view", "vm.view"})
    with pytest.raises(ActionRefused) as refusal:
        services.create(team, "mine", Role.OWNER, oli)
    assert refusal.value.code == "role-above"
    with pytest.raises(ActionRefused):
        key_of(bot, oli)
    viewer = services.create(team, "looker", Role.VIEWER, oli)
    services.make_token(viewer, oli, "look", scope="read", days=7)
    kept = ApiToken.objects.get(user=viewer).capabilities
    assert set(kept) == {"team.manage", "team.view", "vm.view"}  # never more than the giver's token


def test_a_program_makes_no_programs_and_no_keys(team: Team, oli: User) -> None:
    strong = services.create(team, "strong", Role.OWNER, oli)
    key = key_of(strong, oli)
    assert ask(key, "POST", "/tokens", data='{"name": "again"}').status_code == 403
    home = f"/teams/{team.pk}/service-accounts"
    assert ask(key, "POST", home, data='{"name": "child"}').status_code == 403
    tokens = f"{home}/{strong.pk}/tokens"
    assert ask(key, "POST", tokens, data='{"name": "again"}').status_code == 403
    with pytest.raises(ActionRefused):
        create_token(strong, "again")


def test_rights_of_a_token_are_those_of_the_role(bot: User, oli: User) -> None:
    with pytest.raises(ActionRefused) as refusal:
        key_of(bot, oli, capabilities=["vm.delete"])
    assert refusal.value.code == "invalid"
    key = key_of(bot, oli, capabilities=["vm.view"])
    found = find_token(key)
    assert found is not None
    assert found.capabilities == ["vm.view"]


def test_it_reaches_nothing_outside_its_team(team: Team, bot: User, ada: User, oli: User) -> None:
    other = teams.create_team("Lab", "", ada)
    strange, own = make_vm("lab01", team=other), make_vm("own01", owner=bot)
    Grant.objects.create(user=bot, kind="vm", object_id=strange.pk, role=Role.OWNER)
    Membership.objects.create(user=bot, team=other, role=Role.OWNER)
    User.objects.filter(pk=bot.pk).update(is_superuser=True, site_role=SiteRole.AUDITOR)
    bot.refresh_from_db()
    for vm in (strange, own):
        assert not allows(bot, Capability.VM_VIEW, vm)
    assert not list_vms(bot).exists()
    assert list(teams_where(bot, Capability.TEAM_VIEW)) == [team]
    assert f"vm-{strange.pk}" not in audiences_for(bot)
    key = key_of(bot, oli)
    assert ask(key, "GET", f"/vms/{strange.pk}").status_code == 404
    assert ask(key, "GET", f"/teams/{other.pk}").status_code == 404
    assert ask(key, "GET", "/hosts").status_code == 403
    assert ask(key, "GET", "/users").status_code == 403


def test_it_makes_machines_of_its_team_only(team: Team, bot: User, ada: User) -> None:
    other = teams.create_team("Lab", "", ada)
    assert team_for(None, bot) == team
    with pytest.raises(ActionRefused):
        team_for(other.pk, bot)
    with pytest.raises(ActionRefused) as refusal:
        members.add_member(other, bot, Role.MEMBER, ada)
    assert refusal.value.code == "service-account"


def test_its_machines_count_like_a_members(team: Team, bot: User) -> None:
    make_vm("web01", team=team, owner=bot, vcpus=3)
    Limit.objects.create(team=team, each=True, resource=Resource.VCPUS, amount=4)
    line = next(one for one in usage(team, bot) if one.resource == Resource.VCPUS)
    assert (line.used, line.limit) == (3, 4)


def test_disabling_deleting_and_the_teams_end_kill_tokens_at_once(
    team: Team, bot: User, ada: User, oli: User
) -> None:
    key = key_of(bot, oli)
    services.set_active(bot, False, oli)
    assert ask(key, "GET", "/me").status_code == 401
    services.set_active(bot, True, oli)
    assert ask(key, "GET", "/me").json()["is_service"]
    vm = make_vm("web01", team=team, owner=bot)
    services.delete(bot, oli)
    assert ask(key, "GET", "/me").status_code == 401
    vm.refresh_from_db()
    assert (vm.owner, vm.team) == (None, team)
    again = key_of(services.create(team, "terraform-ci", Role.MEMBER, oli), oli)
    vm.delete()
    teams.delete_team(team, ada)
    assert ask(again, "GET", "/me").status_code == 401
    assert not User.objects.filter(username__startswith="service:").exists()


def test_a_role_taken_away_counts_at_once(bot: User, oli: User) -> None:
    vm = make_vm("web01", team=bot.service_team)
    services.change(bot, oli, role=Role.VIEWER, name="watcher")
    assert not allows(bot, Capability.VM_OPERATE, vm)
    assert bot.username == "service:web/watcher"
    told = AuditEntry.objects.get(action="team.service_change").detail
    assert (told["before"]["role"], told["after"]["role"]) == ("member", "viewer")


def test_names_are_had_once_and_have_letters(team: Team, bot: User, oli: User) -> None:
    for name, code in (("Terraform CI", "name-taken"), ("///", "invalid"), ("x" * 41, "invalid")):
        with pytest.raises(ActionRefused) as refusal:
            services.create(team, name, Role.VIEWER, oli)
        assert refusal.value.code == code


def test_a_program_does_not_keep_a_team_managed(team: Team, oli: User) -> None:
    services.create(team, "strong", Role.OWNER, oli)
    with pytest.raises(ActionRefused) as refusal:
        members.remove_member(team, oli, oli)
    assert refusal.value.code == "last-owner"


def test_it_is_no_member_administrator_or_auditor(team: Team, bot: User, ada: User) -> None:
    for deed in (
        lambda: people.set_admin(bot, True, by=ada),
        lambda: people.set_auditor(bot, True, by=ada),
        lambda: people.reset_password(bot, by=ada),
        lambda: members.remove_member(team, bot, ada),
        lambda: members.change_role(team, bot, Role.OWNER, ada),
    ):
        with pytest.raises(ActionRefused):
            deed()


def test_the_page_makes_shows_once_and_revokes(team: Team, oli: User) -> None:
    client = Client()
    client.force_login(oli)
    client.post(reverse("teams:service-new", args=["web"]), {"name": "ci", "role": "operator"})
    bot = User.objects.get(service_team=team)
    form = {"name": "nightly", "scope": "write", "days": "30"}
    made = client.post(reverse("teams:service-token", args=["web", bot.pk]), form)
    assert 'id="new-token">gh_' in made.content.decode()
    page = client.get(reverse("teams:services", args=["web"])).content.decode()
    assert "nightly" in page
    assert 'id="new-token"' not in page
    token = ApiToken.objects.get(user=bot)
    client.post(reverse("teams:service-revoke", args=["web", bot.pk, token.pk]))
    assert not bot.api_tokens.exists()
    change = {"name": "ci-2", "role": "viewer"}
    client.post(reverse("teams:service-change", args=["web", bot.pk]), change)
    client.post(reverse("teams:service-act", args=["web", bot.pk, "disable"]))
    bot.refresh_from_db()
    assert (bot.first_name, bot.is_active, services.role_of(bot)) == ("ci-2", False, "viewer")
    wrong = client.post(reverse("teams:service-new", args=["web"]), {"name": "ci-2", "role": "x"})
    assert wrong.status_code == 400
    client.post(reverse("teams:service-act", args=["web", bot.pk, "delete"]))
    assert not User.objects.filter(service_team=team).exists()


def test_the_page_is_for_who_manages_the_team(bot: User, vera: User, sam: User) -> None:
    for person, status in ((vera, 403), (sam, 404)):
        client = Client()
        client.force_login(person)
        assert client.get(reverse("teams:services", args=["web"])).status_code == status
        act = reverse("teams:service-act", args=["web", bot.pk, "delete"])
        assert client.post(act).status_code == status


def test_another_teams_account_is_not_there(team: Team, bot: User, ada: User, oli: User) -> None:
    other = teams.create_team("Lab", "", ada)
    members.add_member(other, oli, Role.OWNER, ada)
    client = Client()
    client.force_login(oli)
    answer = client.post(reverse("teams:service-act", args=["lab", bot.pk, "delete"]))
    assert answer.status_code == 404
    assert User.objects.filter(pk=bot.pk).exists()


def test_by_the_api_from_making_to_deleting(team: Team, oli: User, vera: User) -> None:
    key = create_token(oli, "mine").key
    home = f"/teams/{team.pk}/service-accounts"
    made = ask(key, "POST", home, data='{"name": "ci", "role": "operator"}')
    assert made.status_code == 201, made.content
    one = f"{home}/{made.json()['id']}"
    token = ask(key, "POST", f"{one}/tokens", data='{"name": "nightly", "days": 3}').json()
    assert ask(token["token"], "GET", "/me").json()["username"] == "service:web/ci"
    assert "token" not in ask(key, "GET", f"{one}/tokens").json()["items"][0]
    changed = ask(key, "PATCH", one, data='{"role": "viewer", "is_active": false}').json()
    assert (changed["role"], changed["is_active"], changed["name"]) == ("viewer", False, "ci")
    assert ask(key, "GET", home).json()["total"] == 1
    assert ask(key, "DELETE", f"{one}/tokens/{token['id']}").status_code == 204
    assert ask(key, "DELETE", one).status_code == 204
    assert ask(create_token(vera, "x").key, "GET", home).status_code == 403
    members_told = ask(key, "GET", f"/teams/{team.pk}/members").json()
    assert {row["username"] for row in members_told["items"]} == {"oli", "vera"}
