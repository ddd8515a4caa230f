"""No message reaches the inside of the portal's network, however its address is written."""

import socket
from typing import Any

import pytest
import requests

from accounts.access import ActionRefused
from accounts.models import User
from notices import delivering, guard, planning, posting, services
from notices.models import Delivery, Posting, Target
from notices.planning import test_of as delivery_of_a_test

from .conftest import Receiver

pytestmark = pytest.mark.django_db

INSIDE = [
    "http://127.0.0.1:{port}/",
    "http://localhost:{port}/",
    "http://127.1:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://0.0.0.0:{port}/",
    "http://[::1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://10.0.0.1:{port}/",
    "http://172.16.0.1:{port}/",
    "http://192.168.0.1:{port}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fe80::1]:{port}/",
    "http://[fd00::1]:{port}/",
    "http://100.64.0.1:{port}/",
    "http://224.0.0.1:{port}/",
]
UNUSABLE = [
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/",
    "ftp://127.0.0.1/",
    "http://user:word@example.org/",
    "http:///nothing",
    "http://exa mple.org/",
    "unix:///run/redis.sock",
    "http://example.org:99999/",
]


@pytest.mark.parametrize("address", INSIDE)
def test_inside_addresses_are_never_connected_to(
    ada: User, receiver: Receiver, settings: Any, address: str
) -> None:
    settings.WEBHOOK_ALLOW = ["127.0.0.0/8"]
    webhook = services.create_webhook(ada, name="x", url="http://127.0.0.1/")
    settings.WEBHOOK_ALLOW = []
    webhook.url = address.format(port=receiver.port)
    webhook.save()
    delivery = delivery_of_a_test(webhook)
    delivery.save()
    assert delivering.attempt(delivery) is False
    assert receiver.got == []
    assert delivery.error


@pytest.mark.parametrize("address", UNUSABLE)
def test_unusable_addresses_are_refused_when_typed(ada: User, address: str) -> None:
    with pytest.raises(ActionRefused):
        services.create_webhook(ada, name="x", url=address.format(port=1))


def test_a_name_that_turns_inside_after_the_check_gains_nothing(
    ada: User, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook = services.create_webhook(ada, name="x", url=f"http://hook.example:{receiver.port}/")
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", receiver.port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: inside)
    delivery = delivery_of_a_test(webhook)
    delivery.save()
    assert delivering.attempt(delivery) is False
    assert receiver.got == []
    assert "GUESTHOUSE_WEBHOOK_ALLOW" in delivery.error


def test_a_redirect_is_not_followed(webhook: Any, receiver: Receiver, ada: User) -> None:
    place = f"http://127.0.0.1:{receiver.port}/elsewhere"
    receiver.answers = [(302, {"Location": place}, "")]
    delivery = services.send_test(ada, webhook)
    assert delivering.attempt(delivery) is False
    assert [path for path, _headers, _body in receiver.got] == ["/hook?token=tok-in-the-address"]
    assert delivery.status_code == 302


def test_targets_of_people_are_guarded_too(oli: User, receiver: Receiver) -> None:
    target = Target.objects.create(
        user=oli, name="x", service="JSON", url=f"json://127.0.0.1:{receiver.port}/"
    )
    assert posting.attempt(Posting.objects.create(target=target, subject="x", text="y")) is False
    assert receiver.got == []


def test_the_guard_ends_with_its_block(receiver: Receiver) -> None:
    with guard.outside_only(), pytest.raises(requests.ConnectionError):
        requests.post(receiver.url, timeout=2)
    assert requests.post(receiver.url, timeout=2).status_code == 200
    assert planning.plan() == 0
    assert not Delivery.objects.exists()
