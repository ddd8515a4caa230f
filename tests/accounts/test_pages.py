"""Pages about people: who may, and what they do."""

from django.test import Client
from django.urls import reverse

from accounts.models import ApiToken, User


def test_ordinary_person_does_not_see_the_users(client: Client, oli: User) -> None:
    client.force_login(oli)
    assert client.get(reverse("accounts_users")).status_code == 403
    assert client.post(reverse("accounts_user_new"), {"username": "x"}).status_code == 403


def test_visitor_is_sent_to_sign_in(client: Client, db: None) -> None:
    answer = client.get(reverse("accounts_users"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("account_login"))


def test_administrator_makes_a_person_and_sees_the_password_once(client: Client, ada: User) -> None:
    client.force_login(ada)
    answer = client.post(
        reverse("accounts_user_new"), {"username": "mina", "full_name": "Mina Park"}
    )
    mina = User.objects.get(username="mina")
    assert mina.check_password(answer.context["password"])
    assert answer.headers["Cache-Control"] == "no-store"


def test_taken_user_name_is_named(client: Client, ada: User, oli: User) -> None:
    client.force_login(ada)
    answer = client.post(reverse("accounts_user_new"), {"username": "oli"})
    assert answer.status_code == 400
    assert "username" in answer.context["form"].errors


def test_actions_need_a_post(client: Client, ada: User, oli: User) -> None:
    client.force_login(ada)
    url = reverse("accounts_user_action", args=[oli.pk, "lock"])
    assert client.get(url).status_code == 405
    assert client.post(url).status_code == 302
    assert not User.objects.get(pk=oli.pk).is_active


def test_looks_are_kept_with_the_person(client: Client, oli: User) -> None:
    client.force_login(oli)
    client.post(reverse("account_preferences"), {"theme": "dark", "next": "/account/tokens/"})
    assert User.objects.get(pk=oli.pk).theme == "dark"
    assert client.cookies["gh_theme"].value == "dark"
    assert client.post(reverse("account_preferences"), {"theme": "pink"}).status_code == 400


def test_token_is_shown_once_and_revoked(client: Client, oli: User, sam: User) -> None:
    client.force_login(oli)
    answer = client.post(reverse("accounts_tokens"), {"name": "ci", "scope": "read", "days": 7})
    key = answer.context["made"].key
    assert key in answer.content.decode()
    assert key not in client.get(reverse("accounts_tokens")).content.decode()
    token = ApiToken.objects.get()
    stranger = Client()
    stranger.force_login(sam)
    url = reverse("accounts_revoke_token", args=[token.pk])
    assert stranger.post(url).status_code == 404
    assert client.post(url).status_code == 302
    assert not ApiToken.objects.exists()
