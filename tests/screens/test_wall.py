"""The wall: who sees what, in which order, and at what cost."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Role, Team
from hosts.models import HostState
from screens.models import Screen
from tests.factories import make_host, make_vm
from vms.models import VM
from vms.states import VMState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("screens_redis")]


def showing(health: str, *, minutes: float = 5, **fields) -> VM:
    vm = make_vm(**fields)
    Screen.objects.create(vm=vm, health=health, since=timezone.now() - timedelta(minutes=minutes))
    return vm


def names(answer) -> list[str]:
    return [tile.vm.name for tile in answer.context["wall"].tiles]


def test_what_needs_a_look_comes_first(client: Client, oli):
    for name, health in (("a", "login"), ("b", ""), ("c", "panic"), ("d", "boot_menu")):
        showing(health, name=name, owner=oli)
    client.force_login(oli)
    answer = client.get("/wall/")
    assert names(answer) == ["c", "d", "a", "b"]
    assert names(client.get("/wall/?sort=name")) == ["a", "b", "c", "d"]
    assert b"Kernel panic" in answer.content


def test_chips_count_and_filter(client: Client, oli):
    for name, health in (("a", "rescue"), ("b", "panic"), ("c", "desktop"), ("d", "")):
        showing(health, name=name, owner=oli)
    client.force_login(oli)
    answer = client.get("/wall/")
    chips = {chip.key: chip.count for chip in answer.context["wall"].chips}
    assert chips == {"": 4, "failed": 2, "desktop": 1}
    assert names(client.get("/wall/?show=failed")) == ["b", "a"]
    assert names(client.get("/wall/?show=nonsense")) == ["b", "a", "c", "d"]
    assert b"No screen matches" in client.get("/wall/?show=waiting").content


def test_doubt_is_no_tag_and_in_no_count(client: Client, oli):
    showing("starting", minutes=60, name="a", owner=oli)
    showing("blank", minutes=0.2, name="b", owner=oli)
    showing("blank", minutes=200, name="c", owner=oli)
    client.force_login(oli)
    answer = client.get("/wall/")
    assert {chip.key: chip.count for chip in answer.context["wall"].chips} == {"": 3, "blank": 1}
    assert [tile.sight.health for tile in answer.context["wall"].tiles] == ["blank", "", ""]


def test_nothing_is_said_of_what_cannot_be_seen(client: Client, ada):
    away = make_host("away", state=HostState.UNREACHABLE)
    showing("panic", name="a", host=away)
    showing("panic", name="b", is_unresponsive=True)
    client.force_login(ada)
    answer = client.get("/wall/")
    assert {chip.key: chip.count for chip in answer.context["wall"].chips} == {"": 2}
    assert [tile.sight.look for tile in answer.context["wall"].tiles] == [None, None]


def test_only_running_machines_whose_console_one_may_use(client: Client, oli, vera, sam):
    team = Team.objects.create(name="Red", slug="red")
    team.memberships.create(user=vera, role=Role.VIEWER)
    showing("login", name="mine", owner=oli)
    showing("login", name="off", owner=oli, state=VMState.OFF, domain_id=None)
    showing("panic", name="seen-only", team=team)
    client.force_login(oli)
    assert names(client.get("/wall/")) == ["mine"]
    for user in (vera, sam):
        client.force_login(user)
        answer = client.get("/wall/")
        assert names(answer) == []
        assert answer.context["wall"].total == 0


def test_hosts_are_named_only_to_those_who_know_hosts(client: Client, oli, ada):
    showing("login", name="mine", owner=oli, host=make_host("granite-host"))
    client.force_login(oli)
    assert b"granite-host" not in client.get("/wall/").content
    client.force_login(ada)
    assert b"granite-host" in client.get("/wall/").content


def test_it_is_searched_and_narrowed_to_a_team(client: Client, oli):
    team = Team.objects.create(name="Red", slug="red")
    team.memberships.create(user=oli, role=Role.OPERATOR)
    showing("login", name="oleander", team=team)
    showing("login", name="hemlock", owner=oli)
    client.force_login(oli)
    assert names(client.get("/wall/?team=red")) == ["oleander"]
    assert names(client.get("/wall/?q=hem")) == ["hemlock"]


def test_a_thousand_machines_come_by_pages_at_the_cost_of_ten(
    client: Client, ada, django_assert_max_num_queries
):
    host = make_host()
    machines = [make_vm(host=host) for _ in range(150)]
    Screen.objects.bulk_create(Screen(vm=vm, health="login") for vm in machines)
    client.force_login(ada)
    with django_assert_max_num_queries(22):
        answer = client.get("/wall/")
    assert len(names(answer)) == 60
    assert "page=2" in answer.content.decode()
    part = client.get("/wall/?page=3&part=tiles", headers={"HX-Request": "true"})
    assert len(names(part)) == 30
    assert b"<html" not in part.content


def test_an_empty_wall_is_calm(client: Client, sam):
    client.force_login(sam)
    assert b"No machine is running" in client.get("/wall/").content


class TestMachinePage:
    def test_the_screen_is_on_the_machines_page(self, client: Client, oli):
        vm = showing("panic", name="mine", owner=oli)
        client.force_login(oli)
        text = client.get(f"/machines/{vm.pk}/").content.decode()
        assert f'data-screen="{vm.pk}"' in text
        assert "gh-screen__tag--brick" in text

    def test_without_the_right_there_is_no_screen(self, client: Client, vera):
        team = Team.objects.create(name="Red", slug="red")
        team.memberships.create(user=vera, role=Role.VIEWER)
        vm = showing("panic", name="seen", team=team)
        client.force_login(vera)
        text = client.get(f"/machines/{vm.pk}/").content.decode()
        assert "data-screen=" not in text
        assert "for those who may use its console" in text

    def test_a_machine_that_is_off_can_be_started_there(self, client: Client, oli):
        vm = make_vm("mine", owner=oli, state=VMState.OFF, domain_id=None)
        client.force_login(oli)
        text = client.get(f"/machines/{vm.pk}/").content.decode()
        screen = text[text.index("gh-screen--off") :][:2500]
        assert f'formaction="/machines/{vm.pk}/start/"' in screen

    def test_a_machine_without_a_display_leads_to_its_text_console(self, client: Client, oli):
        vm = make_vm("mine", owner=oli, graphics=[], has_serial=True)
        client.force_login(oli)
        assert (
            "Serial only, open text console" in client.get(f"/machines/{vm.pk}/").content.decode()
        )
