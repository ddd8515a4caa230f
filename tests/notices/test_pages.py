"""Pages and API of webhooks: whose they are, and that secrets show once."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Team, User
from jobs.models import AuditEntry
from notices import services
from notices.models import Webhook
from tests.site.test_api import bearer

from .conftest import Receiver

pytestmark = pytest.mark.django_db


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_an_administrator_makes_one_and_sees_the_secret_once(ada: User) -> None:
    client = as_(ada)
    answer = client.post(
        reverse("notices:webhooks"),
        {"name": "Chat", "url": "https://hook.example/tok-123", "actions": ["vm.*"]},
    )
    webhook = Webhook.objects.get()
    page = answer.content.decode()
    assert str(webhook.secret) in page
    assert answer["Cache-Control"] == "no-store"
    for url in (reverse("notices:webhooks"), reverse("notices:webhook", args=[webhook.pk])):
        page = client.get(url).content.decode()
        assert "https://hook.example" in page
        assert "tok-123" not in page
        assert str(webhook.secret) not in page
    line = AuditEntry.objects.latest("seq")
    assert (line.action, line.target_name) == ("webhook.create", "Chat")
    assert "tok-123" not in json.dumps(line.detail)


def test_a_bad_address_is_named_at_its_field(ada: User) -> None:
    answer = as_(ada).post(reverse("notices:webhooks"), {"name": "x", "url": "http://127.0.0.1/"})
    assert answer.status_code == 400
    assert "GUESTHOUSE_WEBHOOK_ALLOW" in answer.content.decode()


def test_changing_without_an_address_keeps_it(webhook: Webhook, ada: User) -> None:
    before = str(webhook.url)
    answer = as_(ada).post(reverse("notices:webhook", args=[webhook.pk]), {"name": "New"})
    assert answer.status_code == 302
    webhook = Webhook.objects.get()
    assert (webhook.name, str(webhook.url)) == ("New", before)


def test_every_button_does_its_thing(webhook: Webhook, ada: User) -> None:
    client = as_(ada)
    for verb in ("test", "off", "on", "secret"):
        answer = client.post(reverse("notices:webhook-act", args=[webhook.pk, verb]))
        assert answer.status_code == (200 if verb == "secret" else 302)
    delivery = webhook.deliveries.get(action="webhook.test")
    fragment = client.get(reverse("notices:deliveries", args=[webhook.pk])).content.decode()
    assert "webhook.test" in fragment
    again = reverse("notices:again", args=[webhook.pk, delivery.pk])
    assert client.post(again).status_code == 302
    client.post(reverse("notices:webhook-act", args=[webhook.pk, "delete"]))
    assert not Webhook.objects.exists()


def test_a_team_sees_its_own_and_no_others(
    webhook: Webhook, red: Team, oli: User, sam: User, receiver: Receiver
) -> None:
    ours = services.create_webhook(oli, name="Ours", url=receiver.url, team=red)
    client = as_(oli)
    assert client.get(reverse("notices:webhooks")).status_code == 403
    page = client.get(reverse("notices:team", args=["red"])).content.decode()
    assert "Ours" in page
    assert client.get(reverse("notices:webhook", args=[ours.pk])).status_code == 200
    assert client.get(reverse("notices:webhook", args=[webhook.pk])).status_code == 404
    stranger = as_(sam)
    for url in (
        reverse("notices:team", args=["red"]),
        reverse("notices:webhook", args=[ours.pk]),
        reverse("notices:deliveries", args=[ours.pk]),
    ):
        assert stranger.get(url).status_code == 404
    for verb in ("test", "off", "secret", "delete"):
        url = reverse("notices:webhook-act", args=[ours.pk, verb])
        assert stranger.post(url).status_code == 404


def call(client: Client, method: str, path: str, user: User, data: Any = None) -> Any:
    return client.generic(
        method, f"/api/v1{path}", json.dumps(data) if data else "",
        content_type="application/json", headers=bearer(user),
    )  # fmt: skip


def test_the_api_makes_changes_and_deletes(
    client: Client, ada: User, oli: User, sam: User, red: Team
) -> None:
    data = {"name": "Chat", "url": "https://hook.example/tok-123", "actions": ["vm.*"]}
    assert call(client, "POST", "/webhooks", oli, data).status_code == 403
    assert call(client, "POST", "/webhooks", sam, data | {"team": "red"}).status_code == 404
    made = call(client, "POST", "/webhooks", oli, data | {"team": "red"})
    assert made.status_code == 201
    pk = made.json()["id"]
    assert made.json()["secret"].startswith("whsec_")
    listed = call(client, "GET", "/webhooks", oli)
    assert [one["team"] for one in listed.json()["items"]] == ["red"]
    assert "secret" not in listed.content.decode()
    assert "tok-123" not in listed.content.decode()
    assert call(client, "GET", "/webhooks", sam).json()["total"] == 0
    assert call(client, "PATCH", f"/webhooks/{pk}", sam, {"name": "x"}).status_code == 404
    changed = call(client, "PATCH", f"/webhooks/{pk}", oli, {"is_active": False})
    assert changed.json()["is_active"] is False
    assert call(client, "PATCH", f"/webhooks/{pk}", oli, {"url": "nonsense"}).status_code == 422
    sent = call(client, "POST", f"/webhooks/{pk}/test", oli)
    assert sent.status_code == 201
    found = call(client, "GET", f"/webhooks/{pk}/deliveries", oli).json()["items"]
    assert "webhook.test" in {one["action"] for one in found}
    again = f"/webhooks/{pk}/deliveries/{sent.json()['id']}/again"
    assert call(client, "POST", again, oli).status_code == 202
    assert call(client, "POST", f"/webhooks/{pk}/secret", oli).json()["secret"]
    assert call(client, "DELETE", f"/webhooks/{pk}", ada).status_code == 204
    assert call(client, "GET", f"/webhooks/{pk}/deliveries", oli).status_code == 404
