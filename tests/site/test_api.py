"""The API's frame: who is let in, how refusals look, what is described."""

import json
import re

import pytest
from django.test import Client

from accounts import services
from accounts.models import User
from hypervisor_site.checks import operations


def bearer(user: User, scope: str = "write") -> dict[str, str]:
    """Return the header of a new token."""
    key = services.create_token(user, "test", scope=scope).key
    return {"Authorization": f"Bearer {key}"}


def test_every_operation_declares_its_capability(db: None) -> None:
    assert [path for path, view in operations() if not hasattr(view, "capability")] == []


def test_without_a_token_the_answer_is_401(client: Client, db: None) -> None:
    for path, view in operations():
        if "GET" in path:
            url = "/" + re.sub(r"{[^}]*}", "1", path.split()[0])
            answer = client.get(url)
            assert answer.status_code == 401, (path, view)
            assert answer.headers["Content-Type"] == "application/problem+json"


def test_wrong_token_is_401(client: Client, db: None) -> None:
    answer = client.get("/api/v1/vms", headers={"Authorization": "Bearer gh_nonsense"})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_reading_token_changes_nothing(client: Client, oli: User) -> None:
    answer = client.post(
        "/api/v1/tokens",
        json.dumps({"name": "more"}),
        content_type="application/json",
        headers=bearer(oli, "read"),
    )
    assert answer.status_code == 403


def test_page_session_needs_the_csrf_token(oli: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(oli)
    assert client.get("/api/v1/me").status_code == 200
    answer = client.post(
        "/api/v1/tokens", json.dumps({"name": "x"}), content_type="application/json"
    )
    assert answer.status_code in {401, 403}


def test_ordinary_person_sees_no_hosts(client: Client, oli: User) -> None:
    answer = client.get("/api/v1/hosts", headers=bearer(oli))
    assert answer.status_code == 403
    assert answer.json()["code"] == "forbidden"


def test_bad_input_names_each_field(client: Client, oli: User) -> None:
    answer = client.post(
        "/api/v1/tokens",
        json.dumps({"name": "", "days": 0}),
        content_type="application/json",
        headers=bearer(oli),
    )
    assert answer.status_code == 400
    assert set(answer.json()["fields"]) == {"name", "days"}


def test_page_past_the_end_is_empty(client: Client, ada: User) -> None:
    answer = client.get("/api/v1/users?page=99", headers=bearer(ada))
    assert answer.json() == {"items": [], "total": 1, "page": 99, "page_size": 50}


def test_description_can_be_read_by_programs(client: Client, db: None) -> None:
    schema = client.get("/api/v1/openapi.json").json()
    assert "/api/v1/vms" in schema["paths"]
    assert client.get("/api/v1/docs").status_code == 200


@pytest.mark.parametrize("name", ["eve smith", "x" * 200, "<b>", "a\nb"])
def test_hostile_user_names_are_refused(client: Client, ada: User, name: str) -> None:
    answer = client.post(
        "/api/v1/users",
        json.dumps({"username": name}),
        content_type="application/json",
        headers=bearer(ada),
    )
    assert answer.status_code == 400


def test_figures_are_for_administrators(client: Client, ada: User, oli: User) -> None:
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers=bearer(oli)).status_code == 403
    answer = client.get("/metrics", headers=bearer(ada))
    assert answer.status_code == 200
    assert b"guesthouse_jobs" in answer.content
