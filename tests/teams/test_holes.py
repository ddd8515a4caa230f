"""What must not be a way in, and what must not go unrecorded."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.access import ActionRefused
from accounts.models import Membership, Team, User
from jobs.models import AuditEntry
from teams.services import invitations, members, teams


@pytest.fixture
def team(ada: User, oli: User, vera: User) -> Team:
    """A team with two owners."""
    team = teams.create_team("Web", "", ada)
    members.add_member(team, oli, "owner", ada)
    members.add_member(team, vera, "owner", ada)
    return team


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("how", ["removed", "demoted", "locked"])
def test_a_link_is_over_when_its_maker_may_no_longer_make_it(
    how: str, team: Team, ada: User, oli: User, vera: User, sam: User
) -> None:
    _row, key = invitations.invite(team, "", "owner", vera)
    assert invitations.find(key)
    if how == "removed":
        members.remove_member(team, vera, oli)
    elif how == "demoted":
        members.change_role(team, vera, "viewer", oli)
    else:
        services.set_active(vera, False, by=ada)
    assert invitations.find(key) is None
    with pytest.raises(ActionRefused):
        invitations.accept(key, sam)


@pytest.mark.parametrize("owing", ["password", "factor"])
def test_who_is_not_wholly_signed_in_joins_nothing(
    owing: str, team: Team, oli: User, sam: User
) -> None:
    _row, key = invitations.invite(team, "", "member", oli)
    if owing == "password":
        User.objects.filter(pk=sam.pk).update(must_change_password=True)
    else:
        strict = Team.objects.create(name="Safe", slug="safe", needs_second_factor=True)
        Membership.objects.create(team=strict, user=sam, role="viewer")
    client = signed_in(sam)
    assert client.post(reverse("teams:join", args=[key])).status_code == 302
    assert not Membership.objects.filter(team=team, user=sam).exists()
    assert invitations.find(key)


@pytest.mark.parametrize(
    "verb", ["lock", "unlock", "promote", "demote", "reset-password", "sign-out"]
)
def test_what_is_done_to_a_person_is_recorded(verb: str, ada: User, oli: User) -> None:
    signed_in(ada).post(reverse("accounts_user_action", args=[oli.pk, verb]))
    line = AuditEntry.objects.get(action=f"user.{verb.replace('-', '_')}")
    assert (line.target_kind, line.target_id) == ("user", oli.pk)


def test_a_refused_change_is_not_recorded_as_done(ada: User) -> None:
    signed_in(ada).post(reverse("accounts_user_action", args=[ada.pk, "demote"]))
    assert not AuditEntry.objects.filter(action="user.demote").exists()


def test_new_people_and_tokens_are_recorded_without_keys(ada: User) -> None:
    client = signed_in(ada)
    client.post(reverse("accounts_user_new"), {"username": "mina", "is_superuser": "on"})
    assert AuditEntry.objects.get(action="user.create").detail == {"is_admin": True}
    answer = client.post(reverse("accounts_tokens"), {"name": "ci", "scope": "read", "days": 7})
    line = AuditEntry.objects.get(action="token.create")
    assert line.detail["token"] == "ci"
    assert answer.context["made"].key not in str(line.detail)
