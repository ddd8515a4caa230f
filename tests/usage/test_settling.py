"""Hours are counted once, also after a day without anybody counting."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Membership, Role, Team, User
from catalogue.models import Size
from hosts.models import HostState
from tests.factories import make_vm
from usage.models import Interval
from usage.reports import read_month, report
from usage.settling import settle
from vms.models import VM
from vms.states import VMState
from vms.sync.rows import drop

FIRST = (datetime.now(UTC).replace(day=1) - timedelta(days=3)).replace(
    day=1, hour=0, minute=0, second=0, microsecond=0
)  # of the month before this one
NOON = FIRST.replace(day=10, hour=12)
MONTH = f"{FIRST:%Y-%m}"
HOUR = timedelta(hours=1)


@pytest.fixture
def team(db: None, oli: User, vera: User) -> Team:
    """Oli owns it, Vera looks at it."""
    team = Team.objects.create(name="Teaching", slug="teaching")
    Membership.objects.create(team=team, user=oli, role=Role.OWNER)
    Membership.objects.create(team=team, user=vera, role=Role.VIEWER)
    return team


@pytest.fixture
def vm(team: Team, oli: User) -> VM:
    """A running machine of a size that costs half a unit."""
    Size.objects.filter(slug="small").update(price_per_hour=Decimal("0.5"))
    return make_vm(
        "web01", team=team, owner=oli, size="small", started_at=NOON - HOUR, created_at=NOON - HOUR
    )


def spans() -> list[tuple[datetime, datetime, bool]]:
    """Return what is metered."""
    return list(Interval.objects.values_list("start", "end", "is_open"))


def switch(vm: VM, state: str, at: datetime) -> None:
    """Let the machine be in `state` since `at`."""
    is_on = state == VMState.RUNNING
    VM.objects.filter(pk=vm.pk).update(
        state=state,
        state_since=at,
        started_at=at if is_on else None,
        domain_id=1 if is_on else None,
    )


def test_settling_twice_is_settling_once(vm: VM) -> None:
    for _time in range(2):
        settle(now=NOON)
        settle(now=NOON + HOUR)
    assert spans() == [(NOON, NOON + HOUR, True)]


def test_a_day_of_downtime_counts_where_the_machine_ran_on(vm: VM) -> None:
    settle(now=NOON)
    settle(now=NOON + 24 * HOUR)
    assert spans() == [(NOON, NOON + 24 * HOUR, True)]


def test_what_happened_unseen_is_not_counted(vm: VM) -> None:
    settle(now=NOON)
    settle(now=NOON + HOUR)
    switch(vm, VMState.OFF, NOON + 20 * HOUR)
    settle(now=NOON + 20 * HOUR)
    assert spans() == [(NOON, NOON + HOUR, False)]
    switch(vm, VMState.RUNNING, NOON + 21 * HOUR)
    settle(now=NOON + 22 * HOUR)
    assert spans()[1] == (NOON + 21 * HOUR, NOON + 22 * HOUR, True)


def test_a_stop_between_two_looks_counts_to_the_second(vm: VM) -> None:
    settle(now=NOON)
    off = NOON + timedelta(minutes=3)
    switch(vm, VMState.OFF, off)
    settle(now=NOON + timedelta(minutes=5))
    assert spans() == [(NOON, off, False)]


def test_a_new_price_counts_from_now(vm: VM) -> None:
    settle(now=NOON)
    Size.objects.filter(slug="small").update(price_per_hour=2)
    settle(now=NOON + HOUR)
    settle(now=NOON + 2 * HOUR)
    prices = list(Interval.objects.values_list("price_per_hour", "start", "end"))
    assert prices == [
        (Decimal("0.5"), NOON, NOON + HOUR),
        (Decimal(2), NOON + HOUR, NOON + 2 * HOUR),
    ]


def test_a_host_that_is_away_is_waited_for(vm: VM) -> None:
    settle(now=NOON)
    vm.host.state = HostState.UNREACHABLE
    vm.host.save()
    settle(now=NOON + HOUR)
    assert spans() == [(NOON, NOON, True)]


def test_a_deleted_machine_leaves_its_hours(vm: VM, oli: User, team: Team) -> None:
    settle(now=NOON)
    settle(now=NOON + HOUR)
    switch(vm, VMState.OFF, NOON + HOUR)
    vm.refresh_from_db()
    drop(vm)
    assert spans() == [(NOON, NOON + HOUR, False)]
    row = Interval.objects.get()
    assert (row.vm_id, row.vm_name) == (None, "web01")
    found = report(oli, team, read_month(MONTH))
    assert (found.hours, found.cost) == (1.0, Decimal("0.50"))


def test_a_month_takes_its_part_only(vm: VM, oli: User, team: Team) -> None:
    Interval.objects.create(
        vm=vm,
        vm_name="=web01",
        team=team,
        person=oli,
        person_name="oli",
        price_per_hour=2,
        vcpus=1,
        memory=1,
        disk=1,
        start=FIRST - HOUR,
        end=FIRST + 3 * HOUR,
        is_open=False,
    )
    assert report(oli, team, read_month(read_month(MONTH).before)).hours == 1.0
    assert report(oli, team, read_month(MONTH)).cost == Decimal("6.00")


def test_members_see_their_own_part_and_strangers_nothing(
    vm: VM, team: Team, oli: User, vera: User, sam: User, client: Client
) -> None:
    settle(now=NOON)
    settle(now=NOON + HOUR)
    seen = {}
    for person in (oli, vera, sam):
        client.force_login(person)
        page = client.get(f"/teams/teaching/usage/?month={MONTH}")
        seen[person.username] = (page.status_code, "web01" in page.text)
    assert seen == {"oli": (200, True), "vera": (200, False), "sam": (404, False)}
    assert client.get("/api/v1/usage?team=teaching").status_code == 404
    client.force_login(oli)
    assert client.get(f"/api/v1/usage?team=teaching&month={MONTH}").json()["cost"] == "0.50"
    lines = client.get(f"/teams/teaching/usage/export.csv?month={MONTH}").text.splitlines()
    assert lines[1] == f"{MONTH},oli,web01,small,2,0.5000,1.0000,0.5000"


def test_names_are_no_formulas(vm: VM, oli: User, team: Team, client: Client) -> None:
    VM.objects.update(name="=1+1")
    settle(now=NOON)
    settle(now=NOON + HOUR)
    client.force_login(oli)
    text = client.get(f"/teams/teaching/usage/export.csv?month={MONTH}").text
    assert ",'=1+1," in text
