"""No door of the sign-in opens to a service account, whatever somebody wrote into its row."""

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import LazySettings
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.adapter import AccountAdapter
from accounts.models import Membership, Team, User
from accounts.sign_in.organisation import OrganisationAdapter

from .conftest import PASSWORD, give_password, is_in


@pytest.fixture
def bot(db: None) -> User:
    """A service account that somebody gave a password and an address."""
    team = Team.objects.create(name="Web", slug="web")
    bot = User.objects.create_user("service:web/ci", "ci@example.org", PASSWORD)
    bot.service_team = team
    bot.save()
    Membership.objects.create(user=bot, team=team, role="owner")
    return bot


def test_not_by_its_password(client: Client, bot: User) -> None:
    answer = give_password(client, bot)
    assert answer.status_code == 200  # the form again, as for any wrong password
    assert not is_in(client)


def test_not_by_a_session_of_its_own(client: Client, bot: User) -> None:
    client.force_login(bot)
    assert not is_in(client)


def test_not_by_a_new_password(client: Client, bot: User, settings: LazySettings) -> None:
    settings.MAIL_IS_ON = True
    client.post(reverse("account_reset_password"), {"email": "ci@example.org"})
    assert not [letter for letter in mail.outbox if "/password/reset/key/" in letter.body]
    key = f"{user_pk_to_url_str(bot)}-{default_token_generator.make_token(bot)}"
    page = client.get(f"/account/password/reset/key/{key}/", follow=True)
    form = {"password1": "a-new-lighthouse-8", "password2": "a-new-lighthouse-8"}
    path = page.request["PATH_INFO"]
    assert client.post(path, form).status_code in {403, 404}
    bot.refresh_from_db()
    assert bot.check_password(PASSWORD)
    assert not is_in(client)


def test_people_still_get_their_letter(client: Client, oli: User, settings: LazySettings) -> None:
    settings.MAIL_IS_ON = True
    User.objects.filter(pk=oli.pk).update(email="oli@example.org")
    client.post(reverse("account_reset_password"), {"email": "oli@example.org"})
    assert [letter for letter in mail.outbox if "/password/reset/key/" in letter.body]


def test_not_by_an_account_of_the_organisation(bot: User, rf: RequestFactory) -> None:
    SocialAccount.objects.create(user=bot, provider="organisation", uid="bot")
    login = SocialLogin(account=SocialAccount(provider="organisation", uid="bot"), user=User())
    login.lookup()
    assert login.is_existing
    request = rf.get("/")
    request.user = AnonymousUser()
    with pytest.raises(PermissionDenied):
        OrganisationAdapter().pre_social_login(request, login)


def test_not_by_any_other_way_that_ends_in_the_adapter(bot: User, rf: RequestFactory) -> None:
    with pytest.raises(PermissionDenied):
        AccountAdapter().pre_login(rf.get("/"), bot)
    with pytest.raises(PermissionDenied):
        AccountAdapter().set_password(bot, "a-new-lighthouse-8")
