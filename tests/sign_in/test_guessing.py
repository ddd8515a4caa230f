"""Guessing is limited wherever it comes from, and does not keep the rightful person out."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User

from .conftest import code, give_code, give_password, is_in, with_app

# What is refused after the first few is refused after a thousand, which takes long to see.
tries = pytest.mark.parametrize("tries", [200, pytest.param(1000, marks=pytest.mark.slow)])


@tries
def test_a_thousand_tries_from_one_address_are_limited(oli: User, tries: int) -> None:
    client = Client()
    checked = 0
    for turn in range(tries):
        answer = client.post(
            reverse("account_login"),
            {"login": f"somebody-{turn}", "password": "x"},
            REMOTE_ADDR="203.0.113.9",
        )
        checked += answer.status_code == 200 and "Too many" not in answer.content.decode()
    assert checked <= 30
    elsewhere = Client(REMOTE_ADDR="198.51.100.4")
    give_password(elsewhere, oli)
    assert is_in(elsewhere)


@tries
def test_a_thousand_addresses_on_one_person_are_limited(oli: User, tries: int) -> None:
    known = Client(REMOTE_ADDR="198.51.100.4")
    give_password(known, oli)
    known.post(reverse("account_logout"))
    checked = 0
    for turn in range(tries):
        address = f"203.0.{turn // 250}.{turn % 250 + 1}"
        answer = give_password(Client(REMOTE_ADDR=address), oli, "guess")
        checked += "Too many" not in answer.content.decode()
    assert checked <= 5
    stranger = Client(REMOTE_ADDR="192.0.2.77")
    give_password(stranger, oli)
    assert not is_in(stranger)
    known.defaults["REMOTE_ADDR"] = "192.0.2.200"  # the same browser, from anywhere
    give_password(known, oli)
    assert is_in(known)


def test_another_session_of_the_person_makes_its_address_known(oli: User) -> None:
    at_home = Client(REMOTE_ADDR="198.51.100.4")
    give_password(at_home, oli)
    at_home.get(reverse("accounts_tokens"))
    for turn in range(20):
        give_password(Client(REMOTE_ADDR=f"203.0.113.{turn + 1}"), oli, "guess")
    new_browser = Client(REMOTE_ADDR="198.51.100.4")
    give_password(new_browser, oli)
    assert is_in(new_browser)


def test_a_forged_mark_of_a_browser_counts_as_none(oli: User) -> None:
    for turn in range(6):
        client = Client(REMOTE_ADDR=f"203.0.113.{turn + 1}")
        client.cookies["gh_known"] = f"WyJvbGkiLCAi{turn}Il0:forged:forged"
        give_password(client, oli, "guess")
    client = Client(REMOTE_ADDR="203.0.113.99")
    give_password(client, oli)
    assert not is_in(client)


@tries
def test_a_thousand_codes_are_limited(oli: User, tries: int) -> None:
    with_app(oli)
    known = Client(REMOTE_ADDR="198.51.100.4")
    give_password(known, oli)
    give_code(known, code(-1))
    assert is_in(known)
    known.post(reverse("account_logout"))
    checked = 0
    for turn in range(tries):
        if turn % 100 == 0:
            thief = Client(REMOTE_ADDR=f"203.0.{turn // 100}.7")
            give_password(thief, oli)
        answer = give_code(thief, f"{turn:06d}")
        checked += b"Incorrect code" in answer.content
    assert 0 < checked <= 5
    give_code(thief, code())
    assert not is_in(thief)
    give_password(known, oli)
    give_code(known, code())
    assert is_in(known)
