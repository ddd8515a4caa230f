"""A token does what it is narrowed to, and never makes one that does more."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.access import ActionRefused
from accounts.models import ApiToken, User
from accounts.services import create_token
from jobs.models import AuditEntry


def ask(key: str, method: str, path: str, body: object = None) -> int:
    answer = Client().generic(
        method,
        f"/api/v1{path}",
        json.dumps(body) if body is not None else "",
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )
    return answer.status_code


def test_a_token_is_narrowed_on_the_page(client: Client, oli: User) -> None:
    client.force_login(oli)
    form = {"name": "ci", "scope": "write", "days": 7, "capabilities": ["vm.view"]}
    page = client.post(reverse("accounts_tokens"), form)
    assert ApiToken.objects.get().capabilities == ["vm.view"]
    assert "See machines" in page.content.decode()
    key = page.context["made"].key
    assert ask(key, "GET", "/vms") == 200
    assert ask(key, "GET", "/teams") == 403


def test_rights_on_the_site_are_offered_to_administrators(oli: User, ada: User) -> None:
    with pytest.raises(ActionRefused):
        create_token(oli, "x", capabilities=["host.manage"])
    assert create_token(ada, "x", capabilities=["host.manage"]).row.capabilities == ["host.manage"]


def test_a_token_makes_none_that_may_do_more(oli: User) -> None:
    key = create_token(oli, "ci", capabilities=["vm.view"]).key
    assert ask(key, "POST", "/tokens", {"name": "a", "capabilities": ["vm.delete"]}) == 403
    assert ask(key, "POST", "/tokens", {"name": "b"}) == 201
    made = set(ApiToken.objects.get(name="b").capabilities) - {"signed_in"}
    assert made == {"vm.view"}


def test_the_denial_of_a_reading_token_names_the_person(oli: User) -> None:
    key = create_token(oli, "ci", scope="read").key
    assert ask(key, "POST", "/tokens", {"name": "b"}) == 403
    assert AuditEntry.objects.filter(outcome="denied", actor=oli).exists()


def test_the_command_narrows(oli: User) -> None:
    call_command("token", "oli", "--only", "vm.view", stdout=StringIO(), stderr=StringIO())
    assert ApiToken.objects.get().capabilities == ["vm.view"]
    with pytest.raises(CommandError):
        call_command("token", "oli", "--only", "host.manage", stderr=StringIO())
