"""Ending sessions: one, and all of them; what hangs on them ends too."""

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from live.audience import listener_of, still_allowed

from .conftest import give_password, is_in


def browsers(user: User, count: int) -> list[Client]:
    """Return browsers in which `user` is signed in."""
    made = [Client() for _turn in range(count)]
    for one in made:
        give_password(one, user)
        one.get(reverse("accounts_tokens"))
    return made


def test_one_session_is_ended_and_its_socket_with_it(oli: User) -> None:
    here, there = browsers(oli, 2)
    listener = listener_of.func(oli, there.session)
    assert listener
    assert still_allowed.func([listener]) == {listener}
    row = oli.usersession_set.get(session_key=there.session.session_key)
    here.post(reverse("account_end_session", args=[row.pk]))
    assert is_in(here)
    assert not is_in(there)
    assert still_allowed.func([listener]) == set()


def test_somebody_else_s_session_is_not_found(oli: User, sam: User) -> None:
    (theirs,), (mine,) = browsers(oli, 1), browsers(sam, 1)
    row = oli.usersession_set.get()
    assert mine.post(reverse("account_end_session", args=[row.pk])).status_code == 404
    assert is_in(theirs)


def test_all_sessions_end_at_once(oli: User) -> None:
    made = browsers(oli, 3)
    made[0].post(reverse("account_end_everywhere"))
    assert not any(is_in(one) for one in made)


def test_forgotten_leads_to_an_administrator_without_mail(client: Client, db: None) -> None:
    answer = client.get(reverse("account_reset_password"), follow=True)
    assert "Ask an administrator" in answer.content.decode()


@pytest.mark.parametrize("address", ["oli@example.org", "nobody@example.org"])
def test_forgotten_mails_a_link_and_does_not_tell_who_is_here(
    client: Client, oli: User, settings: LazySettings, address: str
) -> None:
    settings.MAIL_IS_ON = True
    oli.email = "oli@example.org"
    oli.save()
    answer = client.post(reverse("account_reset_password"), {"email": address}, follow=True)
    assert "Look into your mail" in answer.content.decode()
    to_oli = [one for one in mail.outbox if "oli@example.org" in one.to]
    assert bool(to_oli) == (address == oli.email)
    if to_oli:
        body = str(to_oli[0].body)
        path = next(word for word in body.split() if "/password/reset/key/" in word)
        asked = client.get(path.partition("testserver")[2], follow=True)
        new = "a-lamp-in-the-attic-9"
        client.post(asked.request["PATH_INFO"], {"password1": new, "password2": new})
        give_password(client, oli, new)
        assert is_in(client)
