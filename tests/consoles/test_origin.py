"""Only our own pages open websockets, whichever way in they take."""

import pytest
from asgiref.testing import ApplicationCommunicator
from websockets.exceptions import InvalidStatus

from consoles.wire import PROTOCOL

from .conftest import ORIGIN, ask, connect, headers_of, shake_hands, sign_in

FOREIGN = [
    None,
    "",
    "null",
    "https://evil.example",
    "http://evil.example",
    "http://guesthouse.test.evil.example",
    "http://evilguesthouse.test",
    "https://guesthouse.test",
    "http://guesthouse.test:8080",
    "http://guesthouse.test/",
    "http://guesthouse.test@evil.example",
    "file://",
]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_foreign_page_reaches_no_display_and_burns_no_ticket(gateway, display, vm, oli, origin):
    client = sign_in(oli)
    ticket = ask(client, vm).json()["ticket"]
    with pytest.raises(InvalidStatus) as answer:
        connect(gateway.path, client, ticket, origin=origin)
    assert answer.value.response.status_code == 403
    assert display.joined == []
    shake_hands(connect(gateway.path, client, ticket))


@pytest.mark.parametrize("path", ["/ws/live/", "/console/ws"])
@pytest.mark.parametrize("origin", FOREIGN)
async def test_a_foreign_page_gets_no_socket_of_the_web_port(path, origin, db):
    from hypervisor_site.asgi import application

    headers = [(b"host", b"guesthouse.test")]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    scope = {"type": "websocket", "path": path, "headers": headers, "subprotocols": []}
    asker = ApplicationCommunicator(application, scope)
    await asker.send_input({"type": "websocket.connect"})
    assert (await asker.receive_output(5))["type"] == "websocket.close"


def test_the_outer_scheme_counts(gateway, display, vm, oli):
    client = sign_in(oli)
    ticket = ask(client, vm).json()["ticket"]
    from websockets.sync.client import unix_connect

    headers = [*headers_of(client, "https://guesthouse.test"), ("X-Forwarded-Proto", "https")]
    console = unix_connect(
        str(gateway.path),
        uri="ws://guesthouse.test/console/ws",
        subprotocols=[PROTOCOL, ticket],
        additional_headers=headers,
        compression=None,
        legacy=True,
        ping_interval=None,
    )
    shake_hands(console)
    console.close()
    assert ORIGIN == "http://guesthouse.test"
