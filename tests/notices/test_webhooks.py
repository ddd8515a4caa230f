"""Webhooks: signed, repeated, limited to a team, and never lost."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Team, User
from jobs import audit
from notices import claiming, delivering, planning, services
from notices.models import Delivery, SendingState, Webhook
from notices.tasks import send
from tests.factories import make_vm

from .conftest import Receiver

pytestmark = pytest.mark.django_db


def round_of_sending() -> None:
    planning.plan()
    delivering.deliver_due(time.monotonic() + 20)


def record(user: User, action: str = "vm.start") -> None:
    audit.record(
        user, action, target_kind="vm", target_id=7, target_name="web01", detail={"job": 3}
    )


def test_a_line_arrives_signed(webhook: Webhook, receiver: Receiver, oli: User) -> None:
    record(oli)
    send()
    path, headers, body = receiver.got[-1]
    event = json.loads(body)
    assert path == "/hook?token=tok-in-the-address"
    assert event["action"] == "vm.start"
    assert event["actor"]["name"] == "oli"
    assert event["target"] == {"kind": "vm", "id": 7, "name": "web01"}
    signed = headers["guesthouse-timestamp"].encode() + b"." + body
    right = hmac.new(str(webhook.secret).encode(), signed, hashlib.sha256).hexdigest()
    assert headers["guesthouse-signature"] == f"v1={right}"
    delivery = Delivery.objects.get(action="vm.start")
    assert headers["guesthouse-delivery"] == str(delivery.number)
    assert (delivery.state, delivery.status_code, delivery.answer) == ("sent", 200, "thanks")


def test_a_new_line_asks_for_a_round_only_where_a_webhook_listens(
    webhook: Webhook,
    oli: User,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("notices.hearing.nudge", lambda: asked.append("round"))
    with django_capture_on_commit_callbacks(execute=True):
        record(oli)
    assert asked == ["round"]
    Webhook.objects.update(is_active=False)
    with django_capture_on_commit_callbacks(execute=True):
        record(oli)
    assert asked == ["round"]


def test_each_line_is_planned_once_whatever_happens(webhook: Webhook, oli: User) -> None:
    record(oli)
    record(oli)
    planning.plan()
    planning.plan()
    assert Delivery.objects.filter(action="vm.start").count() == 2


def test_only_the_wanted_actions_are_sent(webhook: Webhook, ada: User, oli: User) -> None:
    services.change_webhook(ada, webhook, actions=["host.*", "vm.stop"])
    for action in ("vm.start", "vm.stop", "vm.stopped", "host.add"):
        record(oli, action)
    planning.plan()
    assert set(Delivery.objects.values_list("action", flat=True)) == {"vm.stop", "host.add"}


def test_a_failure_is_tried_again_eight_times_over_a_day(
    webhook: Webhook, receiver: Receiver, oli: User
) -> None:
    receiver.answers = [(500, {}, "broken")]
    services.change_webhook(oli, webhook, actions=["vm.*"])
    record(oli)
    round_of_sending()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries, delivery.error) == ("waiting", 1, "HTTP 500")
    round_of_sending()
    assert len(receiver.got) == 1  # not due yet
    waited = timedelta()
    while delivery.state == SendingState.WAITING:
        waited += delivery.next_try_at - timezone.now()
        Delivery.objects.update(next_try_at=timezone.now())
        round_of_sending()
        delivery.refresh_from_db()
    assert (len(receiver.got), delivery.state) == (8, "given-up")
    assert timedelta(hours=22) < waited < timedelta(hours=26)
    claiming.again(delivery)
    receiver.answers = [(204, {}, "")]
    round_of_sending()
    delivery.refresh_from_db()
    assert delivery.state == SendingState.SENT
    assert len({headers["guesthouse-delivery"] for _path, headers, _body in receiver.got}) == 1


def test_a_worker_that_dies_in_the_middle_loses_nothing(
    webhook: Webhook, receiver: Receiver, oli: User
) -> None:
    record(oli)
    planning.plan()
    delivery = Delivery.objects.get(action="vm.start")
    assert claiming.claim(delivery)
    assert not claiming.claim(Delivery.objects.get(pk=delivery.pk))
    Delivery.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))
    round_of_sending()
    assert any(headers["guesthouse-event"] == "vm.start" for _path, headers, _body in receiver.got)


def test_a_new_secret_signs_at_once(webhook: Webhook, receiver: Receiver, ada: User) -> None:
    old = str(webhook.secret)
    new = services.rotate_secret(ada, webhook)
    services.send_test(ada, webhook)
    round_of_sending()
    _path, headers, body = receiver.got[-1]
    signed = headers["guesthouse-timestamp"].encode() + b"." + body
    assert old != new
    assert headers["guesthouse-signature"].endswith(
        hmac.new(new.encode(), signed, hashlib.sha256).hexdigest()
    )


def test_a_team_is_told_of_its_own_objects_only(
    red: Team, oli: User, ada: User, receiver: Receiver, allowed: None
) -> None:
    services.create_webhook(oli, name="ours", url=receiver.url, team=red)
    ours, theirs = make_vm("oleander-7", team=red), make_vm("hemlock-3")
    for vm in (ours, theirs):
        audit.record(
            ada, "vm.start", target_kind="vm", target_id=vm.pk, target_name=vm.name,
            detail={"path": "/srv/secret"}, ip="10.0.0.1",
        )  # fmt: skip
    audit.record(ada, "team.member_add", target_kind="team", target_id=red.pk, target_name="Red")
    audit.record(ada, "host.add", target_kind="host", target_id=1, target_name="granite")
    planning.plan()
    told = set(Delivery.objects.values_list("action", flat=True)) - {"webhook.create"}
    assert told == {"vm.start", "team.member_add"}
    words = " ".join(Delivery.objects.values_list("body", flat=True))
    assert "oleander-7" in words
    for word in ("hemlock-3", "/srv/secret", "10.0.0.1", "granite"):
        assert word not in words


def test_a_webhook_that_was_off_starts_from_now(webhook: Webhook, ada: User, oli: User) -> None:
    services.change_webhook(ada, webhook, is_active=False)
    record(oli)
    services.change_webhook(ada, webhook, is_active=True)
    planning.plan()
    assert not Delivery.objects.filter(action="vm.start").exists()
