"""Machines that nobody uses: what counts as use, who is told, where it shows."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, Role, Team, User
from consoles.gateway.admission import Guest
from consoles.gateway.checker import Checker
from consoles.gateway.house import House, Room
from consoles.models import ConsoleSession
from consoles.rfb.hands import Typing
from consoles.tickets import Claims
from hosts.models import HostState
from jobs import audit
from jobs.notices import noticed
from live.samples import Sample
from tests.factories import make_host, make_vm
from vms.filters import MachineFilter, matching
from vms.idle.hours import FEWEST, Hour
from vms.idle.rules import is_idle, sum_up
from vms.idle.signs import CPU, NETWORK, POWER, note_use
from vms.idle.telling import tell
from vms.models import VM
from vms.states import VMState

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """What people are told, in order."""
    told: list[str] = []

    def listen(notice: object, **_kwargs: object) -> None:
        told.append(f"{notice.subject}. {notice.text}")  # type: ignore[attr-defined]

    noticed.connect(listen, weak=False)
    yield told
    noticed.disconnect(listen)


def sample(*, cpu: float | None = 0.4, net: float | None = 90.0) -> Sample:
    return Sample(
        at=0.0,
        cpu=cpu,
        memory_used=None,
        memory_max=None,
        disk_read=None,
        disk_write=None,
        net_in=net,
        net_out=0.0 if net is not None else None,
    )


def hour_of(samples: list[Sample]) -> dict[str, list[int]]:
    hour = Hour(begun=0.0)
    for one in samples:
        hour.take({1: one})
    return hour.busy()


def test_an_hour_of_work_is_use_and_a_short_burst_is_not() -> None:
    quiet = [sample()] * 360
    assert hour_of(quiet) == {CPU: [], NETWORK: []}
    assert hour_of([sample(cpu=90.0)] * 30 + quiet[:330]) == {CPU: [], NETWORK: []}
    assert hour_of([sample(cpu=9.0)] * 40 + quiet[:320]) == {CPU: [1], NETWORK: []}
    assert hour_of([sample(net=9000.0)] * 40 + quiet[:320]) == {CPU: [], NETWORK: [1]}


def test_nothing_is_said_of_what_was_hardly_seen() -> None:
    assert hour_of([sample(cpu=99.0)] * (FEWEST - 1)) == {CPU: [], NETWORK: []}
    assert hour_of([sample(cpu=None, net=None)] * 360) == {CPU: [], NETWORK: []}
    hour = Hour(begun=100.0)
    assert not hour.is_over(3600.0)
    assert hour.is_over(3700.0)


@pytest.mark.django_db
def test_use_is_written_once_an_hour(django_assert_num_queries: object) -> None:
    vm, now = make_vm(), timezone.now()
    assert note_use([vm.pk], CPU, now) == 1
    assert note_use([vm.pk], CPU, now + 0.5 * HOUR) == 0
    assert note_use([vm.pk], POWER, now + 0.5 * HOUR) == 1
    assert note_use([vm.pk], CPU, now + 2 * HOUR) == 1
    vm.refresh_from_db()
    assert (vm.last_used_by, vm.last_used_at) == (CPU, now + 2 * HOUR)
    assert vm.quiet_since == vm.last_used_at


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("action", "outcome", "has_actor", "sign"),
    [
        ("vm.start", "asked", True, "power"),
        ("vm.shutdown", "asked", False, ""),
        ("vm.start", "denied", True, ""),
        ("vm.delete", "asked", True, ""),
        ("console.open", "done", True, "console"),
        ("console.join", "done", False, "console"),
    ],
)
def test_the_record_tells_of_use(
    oli: User, action: str, outcome: str, has_actor: bool, sign: str
) -> None:
    vm = make_vm(owner=oli)
    actor = oli if has_actor else None
    audit.record(actor, action, target_kind="vm", target_id=vm.pk, outcome=outcome)
    vm.refresh_from_db()
    assert vm.last_used_by == sign
    assert (vm.last_used_at is not None) == bool(sign)


@pytest.mark.django_db
def test_idle_is_what_was_looked_at_long_enough(oli: User) -> None:
    long_ago = timezone.now() - 15 * DAY
    idle = make_vm("idle", owner=oli, quiet_since=long_ago, vcpus=4)
    make_vm("new", owner=oli, created_at=long_ago - 90 * DAY)
    make_vm("used", owner=oli, quiet_since=timezone.now() - DAY)
    away = make_host(state=HostState.UNREACHABLE)
    lost = make_vm("lost", owner=oli, quiet_since=long_ago, host=away)
    make_vm("gone", owner=oli, quiet_since=long_ago, recycled_at=timezone.now())
    found = matching(oli, MachineFilter.of("use=idle"))
    assert [vm.name for vm in found] == ["idle"]
    assert "idle" not in [vm.name for vm in matching(oli, MachineFilter.of("use=!idle"))]
    assert (is_idle(idle), is_idle(lost)) == (True, False)
    total = sum_up(VM.objects.kept())
    assert (total.count, total.vcpus, total.days) == (1, 4, 14)


@pytest.mark.django_db(transaction=True)
def test_people_are_told_once_and_again_after_use(oli: User, vera: User, heard: list[str]) -> None:
    now = timezone.now()
    for number in range(3):
        make_vm(f"lab-{number}", owner=oli, quiet_since=now - 20 * DAY, state=VMState.OFF)
    make_vm("hers", owner=vera, quiet_since=now - DAY)
    make_vm("nobodys", quiet_since=now - 20 * DAY)
    tell(now)
    tell(now)
    assert len(heard) == 1
    assert "3 machines" in heard[0]
    assert "lab-0, lab-1, lab-2" in heard[0]
    VM.objects.filter(name="lab-0").update(quiet_since=now + HOUR)
    tell(now + 10 * DAY)
    assert len(heard) == 1
    tell(now + 15 * DAY)
    assert len(heard) == 3
    assert {"1 machine of yours seems idle" in line for line in heard[1:]} == {True}


@pytest.mark.django_db
def test_pages_name_it_and_say_what_is_not_known(oli: User, client: Client) -> None:
    now = timezone.now()
    team = Team.objects.create(name="Red", slug="red")
    Membership.objects.create(user=oli, team=team, role=Role.OWNER)
    never = make_vm("never", owner=oli, team=team, quiet_since=now - 20 * DAY)
    once = make_vm(
        "once",
        owner=oli,
        team=team,
        quiet_since=now - 20 * DAY,
        last_used_at=now - 20 * DAY,
        last_used_by="console",
    )
    client.force_login(oli)
    assert "what was before is not known" in client.get(f"/machines/{never.pk}/").content.decode()
    text = client.get(f"/machines/{once.pk}/").content.decode()
    assert "No use was seen for over 14 days" in text
    assert "somebody opened its console" in text
    assert "use=idle" in client.get("/machines/").content.decode()
    for page in ("/", "/teams/red/"):
        assert "2 machines idle for over 14 days" in client.get(page).content.decode(), page


@pytest.mark.django_db
def test_typing_into_a_console_is_use_and_watching_is_not() -> None:
    watched, used = make_vm(), make_vm()
    rooms = []
    for vm, drives in ((watched, False), (used, True)):
        claims = Claims(0, "", vm.pk, str(vm.uuid), "serial", "control")
        hands = Typing(drives=drives)
        hands.feed(b"ls\n")
        rooms.append(Room(Guest(claims, ""), ConsoleSession(vm=vm), hands=hands))
    assert [room.take_typed() for room in rooms] == [False, True]
    for room in rooms:
        assert room.hands is not None
        room.hands.feed(b"ls\n")  # type: ignore[attr-defined]
    Checker(House())._note_typing(rooms)
    assert list(VM.objects.exclude(last_used_by="").values_list("pk", "last_used_by")) == [
        (used.pk, "input")
    ]
