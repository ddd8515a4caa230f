"""Second factors: the app and recovery codes."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.sign_in.factors import relock_factors
from vault.locking import relock

from .conftest import PASSWORD, code, give_code, give_password, is_in, with_app, wrong_code


def test_an_app_is_set_up_on_the_page(client: Client, oli: User) -> None:
    give_password(client, oli)
    page = reverse("mfa_activate_totp")
    again = client.get(page)
    assert "reauthenticate" in again.headers["Location"]
    client.post(again.headers["Location"], {"password": PASSWORD})
    shown = client.get(page)
    assert "data:image/svg+xml" in shown.content.decode()
    secret = shown.context["form"].secret
    from allauth.mfa.totp.internal import auth

    value = next(auth.yield_hotp_counters_from_time())
    done = client.post(page, {"code": auth.format_hotp_value(auth.hotp_value(secret, value))})
    assert done.headers["Location"] == reverse("mfa_view_recovery_codes")
    kept = Authenticator.objects.get(user=oli, type="totp")
    assert secret not in str(kept.data)
    assert kept.data["secret"].startswith("vault:")
    assert len(client.get(done.headers["Location"]).context["unused_codes"]) == 10


def test_password_alone_is_not_enough_with_an_app(client: Client, oli: User) -> None:
    with_app(oli)
    answer = give_password(client, oli)
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)
    assert give_code(client, wrong_code()).status_code == 200
    assert not is_in(client)
    assert give_code(client, code()).status_code == 302
    assert is_in(client)


def test_a_code_works_once(oli: User) -> None:
    with_app(oli)
    used = code()
    first, second = Client(), Client()
    give_password(first, oli)
    give_code(first, used)
    assert is_in(first)
    give_password(second, oli)
    give_code(second, used)
    assert not is_in(second)


def test_a_recovery_code_works_once(oli: User) -> None:
    with_app(oli)
    codes = Authenticator.objects.get(user=oli, type="recovery_codes").wrap().get_unused_codes()
    for allowed in (True, False):
        client = Client()
        give_password(client, oli)
        give_code(client, codes[0])
        assert is_in(client) == allowed


def test_secrets_are_locked_again_with_a_new_key(oli: User) -> None:
    with_app(oli)
    before = Authenticator.objects.get(user=oli, type="totp").data["secret"]
    assert relock_factors(relock) == 2
    kept = Authenticator.objects.get(user=oli, type="totp")
    assert kept.data["secret"] != before
    assert kept.wrap().validate_code(code())


@pytest.mark.parametrize(
    "name",
    ["mfa_index", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_generate_recovery_codes",
     "mfa_deactivate_totp", "mfa_view_recovery_codes", "usersessions_list"],
)  # fmt: skip
def test_pages_are_drawn_without_inline_script(client: Client, oli: User, name: str) -> None:
    with_app(oli)
    give_password(client, oli)
    give_code(client, code())
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answer = client.get(reverse(name))
    assert answer.status_code == 200, answer.headers.get("Location")
    page = answer.content.decode()
    assert " style=" not in page
    for tag in page.split("<script")[1:]:
        head, _sep, body = tag.partition(">")
        assert "src=" in head or "application/json" in head, head + body[:40]
