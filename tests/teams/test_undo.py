"""Undo after a role change and after taking somebody out."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Grant, Membership, Role, Team, User
from quotas.models import Limit
from teams.views.undoing import KEY
from tests.factories import make_vm

UNDO = "/teams/web/undo/"


@pytest.fixture
def team(oli: User, vera: User) -> Team:
    team = Team.objects.create(name="Web", slug="web")
    Membership.objects.create(user=oli, team=team, role=Role.OWNER)
    Membership.objects.create(user=vera, team=team, role=Role.VIEWER, source="ldap")
    return team


@pytest.fixture
def owner(client: Client, oli: User, team: Team) -> Client:
    client.force_login(oli)
    return client


def role_of(user: User) -> tuple[str, str]:
    row = Membership.objects.get(user=user)
    return row.role, row.source


def test_a_role_comes_back_and_the_directory_keeps_it_again(owner: Client, vera: User) -> None:
    answer = owner.post(
        reverse("teams:role", args=["web", vera.pk]), {"role": "operator"}, follow=True
    )
    assert f'data-undo="{UNDO}"' in answer.content.decode()
    assert role_of(vera) == ("operator", "")
    assert "is as before" in owner.post(UNDO, follow=True).content.decode()
    assert role_of(vera) == ("viewer", "ldap")


def test_who_was_taken_out_comes_back_with_machines_limits_and_grants(
    owner: Client, oli: User, vera: User, team: Team
) -> None:
    hers, taken, shared = (make_vm(name, team=team) for name in ("hers", "taken", "shared"))
    for vm in (hers, taken):
        vm.owner = vera
        vm.save()
    end = timezone.now() + timedelta(days=3)
    Grant.objects.create(
        user=vera, kind="vm", object_id=shared.pk, role=Role.OPERATOR, expires_at=end
    )
    Limit.objects.create(team=team, user=vera, resource="vcpus", amount=4)
    owner.post(reverse("teams:remove", args=["web", vera.pk]))
    assert not Membership.objects.filter(user=vera).exists()
    assert not Limit.objects.exists()
    taken.refresh_from_db()
    taken.owner = oli
    taken.save()
    owner.post(UNDO)
    assert role_of(vera) == ("viewer", "ldap")
    hers.refresh_from_db()
    taken.refresh_from_db()
    assert (hers.owner, taken.owner) == (vera, oli)
    assert Grant.objects.get(user=vera).expires_at == end
    assert Limit.objects.get().amount == 4


def test_it_is_undone_once(owner: Client, vera: User) -> None:
    owner.post(reverse("teams:remove", args=["web", vera.pk]))
    owner.post(UNDO)
    assert "nothing to undo" in owner.post(UNDO, follow=True).content.decode()
    assert owner.post(UNDO, headers={"X-Requested-With": "fetch"}).status_code == 204


def test_it_is_over_after_ten_minutes(owner: Client, vera: User) -> None:
    owner.post(reverse("teams:remove", args=["web", vera.pk]))
    session = owner.session
    session[KEY] |= {"until": 0}
    session.save()
    owner.post(UNDO)
    assert not Membership.objects.filter(user=vera).exists()


def test_rights_of_today_count(owner: Client, oli: User, vera: User, ada: User, team: Team) -> None:
    owner.post(reverse("teams:remove", args=["web", vera.pk]))
    Membership.objects.create(user=ada, team=team, role=Role.OWNER)
    Membership.objects.filter(user=oli).update(role=Role.MEMBER)
    assert owner.post(UNDO).status_code == 403
    assert not Membership.objects.filter(user=vera).exists()


def test_another_teams_page_undoes_nothing(owner: Client, oli: User, vera: User) -> None:
    other = Team.objects.create(name="Lab", slug="lab")
    Membership.objects.create(user=oli, team=other, role=Role.OWNER)
    owner.post(reverse("teams:remove", args=["web", vera.pk]))
    owner.post("/teams/lab/undo/")
    assert not Membership.objects.filter(user=vera).exists()
