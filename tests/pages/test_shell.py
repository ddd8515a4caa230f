"""Does every page come in its frame, with what the reader may see and nothing dead?"""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return User.objects.create_superuser("ada", password="correct horse battery")


@pytest.fixture
def sam() -> User:
    return User.objects.create_user("sam", password="correct horse battery")


def page(client: Client, url: str = "/language/") -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_language_sheet_shows_every_part(client: Client, ada: User) -> None:
    client.force_login(ada)
    html = page(client)
    for part in (
        "gh-pill--leaf",
        "gh-meter--brick",
        "gh-spark",
        "gh-win",
        "gh-note--amber",
        "gh-dialog",
    ):
        assert part in html


def test_member_sees_fewer_nouns_than_the_administrator(
    client: Client, ada: User, sam: User
) -> None:
    users = reverse("accounts_users")
    client.force_login(sam)
    assert users not in page(client)
    client.force_login(ada)
    assert users in page(client)


def test_every_link_of_the_frame_leads_somewhere(client: Client, ada: User) -> None:
    client.force_login(ada)
    links = set(re.findall(r'<a [^>]*href="(/[^"#?]*)', page(client)))
    answers = {link: client.get(link).status_code for link in links}
    assert {link: status for link, status in answers.items() if status != 200} == {}


def test_frame_asks_the_database_little(
    client: Client, ada: User, django_assert_max_num_queries: object
) -> None:
    client.force_login(ada)
    page(client)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        page(client)


def test_pinned_theme_and_density_are_on_the_first_byte(client: Client, sam: User) -> None:
    sam.theme, sam.density = "dark", "roomy"
    sam.save()
    client.force_login(sam)
    html = page(client)
    assert 'data-bs-theme="dark"' in html and 'data-density="roomy"' in html


def test_sign_in_page_takes_the_theme_from_a_cookie(client: Client) -> None:
    client.cookies["gh_theme"] = "light"
    assert 'data-bs-theme="light"' in page(client, reverse("account_login"))


def test_forged_theme_cookie_is_ignored(client: Client) -> None:
    client.cookies["gh_theme"] = '"><script>'
    assert "data-bs-theme" not in page(client, reverse("account_login"))


def test_demo_says_so_on_every_page(client: Client, ada: User, settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    assert "gh-ribbon" in page(client, reverse("account_login"))
    client.force_login(ada)
    assert "gh-ribbon" in page(client)


def test_unknown_page_is_a_404_in_our_words(client: Client, ada: User) -> None:
    client.force_login(ada)
    answer = client.get("/nothing/here/")
    assert answer.status_code == 404
    assert "Nothing here" in answer.content.decode()
