"""Sign-ins and refusals are in the audit record, without what people typed."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from jobs import running
from jobs.models import AuditEntry

from .conftest import Ask

pytestmark = pytest.mark.django_db

PASSWORD = "an-old-lighthouse-7"


def lines() -> list[tuple[str, str, str]]:
    rows = AuditEntry.objects.order_by("seq")
    return list(rows.values_list("action", "outcome", "actor_name"))


def sign_in(client: Client, name: str, password: str) -> None:
    client.post(reverse("account_login"), {"login": name, "password": password})


def test_coming_and_leaving_are_recorded_with_the_address(oli: User, client: Client) -> None:
    sign_in(client, "oli", PASSWORD)
    client.post(reverse("account_logout"))
    assert lines() == [("session.sign_in", "done", "oli"), ("session.sign_out", "done", "oli")]
    assert {entry.ip for entry in AuditEntry.objects.all()} == {"127.0.0.1"}


def test_a_wrong_password_is_recorded_without_what_was_typed(oli: User, client: Client) -> None:
    sign_in(client, "oli", "wrong-lighthouse")
    sign_in(client, "my-secret-in-the-wrong-field", "x")
    assert {outcome for _action, outcome, _who in lines()} == {"denied"}
    names = {entry.target_name for entry in AuditEntry.objects.all()}
    assert names <= {"oli", ""}
    assert "oli" in names


def test_a_403_is_recorded(oli: User, client: Client) -> None:
    client.force_login(oli)
    client.get(reverse("jobs:record"))
    assert lines()[-1] == ("jobs:record", "denied", "oli")


def test_a_refused_change_is_recorded(ask: Ask, oli: User, client: Client) -> None:
    job = ask()
    running.run(job.pk)
    client.force_login(oli)
    client.post(reverse("jobs:cancel", args=[job.pk]))
    assert lines()[-1] == ("jobs:cancel", "denied", "oli")
    assert AuditEntry.objects.latest("seq").detail["status"] == 409
