"""The first page of a person with no, one or a few machines; everybody else's stays as it is."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Grant, Membership, Role, SiteRole, Team, User
from catalogue.models import Size
from quotas.models import Limit, Resource
from tests.factories import GIB, make_host, make_vm
from tests.vms.test_create import furnish
from vms.models import VM

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(oli: User) -> Team:
    """A team in which Oli is a member with eight vCPU."""
    team = Team.objects.create(name="Teaching", slug="teaching")
    Membership.objects.create(team=team, user=oli)
    Limit.objects.create(team=team, resource=Resource.VCPUS, amount=8)
    return team


def first_page(client: Client, user: User) -> str:
    """Return the first page of `user`."""
    client.force_login(user)
    return client.get("/").content.decode()


def is_calm(page: str) -> bool:
    return 'id="calm"' in page


def test_one_machine_fills_the_page(client: Client, oli: User, team: Team) -> None:
    Size.objects.filter(slug="medium").update(price_per_hour=Decimal("0.05"))
    ends = timezone.now() + timedelta(days=20)
    vm = make_vm(
        "vision-lab-01",
        owner=oli,
        team=team,
        size="medium",
        vcpus=5,
        ends_at=ends,
        address="10.1.2.3",
    )
    make_vm("of-another", team=team)
    page = first_page(client, oli)
    assert is_calm(page)
    for word in ("vision-lab-01", "ssh 10.1.2.3", "Running", "Shut down", "Extend", "Medium"):
        assert word in page
    assert "<b>1</b> of 8 left" in page
    assert "0.05 an hour" in page
    assert f"/machines/{vm.pk}/console/" in page
    assert "1 other machine of your teams" in page
    assert "of-another" not in page


def test_off_it_offers_to_start(client: Client, oli: User) -> None:
    make_vm("lab", owner=oli, state="off", address="")
    page = first_page(client, oli)
    assert "Start" in page
    assert "ssh " not in page
    assert "once it runs" in page


def test_who_may_only_look_is_told_so(client: Client, vera: User, team: Team) -> None:
    Membership.objects.create(team=team, user=vera, role=Role.VIEWER)
    Limit.objects.create(each=True, resource=Resource.MACHINES, amount=0)
    make_vm("lab", team=team)
    page = first_page(client, vera)
    assert is_calm(page)
    assert "You may look at this machine, not change it." in page


def test_newcomer_among_many_is_shown_the_first_step(
    client: Client, oli: User, vera: User, team: Team
) -> None:
    for number in range(7):
        make_vm(f"lab-{number}", team=team)
    page = first_page(client, oli)
    assert "Welcome, oli" in page
    assert "7 other machines of your teams" in page
    Limit.objects.create(each=True, resource=Resource.MACHINES, amount=0)
    Membership.objects.create(team=team, user=vera, role=Role.OPERATOR)
    assert not is_calm(first_page(client, vera))


def test_a_few_are_cards(client: Client, oli: User, team: Team) -> None:
    for number in range(3):
        make_vm(f"lab-{number}", owner=oli, team=team)
    page = first_page(client, oli)
    assert is_calm(page)
    assert page.count('class="gh-own"') == 3


def test_shared_machine_is_one_of_mine(client: Client, oli: User, sam: User) -> None:
    vm = make_vm("shared", owner=oli)
    Grant.objects.create(user=sam, kind="vm", object_id=vm.pk, role=Role.OPERATOR)
    page = first_page(client, sam)
    assert is_calm(page)
    assert "shared" in page


def test_nobody_sees_what_is_in_the_bin(client: Client, oli: User) -> None:
    make_vm("thrown", owner=oli, recycled_at=timezone.now())
    assert "thrown" not in first_page(client, oli)


def test_without_a_machine_the_catalogue_is_the_first_step(
    client: Client, oli: User, team: Team, settings: Any, tmp_path: Any
) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "guesthouse-tiny.img").write_bytes(b"\0" * 1024)
    furnish(make_host("alder"))
    page = first_page(client, oli)
    assert is_calm(page)
    assert "Welcome, oli" in page
    assert "/machines/new/?source=image%3Aguesthouse-tiny&amp;team=teaching" in page
    assert "<b>8</b> of 8 left" in page
    there = client.get("/machines/new/?source=network&team=teaching").content.decode()
    assert 'value="network" checked' in there


def test_who_may_make_none_is_told_whom_to_ask(client: Client, vera: User, team: Team) -> None:
    Membership.objects.create(team=team, user=vera, role=Role.VIEWER)
    boss = User.objects.create_user("kim", first_name="Kim", last_name="Hart")
    Membership.objects.create(team=team, user=boss, role=Role.OWNER)
    Limit.objects.create(each=True, resource=Resource.MACHINES, amount=0)
    page = first_page(client, vera).partition("<main")[2].partition("</main>")[0]
    assert "Kim Hart" in page
    assert "/machines/new/" not in page


def test_those_who_keep_a_house_have_the_overview(
    client: Client, ada: User, oli: User, sam: User, team: Team
) -> None:
    make_vm("lab", owner=oli, team=team)
    assert not is_calm(first_page(client, ada))
    Membership.objects.filter(user=oli).update(role=Role.OWNER)
    assert not is_calm(first_page(client, oli))
    User.objects.filter(pk=sam.pk).update(site_role=SiteRole.AUDITOR)
    assert not is_calm(first_page(client, User.objects.get(pk=sam.pk)))


def test_many_machines_are_a_list(client: Client, oli: User) -> None:
    for number in range(7):
        make_vm(f"lab-{number}", owner=oli)
    assert not is_calm(first_page(client, oli))


def test_sidebar_leads_only_to_what_there_is(
    client: Client, ada: User, oli: User, sam: User, team: Team
) -> None:
    nouns = ('href="/networks/"', 'href="/teams/"', 'href="/requests/"', 'href="/hosts/"')
    page = first_page(client, sam)
    assert not any(noun in page.partition("</nav>")[0] for noun in nouns)
    side = first_page(client, oli).partition("</nav>")[0]
    assert [noun in side for noun in nouns] == [False, True, False, False]
    side = first_page(client, ada).partition("</nav>")[0]
    assert all(noun in side for noun in nouns)


def test_card_is_drawn_anew_for_who_sees_the_machine(client: Client, oli: User, sam: User) -> None:
    vm = make_vm("lab", owner=oli)
    client.force_login(oli)
    assert "gh-own--alone" in client.get(f"/machines/{vm.pk}/card/?alone").content.decode()
    VM.objects.filter(pk=vm.pk).update(state="off", domain_id=None, memory=GIB)
    assert "Start" in client.get(f"/machines/{vm.pk}/card/").content.decode()
    client.force_login(sam)
    assert client.get(f"/machines/{vm.pk}/card/").status_code == 404


def test_queries_do_not_grow_with_the_machines(
    client: Client, oli: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        make_vm(f"lab-{number}", owner=oli)
    client.force_login(oli)
    with django_assert_max_num_queries(110):
        client.get("/")
