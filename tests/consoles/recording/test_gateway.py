"""Recordings in the gateway: begun on demand or by the rules, seen by all, ended in order."""

import socket
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Q
from websockets.exceptions import ConnectionClosed

from accounts.models import Membership, Role, Team
from consoles.closing import ConsoleClosed
from consoles.models import ConsoleRoom
from consoles.recording import recorders, watched
from jobs.models import AuditEntry
from recordings import storage
from recordings.formats import tape
from recordings.keeping import mend_lost
from recordings.models import Recording, State
from recordings.services import ask_for, ask_to_stop
from tests.consoles.conftest import ask, connect, running_gateway, shake_hands, sign_in
from tests.lab.waiting import wait_until

from .screens import HEIGHT, WIDTH, Painter, painted, played, update

pytestmark = pytest.mark.django_db(transaction=True)
BLUE = b"\0\0\xff\0"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.RECORDINGS_FREE_MIB = 0


@pytest.fixture(autouse=True)
def blue(display: Any) -> None:
    """Let each connection to the display be shown a blue screen, again and again."""

    def talk(connection: socket.socket) -> None:
        Painter(*[update(painted(0, 0, WIDTH, HEIGHT, BLUE))] * 1000)(connection)

    display.talk = talk


@pytest.fixture
def team(vm, oli) -> Team:
    team = Team.objects.create(name="Web", slug="web")
    Membership.objects.create(user=oli, team=team, role=Role.MEMBER)
    vm.team = team
    vm.save()
    return team


def opened(path: Path, client: Any, vm: Any) -> Any:
    console = connect(path, client, ask(client, vm).json()["ticket"])
    shake_hands(console)
    return console


def running() -> Recording:
    return wait_until(lambda: Recording.objects.filter(state=State.RUNNING).first(), timeout=10)


def ended() -> Recording:
    return wait_until(lambda: Recording.objects.filter(state=State.ENDED).first(), timeout=10)


def reason_of(console: Any) -> str:
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            console.recv(10)
    return closed.value.rcvd.reason


def test_on_demand_until_somebody_stops_it(gateway, vm, oli):
    console = opened(gateway.path, sign_in(oli), vm)
    recording = ask_for(vm, "vnc", oli)
    before = ConsoleRoom.objects.get(vm=vm).rev
    running()
    wait_until(lambda: ConsoleRoom.objects.get(vm=vm).rev > before)  # the room is told
    wait_until(lambda: Recording.objects.get().bytes)
    ask_to_stop(recording, oli)
    recording = ended()
    console.close()
    assert (recording.end_reason, recording.is_required) == ("stopped", False)
    path = storage.file_of(recording)
    assert played(path).cut(9, 9, 1, 1) == BLUE
    assert [mark["name"] for mark in tape.index_of(path).marks] == [oli.display_name] * 2
    assert recording.bytes == path.stat().st_size
    deeds = AuditEntry.objects.filter(action__startswith="recording").order_by("seq")
    assert list(deeds.values_list("action", flat=True)) == ["recording.start", "recording.stop"]


def test_it_ends_after_the_last_has_left(gateway, vm, oli, monkeypatch):
    monkeypatch.setattr(watched, "LINGER_SECONDS", 0.5)
    console = opened(gateway.path, sign_in(oli), vm)
    ask_for(vm, "vnc", oli)
    running()
    console.close()
    assert ended().end_reason == "left"
    wait_until(lambda: not gateway.recorders._takes)


def test_a_guest_that_stops_and_starts_stays_on_the_tape(gateway, display, vm, oli):
    client = sign_in(oli)
    console = opened(gateway.path, client, vm)
    recording = ask_for(vm, "vnc", oli)
    running()
    display.hang_up()
    reason_of(console)
    take = gateway.recorders._takes[recording.pk].take
    wait_until(lambda: not take.is_away and len(display.joined) >= 3, timeout=10)
    console = opened(gateway.path, client, vm)
    ask_to_stop(recording, oli)
    marks = [mark["mark"] for mark in tape.index_of(storage.file_of(ended())).marks]
    assert [mark for mark in marks if mark in {"away", "back"}] == ["away", "back"]
    console.close()


def test_the_rules_require_it_before_anything_is_seen(gateway, vm, oli, team):
    Team.objects.update(console_recording="always")
    console = opened(gateway.path, sign_in(oli), vm)
    recording = Recording.objects.get(state=State.RUNNING)  # before the first byte
    assert recording.is_required
    Recording.objects.update(stop_asked_at=recording.asked_at)  # by whatever way
    recording = ended()
    assert running().pk != recording.pk  # another one goes on
    console.close()


def test_where_it_cannot_be_recorded_it_does_not_open_and_does_not_stay_open(
    gateway, vm, oli, team, settings
):
    Team.objects.update(console_recording="always")
    client = sign_in(oli)
    console = opened(gateway.path, client, vm)
    recording = running()
    settings.RECORDINGS_FREE_MIB = 10**9
    gateway.recorders._takes[recording.pk]._noted_at = 0.0
    assert reason_of(console) == "not-recorded"
    assert ended().end_reason == "disk"
    again = connect(gateway.path, client, ask(client, vm).json()["ticket"])
    assert reason_of(again) == "not-recorded"


def test_rules_that_change_end_it(gateway, vm, oli, team):
    console = opened(gateway.path, sign_in(oli), vm)
    ask_for(vm, "vnc", oli)
    running()
    Team.objects.update(console_recording="never")
    assert ended().end_reason == "policy"
    console.close()


def test_one_that_was_taken_for_lost_stays_as_it_was_mended(gateway, vm, oli):
    console = opened(gateway.path, sign_in(oli), vm)
    recording = ask_for(vm, "vnc", oli)
    running()
    assert mend_lost(Q(pk=recording.pk)) == 1
    wait_until(lambda: not gateway.recorders._takes)
    assert ended().end_reason == "lost"
    assert played(storage.file_of(recording)).cut(0, 0, 1, 1) == BLUE
    console.close()


def test_a_gateway_that_ends_keeps_what_was_recorded(gateway, vm, oli):
    console = opened(gateway.path, sign_in(oli), vm)
    ask_for(vm, "vnc", oli)
    running()
    gateway.recorders.end()
    recording = ended()
    assert recording.end_reason == "shutting-down"
    assert played(storage.file_of(recording)).cut(0, 0, 1, 1) == BLUE
    console.close()


def test_the_next_run_mends_what_a_killed_one_left(
    transactional_db, redis, vm, oli, settings, tmp_path
):
    settings.ALLOWED_HOSTS = ["guesthouse.test"]
    settings.CONSOLE_SOCKET = tmp_path / "run" / "console.sock"
    recording = ask_for(vm, "vnc", oli)
    Recording.objects.update(state=State.RUNNING, gateway=recorders.gateway_name())
    part = storage.part_of(recording)
    part.write_bytes(tape.MAGIC)
    with running_gateway(settings.CONSOLE_SOCKET):
        wait_until(lambda: not Recording.objects.exists())  # nothing was in it
    assert not part.exists()


def test_who_comes_while_it_sees_nothing_waits_until_it_does(gateway, display, vm, oli, team):
    Team.objects.update(console_recording="always")
    client = sign_in(oli)
    first = opened(gateway.path, client, vm)
    take = gateway.recorders._takes[running().pk].take
    assert take.sees(vm.host_id)
    display.hang_up()
    reason_of(first)
    wait_until(lambda: take.is_away)
    second = opened(gateway.path, client, vm)
    assert take.sees(vm.host_id)  # before the first byte again
    second.close()


def test_what_it_sees_no_more_nobody_does(gateway, display, vm, oli, team, monkeypatch):
    Team.objects.update(console_recording="always")
    monkeypatch.setattr(recorders, "BLIND_SECONDS", 0.5)
    console = opened(gateway.path, sign_in(oli), vm)
    take = gateway.recorders._takes[running().pk].take

    def gone() -> socket.socket:
        raise ConsoleClosed("display-refused")

    monkeypatch.setattr(take, "_connect", gone)
    display.joined[-1].shutdown(socket.SHUT_RDWR)  # the recorder's, which came last
    assert reason_of(console) == "not-recorded"
