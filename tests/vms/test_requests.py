"""Machines that are asked for: from the wish over the approval to the machine."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.access import ActionRefused
from accounts.models import Membership, Team, User
from approvals.models import Request
from approvals.services import decide
from catalogue.models import Size
from catalogue.services.editing import SizeWish, add_size, edit_size
from hosts.models import Host, Network
from jobs.models import Job
from quotas.models import Limit
from tests.factories import make_host, make_vm
from vms.making.sizes import GIB
from vms.models import VM
from vms.requests import ask_creation, ask_deletion
from vms.services.wishes import CreateRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def host(db: None) -> Host:
    """A host with a network."""
    host = make_host("alder")
    Network.objects.create(host=host, uuid=uuid4(), name="default", mode="nat", active=True)
    return host


@pytest.fixture
def red(host: Host, oli: User, vera: User) -> Team:
    """Oli makes machines in it, Vera owns it."""
    team = Team.objects.create(name="Red", slug="red")
    Membership.objects.create(user=oli, team=team, role="member")
    Membership.objects.create(user=vera, team=team, role="owner")
    return team


@pytest.fixture
def huge(ada: User) -> Size:
    """A size that has to be asked for."""
    return add_size(SizeWish("Huge", 16, 32 * GIB, 200 * GIB, needs_approval=True), ada)


def ask(by: User, team: Team, **wishes: Any) -> Request:
    """Ask for a machine."""
    facts: dict[str, Any] = {"name": "web01", "source": "network", "team_id": team.pk} | wishes
    return ask_creation(CreateRequest(**facts), by, "For the course.")


def test_approval_makes_the_machine_for_who_asked(
    red: Team, huge: Size, oli: User, vera: User
) -> None:
    request = ask(oli, red, size="huge")
    assert not VM.objects.exists()
    assert all(line.ok for line in request.spec.effect(request))
    assert "16 vCPU, 32 GiB, 200 GiB" in request.summary
    done = decide(request, vera, True)
    vm = VM.objects.get()
    assert (vm.owner, vm.team, vm.size) == (oli, red, "huge")
    assert done.job is not None
    assert done.job.target_id == vm.pk


def test_person_goes_past_their_limit_but_not_the_teams(red: Team, oli: User, vera: User) -> None:
    Limit.objects.create(team=red, user=oli, resource="machines", amount=0)
    team_limit = Limit.objects.create(team=red, resource="machines", amount=0)
    request = ask(oli, red)
    with pytest.raises(ActionRefused) as caught:
        decide(request, vera, True)
    assert caught.value.code == "blocked"
    team_limit.delete()
    decide(request, vera, True)
    assert VM.objects.get().owner == oli


def test_changed_size_is_not_agreed_to_unseen(
    red: Team, huge: Size, ada: User, oli: User, vera: User
) -> None:
    request = ask(oli, red, size="huge")
    edit_size(huge, SizeWish("Huge", 64, 64 * GIB, 200 * GIB, needs_approval=True), ada)
    with pytest.raises(ActionRefused):
        decide(request, vera, True)
    huge.delete()
    assert "16 vCPU" in request.summary
    with pytest.raises(ActionRefused):
        decide(request, vera, True)
    assert not VM.objects.exists()


def test_bad_wish_is_refused_before_anybody_is_asked(red: Team, oli: User, sam: User) -> None:
    for by, wishes in ((oli, {"name": "a b"}), (oli, {"size": "none"}), (sam, {})):
        with pytest.raises(ActionRefused):
            ask(by, red, **wishes)
    assert not Request.objects.exists()


def test_who_left_the_team_gets_no_machine(red: Team, huge: Size, oli: User, vera: User) -> None:
    request = ask(oli, red, size="huge")
    Membership.objects.filter(user=oli).delete()
    with pytest.raises(ActionRefused):
        decide(request, vera, True)
    assert not VM.objects.exists()


def test_deletion_waits_and_is_done(red: Team, oli: User, vera: User) -> None:
    Team.objects.update(approves_deletion=True)
    vm = make_vm("web01", team=red, owner=oli, state="off")
    request = ask_deletion(vm, oli)
    with pytest.raises(ActionRefused) as caught:
        ask_deletion(vm, oli)
    assert caught.value.code == "asked-already"
    done = decide(request, vera, True)
    assert done.job is not None
    assert (done.job.kind, done.job.actor) == ("vm.recycle", oli)


def test_machine_that_moved_is_not_deleted(red: Team, oli: User, vera: User) -> None:
    vm = make_vm("web01", team=red, owner=oli, state="off")
    request = ask_deletion(vm, oli)
    VM.objects.update(team=Team.objects.create(name="Blue", slug="blue"))
    with pytest.raises(ActionRefused):
        decide(request, vera, True)
    assert not Job.objects.exists()


def test_page_sends_the_request(client: Client, red: Team, huge: Size, oli: User) -> None:
    client.force_login(oli)
    typed = {"name": "web01", "source": "network", "team": "red", "size": "huge", "start": "on"}
    page = client.get("/machines/new/summary/", typed | {"shown_team": "red"}).content.decode()
    assert "Send request" in page
    answer = client.post("/machines/new/", typed | {"comment": "For the course."})
    assert answer["Location"] == "/requests/"
    request = Request.objects.get()
    assert (request.comment, request.team) == ("For the course.", red)


def test_page_tells_of_the_quota(client: Client, red: Team, oli: User) -> None:
    client.force_login(oli)
    Limit.objects.create(team=red, resource="vcpus", amount=1)
    typed = {"name": "web01", "source": "network", "team": "red", "shown_team": "red"}
    fits = client.get("/machines/new/summary/", typed | {"size": "small"}).content.decode()
    assert "Red quota" in fits
    assert "Create machine" in fits
    beyond = client.get("/machines/new/summary/", typed | {"size": "large"}).content.decode()
    assert "The team has not enough left." in beyond
    assert "Ask for more" in beyond
    Limit.objects.update(each=True)
    own = client.get("/machines/new/summary/", typed | {"size": "large"}).content.decode()
    assert "Send request" in own


def test_who_may_have_nothing_of_their_own_is_not_offered_it(
    client: Client, red: Team, oli: User
) -> None:
    Limit.objects.create(each=True, resource="machines", amount=0)
    client.force_login(oli)
    page = client.get("/machines/new/").content.decode()
    assert "Personal" not in page
    answer = client.post(
        "/api/v1/vms",
        json.dumps({"name": "web01", "source": "network"}),
        content_type="application/json",
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "quota")


def test_delete_dialog_sends_the_request(client: Client, red: Team, oli: User) -> None:
    Team.objects.update(approves_deletion=True)
    vm = make_vm("web01", team=red, owner=oli, state="off")
    client.force_login(oli)
    assert "Send request" in client.get(f"/machines/{vm.pk}/delete/").content.decode()
    client.post(f"/machines/{vm.pk}/delete/", {})
    assert Request.objects.get().target_id == vm.pk
    assert not Job.objects.exists()


def test_api_asks_with_the_body_of_a_creation(
    client: Client, red: Team, huge: Size, oli: User, vera: User
) -> None:
    client.force_login(oli)

    def send(**params: Any) -> Any:
        body = {"kind": "vm.create", "team": "red", "comment": "Please.", "params": params}
        return client.post("/api/v1/requests", json.dumps(body), content_type="application/json")

    assert send(name="web01", source="network", size="none").status_code == 400
    assert send(source="network").status_code == 400
    assert send(name="web01", source="network", size="huge", host_id=1).status_code == 400
    assert not Request.objects.exists()
    answer = send(name="web01", source="network", size="huge")
    assert answer.status_code == 201, answer.content
    request = Request.objects.get()
    assert request.summary.startswith("web01: 16 vCPU")
    decide(request, vera, True)
    assert VM.objects.get().team == red
