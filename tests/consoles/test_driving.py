"""Who drives: one person's input reaches the guest, and hands change at once."""

import struct
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Membership, Role, Team
from consoles.models import ConsoleRoom, ConsoleSession, name_of_user
from consoles.room import driving
from consoles.room.people import driver_of, occupants
from jobs.models import AuditEntry
from tests.lab.waiting import wait_until

from .conftest import sign_in
from .test_gateway import opened
from .test_rfb import KEY, UPDATE

pytestmark = pytest.mark.django_db(transaction=True)
KEY_UP = struct.pack(">BBHI", 4, 0, 0, 0x61)
TAKE = '"act": "take"'
OTHER_KEY = struct.pack(">BBHI", 4, 1, 0, 0x62)


@pytest.fixture
def team_vm(vm, oli, vera, sam):
    """A machine that oli owns in a team of which vera is an operator and sam an owner."""
    team = Team.objects.create(name="Robotics", slug="robotics")
    for person, role in ((oli, Role.MEMBER), (vera, Role.OPERATOR), (sam, Role.OWNER)):
        Membership.objects.create(team=team, user=person, role=role)
    vm.team = team
    vm.save()
    return vm


def act(client, vm, what, who=""):
    """Press one of the buttons of the room."""
    return client.post(f"/machines/{vm.pk}/console/hands/", {"act": what, "who": who})


def who_drives(vm):
    found = driver_of(vm)
    return found.user.username if found else None


def present(vm, count):
    wait_until(lambda: len(occupants(vm)) == count, what=f"{count} in the room")


def test_the_second_watches_until_the_first_hands_over(
    gateway, display, team_vm, oli, vera, transactional_db
):
    first, second = sign_in(oli), sign_in(vera)
    one = opened(gateway, first, team_vm)
    two = opened(gateway, second, team_vm)
    present(team_vm, 2)
    assert who_drives(team_vm) == "oli"
    two.send(OTHER_KEY + UPDATE)
    wait_until(lambda: UPDATE in display.heard)
    assert OTHER_KEY not in display.heard
    one.send(KEY)  # held down while the hands change
    wait_until(lambda: KEY in display.heard)
    assert act(second, team_vm, "ask").status_code == 204
    page = first.get(f"/machines/{team_vm.pk}/console/prompt/").content.decode()
    assert "vera" in page
    assert "asks to drive" in page
    assert act(first, team_vm, "hand-over", name_of_user(vera.pk)).status_code == 204
    wait_until(lambda: KEY_UP in display.heard, what="the held key let go")
    del display.heard[:]
    two.send(OTHER_KEY)
    wait_until(lambda: bytes(display.heard) == OTHER_KEY)
    one.send(KEY + UPDATE)
    wait_until(lambda: UPDATE in display.heard)
    assert KEY not in display.heard
    noted = AuditEntry.objects.get(action="console.hand_over")
    assert (noted.actor_name, noted.detail["to"]) == ("oli", "vera")


def test_who_leaves_frees_the_seat(gateway, display, team_vm, oli, vera):
    one = opened(gateway, sign_in(oli), team_vm)
    client = sign_in(vera)
    two = opened(gateway, client, team_vm)
    one.close()
    present(team_vm, 1)
    assert who_drives(team_vm) is None
    act(client, team_vm, "ask")
    assert who_drives(team_vm) == "vera"
    wait_until(lambda: gateway.house.rooms()[0].drives, what="the gateway heard of it")
    two.send(KEY)
    wait_until(lambda: KEY in display.heard)


def test_both_windows_of_the_driver_drive_and_a_watching_one_does_not(
    gateway, display, team_vm, oli
):
    client = sign_in(oli)
    opened(gateway, client, team_vm)
    second = opened(gateway, client, team_vm)
    third = opened(gateway, client, team_vm, mode="view")
    second.send(KEY)
    wait_until(lambda: KEY in display.heard)
    third.send(OTHER_KEY + UPDATE)
    wait_until(lambda: UPDATE in display.heard)
    assert OTHER_KEY not in display.heard


def test_who_only_watches_keeps_the_console(gateway, display, team_vm, oli):
    client = sign_in(oli)
    one = opened(gateway, client, team_vm)
    act(client, team_vm, "release")
    assert who_drives(team_vm) is None
    wait_until(lambda: not gateway.house.rooms()[0].drives)
    one.send(KEY + UPDATE)
    wait_until(lambda: UPDATE in display.heard)
    assert KEY not in display.heard


def test_only_the_driver_hands_over_and_declines(gateway, display, team_vm, oli, vera):
    opened(gateway, sign_in(oli), team_vm)
    client = sign_in(vera)
    opened(gateway, client, team_vm)
    present(team_vm, 2)
    for what in ("hand-over", "decline"):
        assert act(client, team_vm, what, name_of_user(vera.pk)).status_code == 409
    assert who_drives(team_vm) == "oli"
    assert act(client, team_vm, "take").status_code == 403
    assert act(client, team_vm, "dance").status_code == 400


def test_nobody_is_handed_what_they_have_not_open(gateway, display, team_vm, oli, vera):
    client = sign_in(oli)
    opened(gateway, client, team_vm)
    assert act(client, team_vm, "hand-over", name_of_user(vera.pk)).status_code == 409
    assert who_drives(team_vm) == "oli"


def test_an_owner_takes_over_when_nobody_answers(gateway, display, team_vm, oli, sam):
    opened(gateway, sign_in(oli), team_vm)
    client = sign_in(sam)
    opened(gateway, client, team_vm)
    present(team_vm, 2)
    act(client, team_vm, "ask")
    assert TAKE not in client.get(f"/machines/{team_vm.pk}/console/driver/").content.decode()
    act(client, team_vm, "take")
    assert who_drives(team_vm) == "oli"
    ConsoleSession.objects.filter(user=sam).update(
        asked_at=timezone.now() - driving.PATIENCE - timedelta(seconds=1)
    )
    assert TAKE in client.get(f"/machines/{team_vm.pk}/console/driver/").content.decode()
    act(client, team_vm, "take")
    assert who_drives(team_vm) == "sam"
    assert AuditEntry.objects.get(action="console.take").detail["driver"] == "oli"


def test_who_loads_the_page_again_still_asks_unless_it_was_answered(
    gateway, display, team_vm, oli, vera
):
    first, second = sign_in(oli), sign_in(vera)
    opened(gateway, first, team_vm)
    two = opened(gateway, second, team_vm)
    act(second, team_vm, "ask")
    asked_at = occupants(team_vm)[1].asked_at
    two.close()
    present(team_vm, 1)
    two = opened(gateway, second, team_vm)
    present(team_vm, 2)
    assert occupants(team_vm)[1].asked_at == asked_at is not None
    two.close()
    present(team_vm, 1)
    assert act(first, team_vm, "decline", name_of_user(vera.pk)).status_code == 204
    two = opened(gateway, second, team_vm)
    present(team_vm, 2)
    assert not occupants(team_vm)[1].asks
    act(second, team_vm, "ask")
    two.close()
    present(team_vm, 1)
    ConsoleSession.objects.exclude(closed_at=None).update(
        closed_at=timezone.now() - driving.RELOAD - timedelta(seconds=1)
    )
    opened(gateway, second, team_vm)
    present(team_vm, 2)
    assert not occupants(team_vm)[1].asks


def test_a_seat_of_somebody_long_gone_is_free(gateway, display, team_vm, oli, vera):
    ConsoleRoom.objects.create(
        vm=team_vm, driver=name_of_user(oli.pk), driving_since=timezone.now()
    )
    opened(gateway, sign_in(vera), team_vm)
    assert who_drives(team_vm) == "vera"


def test_hands_change_within_two_seconds_without_redis(gateway, display, team_vm, oli, redis):
    one = opened(gateway, sign_in(oli), team_vm)
    ConsoleRoom.objects.filter(vm=team_vm).update(driver="")  # as if no gateway had been told
    wait_until(lambda: not gateway.house.rooms()[0].drives, timeout=3)
    one.send(KEY + UPDATE)
    wait_until(lambda: UPDATE in display.heard)
    assert KEY not in display.heard


def test_strangers_see_nobody(client, team_vm, django_user_model):
    stranger = sign_in(django_user_model.objects.create_user("zoe", password="x"))
    for part in ("driver", "people", "prompt"):
        assert stranger.get(f"/machines/{team_vm.pk}/console/{part}/").status_code == 404
    assert act(stranger, team_vm, "ask").status_code == 404
