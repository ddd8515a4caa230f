"""Who needs a second factor, and that nothing opens without it."""

import random

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Team, User
from accounts.sign_in import policy
from live.audience import listener_of, still_allowed

from .conftest import PASSWORD, code, give_code, give_password, is_in, with_app, wrong_code


@pytest.fixture
def strict(db: None) -> Team:
    """A team whose members need a second factor."""
    return Team.objects.create(name="Vault", slug="vault", needs_second_factor=True)


def test_off_by_default(ada: User, oli: User) -> None:
    assert policy.needing([ada, oli]) == set()


def test_administrators_or_all_by_setting(ada: User, oli: User, settings: LazySettings) -> None:
    settings.REQUIRE_SECOND_FACTOR = "admins"
    assert policy.needing([ada, oli]) == {ada.pk}
    settings.REQUIRE_SECOND_FACTOR = "all"
    assert policy.needing([ada, oli]) == {ada.pk, oli.pk}


@pytest.mark.django_db(transaction=True)
def test_without_the_factor_one_can_only_set_it_up(client: Client, oli: User, strict: Team) -> None:
    give_password(client, oli)
    assert is_in(client)
    Membership.objects.create(user=oli, team=strict)
    assert client.get(reverse("accounts_tokens")).headers["Location"] == reverse("mfa_index")
    assert client.get("/").headers["Location"] == reverse("mfa_index")
    assert client.get("/api/v1/me").status_code == 403
    assert client.get(reverse("account_email")).headers["Location"] == reverse("mfa_index")
    page = client.get(reverse("mfa_index"))
    assert page.status_code == 200
    assert "You need a second factor here." in page.content.decode()
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    from allauth.mfa.totp.internal import auth

    now = list(auth.yield_hotp_counters_from_time())[1]
    value = auth.format_hotp_value(auth.hotp_value(secret, now))
    client.post(reverse("mfa_activate_totp"), {"code": value})
    assert is_in(client)


def test_a_session_from_before_shows_the_factor_once(
    client: Client, oli: User, strict: Team
) -> None:
    give_password(client, oli)
    with_app(oli)
    Membership.objects.create(user=oli, team=strict)
    assert not is_in(client)
    asked = client.get(reverse("accounts_tokens")).headers["Location"]
    assert asked.startswith(reverse("mfa_reauthenticate"))
    client.post(asked, {"code": code()})
    assert is_in(client)


def test_the_last_needed_factor_stays(client: Client, oli: User, strict: Team) -> None:
    Membership.objects.create(user=oli, team=strict)
    with_app(oli)
    give_password(client, oli)
    give_code(client, code())
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("mfa_deactivate_totp"))
    assert policy.has_factor(oli)


def test_the_live_socket_stays_shut(client: Client, oli: User, settings: LazySettings) -> None:
    give_password(client, oli)
    listens = listener_of.func
    listener = listens(oli, client.session)
    assert listener
    still = still_allowed.func
    assert still([listener]) == {listener}
    settings.REQUIRE_SECOND_FACTOR = "all"
    assert listens(oli, client.session) is None
    assert still([listener]) == set()


class Visitor:
    """A browser that takes steps in any order, and what it has rightly shown so far."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.client = Client()
        self.has_password = self.has_both = False
        self.used: set[str] = set()

    def right_password(self) -> None:
        """Give the password."""
        give_password(self.client, self.user)
        self.has_password = True

    def wrong_password(self) -> None:
        """Give another one."""
        give_password(self.client, self.user, "nonsense")

    def right_code(self) -> None:
        """Give the app's code; it counts after the password, once."""
        value, was_in = code(), is_in(self.client)
        give_code(self.client, value)
        if not was_in and is_in(self.client):
            self.has_both = self.has_password and value not in self.used
            self.used.add(value)

    def bad_code(self) -> None:
        """Give another one."""
        give_code(self.client, wrong_code())

    def leave(self) -> None:
        """Sign out."""
        self.client.post(reverse("account_logout"))
        self.has_password = self.has_both = False

    def empty_passkey(self) -> None:
        """Claim to have a passkey."""
        self.client.post(reverse("mfa_login_webauthn"), {"credential": "{}"})

    def other_doors(self) -> None:
        """Try the pages that confirm who is signed in."""
        for name in ("mfa_reauthenticate", "account_reauthenticate", "mfa_index"):
            self.client.post(reverse(name), {"password": PASSWORD, "code": wrong_code()})


@pytest.mark.parametrize("seed", range(6))
def test_no_mix_of_steps_gives_a_session_without_all_factors(
    oli: User, strict: Team, seed: int, settings: LazySettings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.MFA_RATE_LIMITS = False
    Membership.objects.create(user=oli, team=strict)
    with_app(oli)
    dice = random.Random(seed)
    visitor = Visitor(oli)
    steps = [
        visitor.right_password, visitor.wrong_password, visitor.right_code, visitor.bad_code,
        visitor.leave, visitor.empty_passkey, visitor.other_doors,
    ]  # fmt: skip
    opened = 0
    for _turn in range(40):
        step = dice.choice(steps)
        step()
        if is_in(visitor.client):
            assert visitor.has_both, step
            opened += 1
    assert opened or seed
