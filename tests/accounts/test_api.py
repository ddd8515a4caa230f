"""People and sessions by the API: what administrators do, and what is everybody's own."""

from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.models import SiteRole, Team, User
from accounts.services import create_token
from jobs.models import AuditEntry
from tests.teams.test_api import send

pytestmark = pytest.mark.django_db


def by_token(method: str, path: str, user: User, **narrowing: Any) -> int:
    """Ask with a token that leaves something out; return the status."""
    key = create_token(user, "narrow", **narrowing).key
    headers = {"Authorization": f"Bearer {key}"}
    options = {"content_type": "application/json", "headers": headers}
    return int(Client().generic(method, f"/api/v1{path}", "{}", **options).status_code)


def signed_in(user: User) -> Client:
    """A browser of theirs."""
    client = Client()
    form = {"login": user.username, "password": "an-old-lighthouse-7"}
    assert client.post("/account/login/", form).status_code == 302
    return client


def test_an_administrator_changes_what_people_may_do(ada: User, oli: User) -> None:
    home = f"/users/{oli.pk}"
    assert send(ada, "GET", home).json()["is_auditor"] is False
    wish = {"is_admin": True, "is_auditor": True}
    told = send(ada, "PATCH", home, wish).json()
    assert (told["is_admin"], told["is_auditor"], told["is_active"]) == (True, True, True)
    oli.refresh_from_db()
    assert (oli.is_superuser, oli.site_role) == (True, SiteRole.AUDITOR)
    send(ada, "PATCH", home, {"is_admin": False, "is_active": False})
    oli.refresh_from_db()
    assert (oli.is_superuser, oli.is_active, oli.site_role) == (False, False, SiteRole.AUDITOR)
    lines = AuditEntry.objects.filter(target_kind="user", target_id=oli.pk)
    actions = {"user.promote", "user.site_role", "user.demote", "user.lock"}
    assert set(lines.values_list("action", flat=True)) == actions


def test_all_of_a_change_or_nothing(ada: User) -> None:
    answer = send(ada, "PATCH", f"/users/{ada.pk}", {"is_auditor": True, "is_active": False})
    assert (answer.status_code, answer.json()["code"]) == (409, "self")
    ada.refresh_from_db()
    assert ada.site_role == SiteRole.NONE
    answer = send(ada, "PATCH", f"/users/{ada.pk}", {"is_admin": False})
    assert answer.json()["code"] == "last-admin"


def test_a_program_becomes_no_administrator(ada: User) -> None:
    bot = User.objects.create(username="bot", service_team=Team.objects.create(name="W", slug="w"))
    answer = send(ada, "PATCH", f"/users/{bot.pk}", {"is_admin": True})
    assert answer.json()["code"] == "service-account"


def test_others_change_nobody(oli: User, sam: User) -> None:
    for method, end in (("GET", ""), ("PATCH", ""), ("POST", "/sign-out")):
        assert send(oli, method, f"/users/{sam.pk}{end}", {}).status_code == 403
    assert send(oli, "POST", f"/users/{sam.pk}/reset-password", {}).status_code == 403


def test_a_new_first_password_is_shown_once_and_ends_sessions(ada: User, oli: User) -> None:
    browser = signed_in(oli)
    told = send(ada, "POST", f"/users/{oli.pk}/reset-password").json()
    oli.refresh_from_db()
    assert oli.check_password(told["first_password"])
    assert oli.must_change_password
    assert browser.get("/machines/").status_code == 302


def test_somebody_is_signed_out(ada: User, oli: User) -> None:
    browser = signed_in(oli)
    told = send(ada, "POST", f"/users/{oli.pk}/sign-out").json()
    assert told == {"sessions_ended": 1}
    assert browser.get("/machines/").status_code == 302
    line = AuditEntry.objects.get(action="user.sign_out")
    assert (line.target_name, line.detail["sessions_ended"]) == ("oli", 1)


def test_a_lost_laptop_is_signed_out(oli: User, sam: User) -> None:
    laptop, phone, other = signed_in(oli), signed_in(oli), signed_in(sam)
    rows = send(oli, "GET", "/sessions").json()
    assert rows["total"] == 2
    first, last = rows["items"][1]["id"], rows["items"][0]["id"]
    assert send(sam, "DELETE", f"/sessions/{first}").status_code == 404
    assert send(oli, "DELETE", f"/sessions/{first}").status_code == 204
    assert laptop.get("/machines/").status_code == 302
    assert phone.get("/machines/").status_code == 200
    assert UserSession.objects.filter(pk=last).exists()
    assert send(oli, "DELETE", "/sessions").json() == {"sessions_ended": 1}
    assert phone.get("/machines/").status_code == 302
    assert other.get("/machines/").status_code == 200


OWN = [
    ("GET", "/sessions"),
    ("DELETE", "/sessions"),
    ("GET", "/notices"),
    ("POST", "/notices/read"),
    ("GET", "/notices/mail"),
    ("GET", "/notice-targets"),
]


@pytest.mark.parametrize(("method", "path"), OWN)
def test_a_narrowed_token_reaches_nothing_of_ones_own(oli: User, method: str, path: str) -> None:
    assert by_token(method, path, oli, capabilities=["vm.view"]) == 403
    assert by_token(method, path, oli, scope="read") == (200 if method == "GET" else 403)
    assert by_token(method, path, oli) in {200, 204}


@pytest.mark.parametrize(("method", "path"), OWN)
def test_programs_have_nothing_of_the_kind(oli: User, method: str, path: str) -> None:
    bot = User.objects.create(username="bot", service_team=Team.objects.create(name="W", slug="w"))
    assert by_token(method, path, bot, by=oli) == 403
