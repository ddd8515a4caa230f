"""Who may ask, who may decide, and that it happens once."""

import threading
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.test import Client

from accounts.access import ActionRefused
from accounts.models import Membership, Role, Team, User
from approvals import kinds, raising, services
from approvals.kinds import Evidence, RequestKind
from approvals.models import Request, RequestState
from jobs.models import AuditEntry
from quotas.models import Limit, Resource


@pytest.fixture
def team(db: None, oli: User, vera: User) -> Team:
    """Oli owns it, Vera looks at it."""
    team = Team.objects.create(name="Teaching", slug="teaching")
    Membership.objects.create(team=team, user=oli, role=Role.OWNER)
    Membership.objects.create(team=team, user=vera, role=Role.VIEWER)
    return team


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Know a kind "test.wish"; collect which requests were carried out."""
    performed: list[int] = []
    blocked = [Evidence(False, "There is no room.")]
    kind = RequestKind(
        "test.wish",
        "Wish",
        lambda request: f"a wish {request.pk}",
        lambda request: blocked if request.params.get("blocked") else [Evidence(True, "Room.")],
        lambda request, by: performed.append(request.pk),
    )
    monkeypatch.setitem(kinds._KINDS, kind.name, kind)
    return performed


def wish(by: User, team: Team | None, **params: Any) -> Request:
    """Ask for a wish."""
    return services.ask("test.wish", by=by, team=team, params=params, comment="For the exam.")


def test_an_owner_approves_and_it_is_done(
    team: Team, oli: User, vera: User, done: list[int]
) -> None:
    asked = wish(vera, team)
    assert list(services.waiting_for(oli)) == [asked]
    decided = services.decide(asked, oli, True, "Fine.")
    assert (decided.state, decided.answer) == (RequestState.APPROVED, "Fine.")
    assert done == [asked.pk]
    assert not services.waiting_for(oli).exists()
    actions = AuditEntry.objects.filter(target_kind="request").values_list("action", flat=True)
    assert set(actions) == {"request.ask", "request.approve"}


def test_nothing_is_decided_twice(team: Team, oli: User, vera: User, done: list[int]) -> None:
    asked = wish(vera, team)
    services.decide(asked, oli, False, "No.")
    with pytest.raises(ActionRefused) as caught:
        services.decide(asked, oli, True)
    assert caught.value.code == "request-over"
    with pytest.raises(ActionRefused):
        services.withdraw(asked, vera)
    assert done == []


def test_what_is_blocked_waits_on(team: Team, oli: User, vera: User, done: list[int]) -> None:
    asked = wish(vera, team, blocked=True)
    with pytest.raises(ActionRefused, match="There is no room"):
        services.decide(asked, oli, True)
    asked.refresh_from_db()
    assert asked.is_waiting
    assert done == []


def test_nobody_decides_their_own_request(
    team: Team, ada: User, oli: User, vera: User, done: list[int], client: Client
) -> None:
    asked = wish(oli, team)
    assert not services.may_decide(asked, oli)
    assert not services.waiting_for(oli).exists()
    with pytest.raises(PermissionDenied):
        services.decide(asked, oli, True)
    client.force_login(oli)
    page = client.get("/requests/").content.decode()
    assert "waits for somebody else" in page
    assert "/approve/" not in page
    assert client.post(f"/requests/{asked.pk}/approve/").status_code == 403
    assert services.deciders(asked) == [ada]  # nobody else decides in the team
    services.decide(asked, ada, True)
    assert done == [asked.pk]


def test_of_two_who_decide_the_other_one_is_asked(
    team: Team, oli: User, vera: User, done: list[int]
) -> None:
    Membership.objects.filter(user=vera).update(role=Role.OWNER)
    asked = wish(oli, team)
    assert services.deciders(asked) == [vera]
    services.decide(asked, vera, True)
    assert done == [asked.pk]


def test_the_asker_and_strangers_do_not_decide(
    team: Team, oli: User, vera: User, sam: User, done: list[int]
) -> None:
    asked = wish(vera, team)
    for person in (vera, sam):
        with pytest.raises(PermissionDenied):
            services.decide(asked, person, True)
    with pytest.raises(PermissionDenied):
        services.withdraw(asked, oli)
    with pytest.raises(Http404):
        wish(sam, team)


def test_an_owner_of_another_team_sees_nothing(
    team: Team, vera: User, sam: User, done: list[int], client: Client
) -> None:
    other = Team.objects.create(name="Physics", slug="physics")
    Membership.objects.create(team=other, user=sam, role=Role.OWNER)
    asked = wish(vera, team)
    client.force_login(sam)
    assert "For the exam" not in client.get("/requests/").text
    assert client.get(f"/requests/{asked.pk}/row/").status_code == 404
    assert client.post(f"/requests/{asked.pk}/approve/").status_code == 404
    answer = client.get("/api/v1/requests").json()
    assert answer["items"] == []


def test_too_many_requests_are_refused(team: Team, vera: User, done: list[int]) -> None:
    for _number in range(services.MOST_WAITING):
        wish(vera, team)
    with pytest.raises(ActionRefused) as caught:
        wish(vera, team)
    assert caught.value.code == "too-many"


def test_a_bigger_quota_is_decided_by_administrators(
    team: Team, ada: User, oli: User, done: list[int]
) -> None:
    Limit.objects.create(team=team, resource=Resource.VCPUS, amount=8)
    with pytest.raises(ActionRefused):
        raising.ask(oli, team, {Resource.VCPUS: 4})
    asked = raising.ask(oli, team, {Resource.VCPUS: 16}, comment="Exams")
    with pytest.raises(PermissionDenied):
        services.decide(asked, oli, True)
    with pytest.raises(ActionRefused) as caught:
        raising.ask(oli, team, {Resource.VCPUS: 32})
    assert caught.value.code == "asked-already"
    services.decide(asked, ada, True)
    assert Limit.objects.get(team=team, resource=Resource.VCPUS).amount == 16
    line = AuditEntry.objects.get(action="quota.change")
    assert (line.detail["before"], line.detail["after"]) == ({"vcpus": 8}, {"vcpus": 16})


def test_the_page_shows_evidence_and_takes_the_decision(
    team: Team, oli: User, vera: User, done: list[int], client: Client
) -> None:
    good, bad = wish(vera, team), wish(vera, team, blocked=True)
    client.force_login(oli)
    page = client.get("/requests/").text
    assert "2 requests wait for you" in page
    assert "There is no room." in page
    assert "gh-nav__count--amber" in page
    client.post(f"/requests/{bad.pk}/approve/")
    client.post(f"/requests/{good.pk}/approve/", {"answer": "Go on"})
    states = dict(Request.objects.values_list("pk", "state"))
    assert states == {good.pk: "approved", bad.pk: "waiting"}
    assert "Go on" in client.get("/requests/").text


def test_asking_for_more_by_page_and_by_program(team: Team, oli: User, client: Client) -> None:
    Limit.objects.create(team=team, resource=Resource.MEMORY, amount=2**30)
    client.force_login(oli)
    assert "1 GiB" in client.get("/requests/more/?team=teaching").text
    client.post("/requests/more/?team=teaching", {"memory": "16 GiB", "comment": "More"})
    assert Request.objects.get().params == {"limits": {"memory": 16 * 2**30}}
    answer = client.post(
        "/api/v1/requests",
        {"kind": "quota.raise", "team": "teaching", "params": {"limits": {"memory": "a"}}},
        content_type="application/json",
    )
    assert answer.status_code == 400
    page = client.post("/requests/more/?team=teaching", {"machines": "9", "comment": "More"}).text
    assert "Machines: there is no limit, so nothing to ask for." in page


@pytest.mark.django_db(transaction=True)
def test_two_who_approve_at_once_do_it_once(
    team: Team, ada: User, oli: User, vera: User, done: list[int]
) -> None:
    asked = wish(vera, team)
    outcomes: list[str] = []
    gate = threading.Barrier(6)

    def press(by: User) -> None:
        gate.wait()
        try:
            outcomes.append(str(services.decide(asked, by, True).state))
        except ActionRefused as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(by,)) for by in (ada, oli) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved"] + ["request-over"] * 5
    assert done == [asked.pk]
