"""Placement groups: who may make them, and what they keep from happening."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import ActionRefused
from accounts.models import Membership, Role, Team, User
from hosts.models import Host
from migration.checks.registry import findings_of_rooms
from migration.checks.words import text_of
from migration.services.asking import why_not
from tests.factories import GIB, make_host, make_vm
from vms.affinity.rules import Companion, stands_against
from vms.affinity.services import group_for, set_machines
from vms.models import PlacementGroup
from vms.placement import Need, judge
from vms.services.power import request_power

pytestmark = pytest.mark.django_db


@pytest.fixture
def red(oli: User) -> Team:
    team = Team.objects.create(name="Red", slug="red")
    Membership.objects.create(user=oli, team=team, role=Role.OWNER)
    return team


@pytest.fixture
def hosts(db: None) -> tuple[Host, Host]:
    return make_host("elm"), make_host("fir")


@pytest.mark.parametrize(
    ("affinity", "others", "expected"),
    [
        ("apart", [], False),
        ("apart", [1], True),
        ("apart", [2], False),
        ("together", [], False),
        ("together", [1, 2], False),
        ("together", [2], True),
    ],
)
def test_groups_are_for_and_against_hosts(affinity: str, others: list[int], expected: bool) -> None:
    assert stands_against(affinity, 1, [Companion(one, True) for one in others]) is expected


def codes(need: Need) -> dict[str, tuple[str, bool]]:
    return {one.host.name: (one.code, one.fits) for one in judge(need)}


def test_a_must_keeps_away_and_a_wish_ranks(red: Team, hosts: tuple[Host, Host]) -> None:
    elm, _fir = hosts
    group = PlacementGroup.objects.create(name="db", team=red)
    group.machines.add(make_vm("db1", host=elm, team=red))
    need = Need(GIB, team=red, group=group.pk)
    assert codes(need) == {"fir": ("", True), "elm": ("affinity", False)}
    group.is_hard = False
    group.save()
    assert codes(need) == {"fir": ("", True), "elm": ("affinity", True)}
    group.affinity, group.is_hard = "together", True
    group.save()
    assert codes(need) == {"elm": ("", True), "fir": ("affinity", False)}


def test_machine_of_another_team_does_not_count_any_more(
    red: Team, hosts: tuple[Host, Host]
) -> None:
    group = PlacementGroup.objects.create(name="db", team=red)
    group.machines.add(make_vm("given-away", host=hosts[0]))
    assert codes(Need(GIB, group=group.pk))["elm"] == ("", True)


def test_start_and_migration_are_refused_where_a_must_would_break(
    red: Team, oli: User, hosts: tuple[Host, Host]
) -> None:
    elm, fir = hosts
    group = PlacementGroup.objects.create(name="db", team=red)
    runs = make_vm("db1", host=elm, team=red)
    off = make_vm("db2", host=elm, team=red, state="off")
    moves = make_vm("db3", host=fir, team=red)
    group.machines.add(runs, off, moves)
    with pytest.raises(ActionRefused) as refused:
        request_power(off, "start", oli)
    assert refused.value.code == "affinity"
    assert "db1" not in refused.value.message
    assert "kept apart" in why_not(moves, elm)
    PlacementGroup.objects.update(is_hard=False)
    (told,) = findings_of_rooms(moves, elm)
    assert "kept apart" in text_of(told)
    PlacementGroup.objects.update(is_hard=True)
    group.machines.remove(runs)
    assert why_not(moves, elm) == ""  # what is off there does not count for one that runs
    request_power(off, "start", oli)


def test_new_machine_joins_only_a_group_of_its_team(red: Team, oli: User, ada: User) -> None:
    mine = PlacementGroup.objects.create(name="db", team=red)
    sites = PlacementGroup.objects.create(name="spread")
    assert group_for(mine.pk, red, oli) == mine
    assert group_for(sites.pk, red, ada) == sites
    for group, team, by in ((sites, red, oli), (mine, None, oli)):
        with pytest.raises(ActionRefused):
            group_for(group.pk, team, by)


def test_only_the_teams_own_machines_are_put_into_a_group(red: Team, oli: User) -> None:
    group = PlacementGroup.objects.create(name="db", team=red)
    with pytest.raises(ActionRefused):
        set_machines(group, [make_vm("theirs").pk], oli)


def test_owner_makes_a_group_on_its_pages_and_a_viewer_reads_it(
    client: Client, red: Team, oli: User, vera: User, sam: User
) -> None:
    vm = make_vm("db1", team=red)
    client.force_login(oli)
    answer = client.post(
        reverse("vms:group_new"), {"name": "db", "team": "red", "affinity": "apart", "is_hard": "1"}
    )
    group = PlacementGroup.objects.get()
    place = reverse("vms:group", args=[group.pk])
    assert answer.headers["Location"] == place
    change = reverse("vms:group_change", args=[group.pk])
    client.post(change, {"name": "db", "affinity": "together", "is_hard": "", "vm": [str(vm.pk)]})
    group.refresh_from_db()
    assert (group.affinity, group.is_hard, list(group.machines.all())) == ("together", False, [vm])
    assert "db" in client.get(reverse("vms:detail", args=[vm.pk])).content.decode()
    again = client.post(
        reverse("vms:group_new"), {"name": "db", "team": "red", "affinity": "apart"}
    )
    assert "There is a group of this name already." in again.content.decode()
    Membership.objects.create(user=vera, team=red, role=Role.VIEWER)
    client.force_login(vera)
    assert "db1" in client.get(place).content.decode()
    assert client.post(change, {"name": "x", "affinity": "apart"}).status_code == 403
    client.force_login(sam)
    assert client.get(place).status_code == 404
    client.force_login(oli)
    client.post(reverse("vms:group_delete", args=[group.pk]))
    assert not PlacementGroup.objects.exists()


def test_api_makes_reads_changes_and_ends_a_group(client: Client, red: Team, oli: User) -> None:
    vm = make_vm("db1", team=red)
    client.force_login(oli)
    kind: dict[str, Any] = {"content_type": "application/json"}
    made = client.post("/api/v1/placement-groups", {"name": "db", "team": "red"}, **kind)
    assert made.status_code == 201
    place = made.headers["Location"]
    changed = client.patch(place, {"is_hard": False, "machines": [vm.pk]}, **kind).json()
    assert (changed["is_hard"], changed["machines"], changed["team"]) == (False, [vm.pk], "red")
    assert client.get("/api/v1/placement-groups").json()["items"][0]["name"] == "db"
    assert client.post("/api/v1/placement-groups", {"name": "all"}, **kind).status_code == 403
    assert client.delete(place).status_code == 204
    assert client.get(place).status_code == 404
