"""The gateway: who is let in, what passes, and when a console ends."""

import grp
import logging
import os
import socket
import struct
import time

import pytest
from django.utils import timezone
from websockets.exceptions import ConnectionClosed, InvalidStatus

from accounts.models import Membership, Role, Team
from consoles import tickets
from consoles.gateway.admission import Guest, Register
from consoles.gateway.house import close_leftovers
from consoles.gateway.named import gateway_name
from consoles.models import ConsoleSession
from tests.lab.waiting import wait_until
from vms.states import VMState

from .conftest import SERVER_INIT, ask, connect, running_gateway, session_of, shake_hands, sign_in
from .test_rfb import HARMLESS, INPUT, KEY, POINTER, SCANCODE, TEXT, UPDATE

pytestmark = pytest.mark.django_db(transaction=True)


def opened(gateway, client, vm, **fields):
    """Ask for a ticket, use it and do the handshake."""
    ticket = ask(client, vm, **fields).json()["ticket"]
    console = connect(gateway.path, client, ticket)
    assert shake_hands(console).startswith(SERVER_INIT)
    return console


def ending(console):
    """Return code and reason with which a console is closed within five seconds."""
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            console.recv(5)
    return closed.value.rcvd.code, closed.value.rcvd.reason


def test_a_console_shows_the_display_and_takes_keys(gateway, display, vm, oli):
    console = opened(gateway, sign_in(oli), vm)
    console.send(KEY + POINTER)
    wait_until(lambda: display.heard == KEY + POINTER)
    console.close()
    row = wait_until(lambda: ConsoleSession.objects.exclude(closed_at=None).first())
    assert (row.close_reason, row.user, row.vm, row.mode) == ("left", oli, vm, "control")
    assert row.bytes_in == len(KEY + POINTER)
    assert row.bytes_out == len(SERVER_INIT)


def test_the_socket_is_ours_alone(gateway):
    assert gateway.path.stat().st_mode & 0o777 == 0o600
    assert gateway.path.parent.stat().st_mode & 0o777 == 0o700


def test_the_group_of_the_web_server_may_be_let_in(redis, tmp_path, settings, transactional_db):
    settings.CONSOLE_SOCKET_GROUP = grp.getgrgid(os.getgid()).gr_name
    with running_gateway(tmp_path / "console.sock") as gateway:
        assert gateway.path.stat().st_mode & 0o777 == 0o660
        assert gateway.path.stat().st_gid == os.getgid()


def test_view_only_lets_no_input_through(gateway, display, vm, oli):
    console = opened(gateway, sign_in(oli), vm, mode="view")
    console.send(KEY + POINTER + UPDATE)
    for message in (SCANCODE, TEXT, *INPUT):
        for byte in message:
            console.send(bytes([byte]))
    console.send(b"".join(HARMLESS))
    wait_until(lambda: bytes(display.heard) == UPDATE + b"".join(HARMLESS), what=str(display.heard))


def test_a_view_only_browser_that_says_something_else_is_cut_off(gateway, display, vm, oli):
    console = opened(gateway, sign_in(oli), vm, mode="view")
    console.send(b"\x63")
    assert ending(console) == (4400, "protocol")


def refused(path, client, ticket, **more):
    """Say with which HTTP status an upgrade is refused."""
    with pytest.raises(InvalidStatus) as answer:
        connect(path, client, ticket, **more)
    return answer.value.response.status_code


def test_a_ticket_opens_one_console(gateway, display, vm, oli):
    client = sign_in(oli)
    ticket = ask(client, vm).json()["ticket"]
    shake_hands(connect(gateway.path, client, ticket))
    assert refused(gateway.path, client, ticket) == 403
    assert len(display.joined) == 1


def test_another_person_cannot_use_it(gateway, display, vm, oli, sam):
    ticket = ask(sign_in(oli), vm).json()["ticket"]
    assert refused(gateway.path, sign_in(sam), ticket) == 403
    assert display.joined == []


def test_another_session_of_the_same_person_cannot_use_it(gateway, display, vm, oli):
    ticket = ask(sign_in(oli), vm).json()["ticket"]
    assert refused(gateway.path, sign_in(oli), ticket) == 403


@pytest.mark.parametrize("ticket", ["", "guesthouse.ticket.", "guesthouse.ticket." + "A" * 43])
def test_without_a_good_ticket_nobody_is_let_in(gateway, display, vm, oli, ticket):
    assert refused(gateway.path, sign_in(oli), ticket) == 403


def test_without_a_cookie_nobody_is_let_in(gateway, display, vm, oli):
    ticket = ask(sign_in(oli), vm).json()["ticket"]
    assert refused(gateway.path, None, ticket) == 403


def test_a_ticket_in_the_url_is_worth_nothing(gateway, display, vm, oli):
    client = sign_in(oli)
    ticket = ask(client, vm).json()["ticket"]
    assert refused(gateway.path, client, "", url=f"/console/ws?token={ticket}") == 404


def test_a_ticket_is_for_the_machine_it_was_made_for(gateway, display, vm, oli):
    client = sign_in(oli)
    ticket = ask(client, vm).json()["ticket"]
    vm.uuid = "11111111-2222-3333-4444-555555555555"
    vm.save()
    assert ending(connect(gateway.path, client, ticket)) == (4404, "machine-gone")


def test_the_right_is_asked_for_again_when_the_ticket_is_used(gateway, display, vm, oli, sam):
    client = sign_in(oli)
    ticket = ask(client, vm).json()["ticket"]
    vm.owner = sam
    vm.save()
    assert ending(connect(gateway.path, client, ticket)) == (4401, "right-ended")
    assert display.joined == []


def test_no_log_line_holds_a_ticket_or_a_session(gateway, display, vm, oli, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    client = sign_in(oli)
    tickets = [ask(client, vm).json()["ticket"] for _ in range(3)]
    console = connect(gateway.path, client, tickets[0])
    shake_hands(console)
    console.close()
    refused(gateway.path, client, tickets[0])
    refused(gateway.path, client, tickets[1], origin="https://evil.example")
    refused(gateway.path, client, "", url=f"/console/ws?token={tickets[2]}")
    ours = [line for line in caplog.records if not line.name.startswith("websockets.client")]
    printed = "".join(capfd.readouterr()).splitlines()
    text = "\n".join(line.getMessage() for line in ours)
    text += "\n".join(line for line in printed if "[websockets.client]" not in line)
    for secret in [*tickets, session_of(client)]:
        assert secret.removeprefix("guesthouse.ticket.") not in text


# Ends


def test_signing_out_closes_it_within_five_seconds(gateway, display, vm, oli):
    client = sign_in(oli)
    console = opened(gateway, client, vm)
    asked_at = time.monotonic()
    client.logout()
    assert ending(console) == (4401, "signed-out")
    assert time.monotonic() - asked_at < 5
    row = wait_until(lambda: ConsoleSession.objects.exclude(closed_at=None).first())
    assert row.close_reason == "signed-out"


def test_a_new_password_closes_it(gateway, display, vm, oli):
    console = opened(gateway, sign_in(oli), vm)
    oli.set_password("another-lighthouse-8")
    oli.save()
    assert ending(console) == (4401, "signed-out")


def test_a_disabled_person_is_shown_out(gateway, display, vm, oli):
    console = opened(gateway, sign_in(oli), vm)
    oli.is_active = False
    oli.save()
    assert ending(console) == (4401, "signed-out")


def test_losing_the_role_closes_it(gateway, display, vm, oli, vera):
    team = Team.objects.create(name="Lab", slug="lab")
    membership = Membership.objects.create(user=vera, team=team, role=Role.OPERATOR)
    vm.team = team
    vm.save()
    console = opened(gateway, sign_in(vera), vm)
    membership.role = Role.VIEWER
    membership.save()
    assert ending(console) == (4401, "right-ended")


def test_a_deleted_machine_closes_it(gateway, display, vm, oli):
    console = opened(gateway, sign_in(oli), vm)
    vm.delete()
    assert ending(console) == (4404, "machine-gone")


def test_a_machine_that_stops_closes_it(gateway, display, vm, oli, monkeypatch):
    console = opened(gateway, sign_in(oli), vm)
    monkeypatch.setattr("consoles.gateway.target.is_running", lambda *_args: False)
    display.hang_up()
    assert ending(console) == (4404, "machine-stopped")


def test_a_display_that_goes_while_the_machine_runs_says_so(gateway, display, vm, oli):
    console = opened(gateway, sign_in(oli), vm)
    display.hang_up()
    assert ending(console) == (4502, "display-closed")


def test_a_row_that_says_off_closes_it_once_it_is_sure(gateway, display, vm, oli):
    console = opened(gateway, sign_in(oli), vm)
    vm.state, vm.domain_id, vm.state_since = VMState.OFF, None, timezone.now()
    vm.save()
    assert ending(console) == (4404, "machine-stopped")


def test_a_gateway_that_ends_says_goodbye(
    transactional_db, redis, tmp_path, settings, display, vm, oli
):
    settings.CONSOLE_SOCKET = tmp_path / "console.sock"
    with running_gateway(settings.CONSOLE_SOCKET) as gateway:
        console = opened(gateway, sign_in(oli), vm)
        gateway.house.close()
        assert ending(console) == (4410, "shutting-down")
    assert not settings.CONSOLE_SOCKET.exists()


def test_rows_of_a_killed_gateway_are_closed_at_the_next_start(vm, oli):
    ConsoleSession.objects.create(vm=vm, user=oli, gateway=gateway_name())
    ConsoleSession.objects.create(vm=vm, user=oli, gateway="elsewhere:/run/console.sock")
    assert close_leftovers() == 1
    assert ConsoleSession.objects.filter(closed_at=None).get().gateway.startswith("elsewhere")


def test_many_consoles_are_checked_with_few_queries(vm, oli, redis, django_assert_max_num_queries):
    client = sign_in(oli)
    claims = tickets.Claims(oli.pk, "", vm.pk, str(vm.uuid), "vnc", "control")
    guests = [Guest(claims, session_of(client)) for _ in range(50)]
    with django_assert_max_num_queries(5):  # people, logins, machines, second factors
        register = Register(guests)
        assert all(register.check(guest) == vm for guest in guests)


# Limits and hostile sides


def test_more_consoles_than_a_person_may_have_are_refused(gateway, display, vm, oli, settings):
    settings.CONSOLES_PER_USER = 2
    client = sign_in(oli)
    tickets = [ask(client, vm).json()["ticket"] for _ in range(3)]
    consoles = [connect(gateway.path, client, ticket) for ticket in tickets[:2]]
    for console in consoles:
        shake_hands(console)
    assert ending(connect(gateway.path, client, tickets[2])) == (4408, "limit")
    answer = ask(client, vm)
    assert (answer.status_code, answer.json()["code"]) == (429, "limit")
    consoles[0].close()
    wait_until(lambda: ask(client, vm).status_code == 200)


def test_more_consoles_than_a_machine_may_have_are_refused(gateway, display, vm, oli, settings):
    settings.CONSOLES_PER_MACHINE = 1
    client = sign_in(oli)
    opened(gateway, client, vm)
    assert ask(client, vm).status_code == 429


def test_a_browser_that_never_reads_holds_no_memory_here(gateway, display, vm, oli):
    sent = [0]

    def flood(connection):
        connection.settimeout(1.5)
        try:
            while True:
                sent[0] += connection.send(bytes(65536))
        except TimeoutError:
            pass

    display.talk = flood
    client = sign_in(oli)
    sock = socket.socket(socket.AF_UNIX)
    sock.connect(str(gateway.path))
    console = connect(gateway.path, client, ask(client, vm).json()["ticket"], max_queue=1)
    shake_hands(console)
    wait_until(lambda: sent[0] > 0)
    time.sleep(1.0)
    first = sent[0]
    time.sleep(0.3)
    assert sent[0] - first < 1_000_000
    assert sent[0] < 20_000_000
    sock.close()


def test_a_stuck_browser_is_still_shown_out(gateway, display, vm, oli):
    display.talk = lambda connection: connection.sendall(bytes(30_000_000))
    client = sign_in(oli)
    console = connect(gateway.path, client, ask(client, vm).json()["ticket"], max_queue=1)
    shake_hands(console)
    client.logout()
    wait_until(lambda: not gateway.house.rooms(), timeout=5)


def test_a_frame_that_is_too_long_ends_the_console(gateway, display, vm, oli):
    console = opened(gateway, sign_in(oli), vm)
    raw = console.socket
    raw.sendall(b"\x82\xff" + struct.pack(">Q", 1 << 40) + b"\0\0\0\0")
    with pytest.raises(OSError):
        for _ in range(200):
            raw.sendall(bytes(65536))
    wait_until(lambda: not gateway.house.rooms())
    assert len(display.heard) < 1_000_000


def test_pings_are_answered_while_the_display_is_busy(gateway, display, vm, oli):
    display.talk = lambda connection: connection.sendall(bytes(3_000_000))
    client = sign_in(oli)
    console = connect(gateway.path, client, ask(client, vm).json()["ticket"])
    total = len(shake_hands(console))
    pong = console.ping()
    while total < 3_000_000:
        total += len(console.recv(5))
    assert pong.wait(5)


def test_a_password_of_the_display_stays_in_the_gateway(gateway, display, vm, oli):
    display.password = "pass1234"
    assert opened(gateway, sign_in(oli), vm)


def test_other_requests_get_nothing(gateway):
    for request, status in (
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"404"),
        (b"GET //evil.example/%2F.. HTTP/1.1\r\nHost: x\r\n\r\n", b"404"),
        (b"HEAD /etc HTTP/1.1\r\nHost: x\r\n\r\n", b"404"),
        (b"POST /console/ws HTTP/1.1\r\nHost: x\r\n\r\n", b"501"),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"200"),
    ):
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(str(gateway.path))
            sock.sendall(request)
            answer = sock.recv(65536)
        assert answer.split()[1] == status
        assert b"Location" not in answer


def test_a_second_gateway_does_not_push_the_first_aside(gateway):
    with pytest.raises(FileExistsError), running_gateway(gateway.path):
        pass


def test_the_socket_of_a_killed_gateway_is_replaced(transactional_db, redis, tmp_path, settings):
    settings.CONSOLE_SOCKET = path = tmp_path / "console.sock"
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(path))
    left.close()
    with running_gateway(path) as gateway:
        assert gateway.path.samefile(path)
