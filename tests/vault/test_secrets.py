# ruff: noqa: F811
"""No secret lies in the clear in the database, the pages, the API or the logs (S21)."""

import json
import logging
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.models import Team, User
from hosts import keeping, ssh
from hosts.addresses import key_path, ssh_folder
from hypervisor_site.checks import operations, routes
from notices import delivering, people, planning, services
from notices.models import Target, Webhook
from tests.notices.conftest import Receiver, allowed, receiver, red, webhook  # noqa: F401
from tests.site.test_api import bearer
from tests.site.test_routes import url_of
from vault import checks, keys

pytestmark = pytest.mark.django_db


@pytest.fixture
def secrets(vault_folder: Path, webhook: Webhook, oli: User) -> list[str]:
    """Every kind of secret that the portal keeps for others."""
    ssh.public_key()
    target = people.add_target(oli, name="Phone", url="json://example.org/my-token")
    private = "".join(key_path().read_text().splitlines()[1:3])
    return [str(webhook.secret), "tok-in-the-address", str(target.url), "my-token", private[:60]]


def dump() -> str:
    """Return every value of every table."""
    words = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            words += [str(value) for row in cursor.fetchall() for value in row]
    return "\n".join(words)


def test_the_database_holds_none(secrets: list[str]) -> None:
    text = dump()
    assert "vault:" in text
    for secret in secrets:
        assert secret not in text


def test_no_file_but_the_run_folders_holds_one(secrets: list[str], vault_folder: Path) -> None:
    for path in vault_folder.rglob("*"):
        if path.is_file() and "run" not in path.parts and path != keys.key_file():
            text = path.read_text(errors="replace").replace("\n", "")
            assert not [secret for secret in secrets if secret in text], path
    assert key_path().stat().st_mode & 0o777 == 0o600


def test_no_page_and_no_answer_of_the_api_tells_one(
    secrets: list[str],
    ada: User,
    oli: User,
    webhook: Webhook,
) -> None:
    planning.plan()
    for user in (ada, oli):
        client = Client()
        client.force_login(user)
        token = bearer(user)
        found = [path for path, _view in routes(get_resolver().url_patterns)]
        paths = [url_of(path, webhook.pk) for path in found if not path.startswith("api/")]
        paths += [
            "/" + name.split()[0].replace("{int:", "{").replace("{webhook_id}", str(webhook.pk))
            for name, _view in operations()
            if "GET" in name
        ]
        for path in paths:
            if "logout" in path or "{" in path:
                continue
            answer = client.get(path, headers=token if path.startswith("/api/") else {})
            text = b"" if answer.streaming else answer.content
            for secret in secrets:
                assert secret.encode() not in text, f"{path} tells {secret}"


def test_no_log_line_tells_one(
    secrets: list[str],
    webhook: Webhook,
    receiver: Receiver,
    caplog: pytest.LogCaptureFixture,
    settings: Any,
) -> None:
    with caplog.at_level(logging.DEBUG):
        for allow in (["127.0.0.0/8"], []):
            settings.WEBHOOK_ALLOW = allow
            delivery = planning.test_of(webhook)
            delivery.save()
            delivering.attempt(delivery)
        kept = Webhook.objects.get()
        assert repr(kept.secret) == "Secret(…)"
        logging.getLogger("x").info("%r %s", [kept.url], kept)
    text = "\n".join(record.getMessage() for record in caplog.records)
    for secret in secrets:
        assert secret not in text


def test_rotation_keeps_everything_working(
    secrets: list[str],
    webhook: Webhook,
    receiver: Receiver,
) -> None:
    old = keys.load()
    private = key_path().read_text()
    call_command("rotate_secrets", forget_old=True)
    assert len(keys.load()) == 1
    assert keys.load() != old
    assert str(Webhook.objects.get().secret) == secrets[0]
    assert str(Target.objects.get().url) == secrets[2]
    key_path().unlink()
    assert key_path().read_text() == private
    delivery = planning.test_of(Webhook.objects.get())
    delivery.save()
    assert delivering.deliver_due(time.monotonic() + 5) >= 1
    delivery.refresh_from_db()
    assert delivery.state == "sent"


def test_keys_of_the_environment_are_changed_there(
    secrets: list[str], settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.VAULT_KEYS = [keys.new_key(), *keys.load()]
    call_command("rotate_secrets")
    assert "GUESTHOUSE_VAULT_KEYS" in capsys.readouterr().out
    settings.VAULT_KEYS = settings.VAULT_KEYS[:1]
    assert str(Webhook.objects.get().secret) == secrets[0]


def test_a_wrong_key_fails_closed_at_the_start_and_on_the_page(
    secrets: list[str],
    ada: User,
    webhook: Webhook,
    receiver: Receiver,
) -> None:
    keys.save([keys.new_key()])
    found = checks.the_keys_fit(databases=["default"])
    assert {one.id for one in found} == {"vault.E002"}
    assert "GUESTHOUSE_VAULT_KEYS" in found[0].msg
    with pytest.raises(CommandError, match="GUESTHOUSE_VAULT_KEYS"):
        call_command("rotate_secrets")
    before = len(receiver.got)
    delivery = planning.test_of(Webhook.objects.defer("url", "secret").get())
    delivery.save()
    assert delivering.attempt(delivery) is False
    assert "GUESTHOUSE_VAULT_KEYS" in delivery.error
    assert len(receiver.got) == before
    client = Client()
    client.force_login(ada)
    assert client.get(reverse("notices:webhook", args=[webhook.pk])).status_code == 200
    key_path().unlink()
    answer = client.get(reverse("hosts:add"))
    assert answer.status_code in {200, 503}


def test_a_fixture_holds_none(secrets: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("dumpdata", "notices")
    text = capsys.readouterr().out
    assert len(json.loads(text)) >= 2
    for secret in secrets:
        assert secret not in text


def test_a_key_of_an_earlier_version_is_taken_in(vault_folder: Path) -> None:
    old = ssh_folder() / "id_ed25519"
    old.write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n")
    assert key_path().read_text() == "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n"
    assert not old.exists()
    assert keeping.kept_path(ssh_folder()).read_text().startswith("vault:")


def test_a_team_webhooks_secret_is_not_another_teams(red: Team, oli: User) -> None:
    made = services.create_webhook(oli, name="x", url="https://hook.example/", team=red)
    assert str(made.secret) not in dump()
