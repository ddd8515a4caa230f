"""The door: passwords, the forced change, limits and sessions."""

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import User

PASSWORD = "an-old-lighthouse-7"
LOGIN = {"login": "oli", "password": PASSWORD}


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Forget earlier attempts."""
    cache.clear()


def test_right_password_opens(client: Client, oli: User) -> None:
    answer = client.post(reverse("account_login"), LOGIN)
    assert answer.status_code == 302
    assert client.get(reverse("accounts_tokens")).status_code == 200


def test_wrong_password_does_not_say_which_part_is_wrong(client: Client, oli: User) -> None:
    wrong = client.post(reverse("account_login"), {**LOGIN, "password": "nonsense"})
    unknown = client.post(reverse("account_login"), {**LOGIN, "login": "nobody"})
    assert wrong.status_code == unknown.status_code == 200
    assert wrong.context["form"].errors == unknown.context["form"].errors


def test_guessing_is_limited(client: Client, oli: User) -> None:
    for _attempt in range(6):
        client.post(reverse("account_login"), {**LOGIN, "password": "nonsense"})
    answer = client.post(reverse("account_login"), LOGIN)
    assert answer.status_code != 302


def test_default_password_has_to_be_changed_first(client: Client, oli: User) -> None:
    oli.must_change_password = True
    oli.save()
    client.post(reverse("account_login"), LOGIN)
    change = reverse("account_change_password")
    assert client.get(reverse("accounts_tokens")).headers["Location"] == change
    new = "a-much-newer-lighthouse"
    client.post(change, {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert not User.objects.get(pk=oli.pk).must_change_password
    assert client.get(reverse("accounts_tokens")).status_code == 200


def test_nobody_signs_up_alone(client: Client, db: None) -> None:
    client.post("/account/signup/", {"username": "eve", "password1": "a-long-password-1"})
    assert not User.objects.filter(username="eve").exists()


def test_sessions_are_listed_and_can_be_ended(oli: User) -> None:
    here, elsewhere = Client(), Client()
    for browser in (here, elsewhere):
        browser.post(reverse("account_login"), LOGIN)
        browser.get(reverse("accounts_tokens"))
    assert oli.usersession_set.count() == 2
    here.post(reverse("usersessions_list"))
    assert elsewhere.get(reverse("accounts_tokens")).status_code == 302
    assert here.get(reverse("accounts_tokens")).status_code == 200


def test_locking_a_person_ends_their_sessions(client: Client, ada: User, oli: User) -> None:
    client.post(reverse("account_login"), LOGIN)
    client.get(reverse("accounts_tokens"))
    services.set_active(oli, False, by=ada)
    assert not Session.objects.exists()
    assert client.get(reverse("accounts_tokens")).status_code == 302


def test_a_sign_in_does_not_lead_to_a_foreign_site(client: Client, oli: User) -> None:
    answer = client.post(reverse("account_login") + "?next=//evil.example/", LOGIN)
    assert "evil" not in answer.headers.get("Location", "")
