"""The cards on a team's page: requests with their buttons, tokens, and the month."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Role, Team, User
from approvals import raising, services
from approvals.models import Request
from quotas.models import Limit, Resource
from teams.services import service_accounts
from usage.models import Interval

PAGE = "/teams/web/"


@pytest.fixture
def team(oli: User, vera: User) -> Team:
    team = Team.objects.create(name="Web", slug="web")
    Membership.objects.create(user=oli, team=team, role=Role.OWNER)
    Membership.objects.create(user=vera, team=team, role=Role.VIEWER)
    Limit.objects.create(team=team, resource="vcpus", amount=4)
    return team


def page(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.get(PAGE).content.decode()


def ran(team: Team, person: User, hours: int, price: str) -> None:
    end = timezone.now()
    Interval.objects.create(
        vm_name="web01",
        team=team,
        person=person,
        person_name=person.username,
        price_per_hour=Decimal(price),
        vcpus=1,
        memory=1,
        disk=1,
        start=end - timedelta(hours=hours),
        end=end,
        is_open=False,
    )


def test_who_decides_approves_on_the_page_and_stays_there(
    team: Team, ada: User, vera: User
) -> None:
    asked = raising.ask(vera, team, {Resource.VCPUS: 8}, comment="For the exam.")
    client = Client()
    client.force_login(ada)
    text = client.get(PAGE).content.decode()
    assert "1 request waits for you" in text
    assert "quota 4 → 8" in text
    form = {"next": PAGE}
    answer = client.post(reverse("requests:act", args=[asked.pk, "approve"]), form)
    assert answer.headers["Location"] == PAGE
    assert Request.objects.get().state == "approved"


def test_the_way_back_is_one_of_ours(team: Team, ada: User, vera: User) -> None:
    asked = raising.ask(vera, team, {Resource.VCPUS: 8})
    client = Client()
    client.force_login(ada)
    form = {"next": "https://elsewhere.example.org/"}
    answer = client.post(reverse("requests:act", args=[asked.pk, "decline"]), form)
    assert answer.headers["Location"] == reverse("requests:list")


def test_who_asked_sees_their_own_and_others_nothing(team: Team, oli: User, vera: User) -> None:
    raising.ask(vera, team, {Resource.VCPUS: 8}, comment="For the exam.")
    text = page(vera)
    assert "Yours, not decided yet" in text
    assert "Withdraw" in text
    assert services.waiting_for(oli).count() == 0  # administrators decide about quotas
    assert "For the exam." not in page(oli)


def test_tokens_are_for_who_manages_them(team: Team, oli: User, vera: User) -> None:
    bot = service_accounts.create(team, "terraform-ci", Role.MEMBER, oli)
    made = service_accounts.make_token(bot, oli, "nightly", scope="write", days=3)
    text = page(oli)
    assert "terraform-ci" in text
    assert "ends " in text  # in three days
    assert made.key not in text
    assert "terraform-ci" not in page(vera)


def test_the_month_is_the_teams_or_ones_own_part(team: Team, oli: User, vera: User) -> None:
    day = timezone.localtime()
    if day.day == 1 and day.hour < 4:
        pytest.skip("the month is too young")
    ran(team, oli, 2, "0.5")
    ran(team, vera, 1, "0.5")
    text = page(oli)
    assert ">3</dd>" in text
    assert ">1.50</dd>" in text
    assert "Your part of it." not in text
    text = page(vera)
    assert ">0.50</dd>" in text
    assert "Your part of it." in text
