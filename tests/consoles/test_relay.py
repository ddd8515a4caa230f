"""Consoles through the web port: the relay lets in whom the gateway lets in."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect as dial

from consoles.wire import PROTOCOL
from hypervisor_site.asgi import application
from tests.lab.waiting import wait_until

from .conftest import SERVER_INIT, ask, headers_of, shake_hands, sign_in
from .test_rfb import KEY, UPDATE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def web(gateway) -> Iterator[str]:
    """Run the web server and return its address."""
    config = uvicorn.Config(
        application, port=0, log_config=None, lifespan="off", ws_per_message_deflate=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


def through(web, client, ticket, *, origin=None, **more):
    """Open a console at the web port."""
    return dial(
        f"ws://{web}/console/ws",
        subprotocols=[PROTOCOL, ticket] if ticket else None,
        additional_headers=headers_of(client, origin or f"http://{web}"),
        compression=None,
        legacy=True,
        ping_interval=None,
        **more,
    )


def test_a_console_comes_through_the_web_port(web, display, vm, oli):
    client = sign_in(oli)
    console = through(web, client, ask(client, vm).json()["ticket"])
    assert console.subprotocol == PROTOCOL
    assert shake_hands(console).startswith(SERVER_INIT)
    console.send(KEY)
    wait_until(lambda: display.heard == KEY)
    console.close()


def test_view_only_holds_there_too(web, display, vm, oli):
    client = sign_in(oli)
    console = through(web, client, ask(client, vm, mode="view").json()["ticket"])
    shake_hands(console)
    console.send(KEY + UPDATE)
    wait_until(lambda: display.heard == UPDATE)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://guesthouse.test"])
def test_foreign_pages_are_turned_away(web, display, vm, oli, origin):
    client = sign_in(oli)
    with pytest.raises(InvalidStatus) as answer:
        through(web, client, ask(client, vm).json()["ticket"], origin=origin)
    assert answer.value.response.status_code == 403
    assert display.joined == []


@pytest.mark.parametrize("ticket", ["", "guesthouse.ticket." + "A" * 43])
def test_without_a_ticket_the_socket_is_never_accepted(web, display, vm, oli, ticket):
    with pytest.raises(InvalidStatus):
        through(web, sign_in(oli), ticket)


def test_the_reason_for_closing_comes_through(web, display, vm, oli):
    client = sign_in(oli)
    console = through(web, client, ask(client, vm).json()["ticket"])
    shake_hands(console)
    client.logout()
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            console.recv(5)
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4401, "signed-out")


def test_a_slow_browser_slows_the_display_down(web, display, vm, oli):
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
    console = through(web, client, ask(client, vm).json()["ticket"], max_queue=1)
    shake_hands(console)
    time.sleep(1.0)
    first = sent[0]
    time.sleep(0.3)
    assert sent[0] - first < 1_000_000
    assert sent[0] < 30_000_000
    # It reads no more, so a closing handshake would wait for ever.
    console.socket.shutdown(socket.SHUT_RDWR)
    with pytest.raises(ConnectionClosed):
        while True:
            console.recv(timeout=5)


def test_while_the_gateway_is_away_nothing_is_accepted(web, gateway, vm, oli, settings):
    client = sign_in(oli)
    ticket = ask(client, vm).json()["ticket"]
    settings.CONSOLE_SOCKET = gateway.path.with_name("nobody.sock")
    with pytest.raises(InvalidStatus):
        through(web, client, ticket)
