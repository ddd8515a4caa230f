"""What is not offered, or has to be agreed to, cannot be had on any path."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from accounts.access import ActionRefused
from accounts.models import Membership, Team, User
from catalogue.models import Size
from catalogue.services.editing import SizeWish, add_size, edit_size, offer_image, wish_of
from hosts.models import Host, Network
from jobs.models import Job
from tests.factories import make_host, make_vm
from vms.making.sizes import GIB
from vms.models import VM
from vms.services.again import retry
from vms.services.bulk import request_bulk
from vms.services.create import CreateRequest, request_create
from vms.services.lifecycle import request_delete

pytestmark = pytest.mark.django_db


@pytest.fixture
def host(db: None) -> Host:
    """A host with a network for everybody."""
    host = make_host("alder")
    network(host, "default")
    return host


def network(host: Host, name: str, team: Team | None = None) -> Network:
    """Make an active network."""
    return Network.objects.create(
        host=host, uuid=uuid4(), name=name, mode="nat", active=True, team=team
    )


@pytest.fixture
def red(host: Host, oli: User, vera: User) -> Team:
    """Oli makes machines in it, Vera looks."""
    team = Team.objects.create(name="Red", slug="red")
    Membership.objects.create(user=oli, team=team, role="member")
    Membership.objects.create(user=vera, team=team, role="viewer")
    return team


@pytest.fixture
def blue(host: Host, sam: User) -> Team:
    """Sam's team, with a network."""
    team = Team.objects.create(name="Blue", slug="blue")
    Membership.objects.create(user=sam, team=team, role="owner")
    network(host, "blue-net", team)
    return team


@pytest.fixture
def huge(ada: User) -> Size:
    """A size that has to be asked for."""
    return add_size(SizeWish("Huge", 16, 64 * GIB, 200 * GIB, needs_approval=True), ada)


def ask(by: User, team: Team | None = None, **wishes: Any) -> Job:
    """Ask for a machine."""
    facts = {"name": "web01", "source": "network", "team_id": team.pk if team else None}
    return request_create(CreateRequest(**facts | wishes), by)


def refusal(by: User, team: Team | None = None, **wishes: Any) -> ActionRefused:
    """Ask and return the refusal; nothing may be left behind."""
    with pytest.raises(ActionRefused) as caught:
        ask(by, team, **wishes)
    assert not VM.objects.exists()
    assert not Job.objects.exists()
    return caught.value


def test_machine_of_a_team_is_the_teams(red: Team, oli: User) -> None:
    vm = VM.objects.get(pk=ask(oli, red, size="medium").target_id or 0)
    assert (vm.team, vm.owner, vm.size) == (red, oli, "medium")


def test_other_teams_id_is_not_there(red: Team, blue: Team, oli: User) -> None:
    assert refusal(oli, blue).status == 404
    assert refusal(oli, team_id=987654).status == 404


def test_viewer_makes_nothing_in_the_team(red: Team, vera: User) -> None:
    with pytest.raises(PermissionDenied):
        ask(vera, red)


def test_other_teams_network_is_as_if_it_were_not(red: Team, blue: Team, oli: User) -> None:
    for team in (red, None):
        found = refusal(oli, team, network="blue-net")
        missing = refusal(oli, team, network="nowhere")
        assert found.status == missing.status == 400
        assert found.message.replace("blue-net", "nowhere") == missing.message


def test_usual_network_is_one_that_is_offered(red: Team, blue: Team, host: Host, oli: User) -> None:
    Network.objects.filter(name="default").update(name="z-shared")
    assert ask(oli, red).params["network"] == "z-shared"


def test_narrowed_image_is_refused(red: Team, blue: Team, ada: User, oli: User) -> None:
    offer_image("network", "Network boot", False, [blue.pk], ada)
    error = refusal(oli, red)
    assert (error.status, error.code) == (422, "not-offered")
    assert ask(ada, red).pk


def test_narrowed_size_is_refused(red: Team, ada: User, oli: User) -> None:
    add_size(SizeWish("Secret", 2, GIB, GIB, for_everyone=False), ada)
    assert refusal(oli, red, size="secret").code == "not-offered"


def test_named_size_with_other_amounts_is_an_own_one(red: Team, ada: User, oli: User) -> None:
    vm = VM.objects.get(pk=ask(oli, red, size="small", vcpus=2).target_id or 0)
    assert vm.size == "custom"
    VM.objects.all().delete()
    Job.objects.all().delete()
    custom = Size.objects.get(slug="custom")
    narrowed = wish_of(custom)
    edit_size(custom, SizeWish(narrowed.name, for_everyone=False), ada)
    assert refusal(oli, red, size="small", vcpus=2).code == "not-offered"


def test_size_that_needs_approval_waits(red: Team, huge: Size, ada: User, oli: User) -> None:
    assert refusal(oli, red, size="huge").code == "needs-approval"
    assert refusal(oli, size="huge").code == "needs-approval"
    job = request_create(
        CreateRequest("web01", "network", size="huge", team_id=red.pk), oli, is_approved=True
    )
    assert VM.objects.get(pk=job.target_id or 0).owner == oli


@pytest.mark.parametrize(
    "own", [{"vcpus": 16}, {"vcpus": 15}, {"memory": 63 * GIB}, {"disk": 199 * GIB}]
)
def test_own_amounts_do_not_escape_approval(
    red: Team, huge: Size, oli: User, own: dict[str, int]
) -> None:
    amounts = {"vcpus": 1, "memory": GIB, "disk": GIB} | own
    assert refusal(oli, red, size="custom", **amounts).code == "needs-approval"
    assert refusal(oli, red, size="small", **own).code == "needs-approval"


def test_team_that_approves_creation_waits(red: Team, oli: User) -> None:
    Team.objects.update(approves_creation=True)
    red.refresh_from_db()
    assert refusal(oli, red).code == "needs-approval"
    Membership.objects.filter(user=oli).update(role="owner")
    assert ask(oli, red).pk


def test_team_that_approves_deletion_waits_on_every_path(red: Team, oli: User) -> None:
    vm = make_vm("web01", team=red, owner=oli, state="off")
    Team.objects.update(approves_deletion=True)
    vm.refresh_from_db()
    with pytest.raises(ActionRefused) as caught:
        request_delete(vm, oli)
    assert caught.value.code == "needs-approval"
    refused = request_bulk([vm], "delete", oli)[0].refusal
    assert refused is not None
    assert not Job.objects.exists()


def test_trying_again_keeps_team_size_and_rules(red: Team, huge: Size, oli: User) -> None:
    job = ask(oli, red, size="medium")
    Job.objects.update(state="failed")
    VM.objects.all().delete()
    job.refresh_from_db()
    vm = VM.objects.get(pk=retry(job, oli).target_id or 0)
    assert (vm.team, vm.size) == (red, "medium")
    Membership.objects.all().delete()
    VM.objects.all().delete()
    with pytest.raises(ActionRefused) as caught:
        retry(job, oli)
    assert caught.value.status == 404


def test_end_is_within_the_teams_days(red: Team, oli: User) -> None:
    Team.objects.update(lease_days=30, longest_lease_days=90)
    now = timezone.now()
    vm = VM.objects.get(pk=ask(oli, red).target_id or 0)
    assert vm.ends_at is not None
    assert 29 < (vm.ends_at - now).days + 1 < 32
    VM.objects.all().delete()
    Job.objects.all().delete()
    for days in (-1, 120):
        error = refusal(oli, red, ends_at=now + timedelta(days=days))
        assert "ends_at" in error.extra["fields"]
    assert ask(oli, red, ends_at=now + timedelta(days=90)).pk


def post(client: Client, **body: Any) -> Any:
    """Create over the API."""
    body = {"name": "web01", "source": "network"} | body
    return client.post("/api/v1/vms", json.dumps(body), content_type="application/json")


def test_api_keeps_the_same_rules(
    client: Client, red: Team, blue: Team, huge: Size, oli: User
) -> None:
    client.force_login(oli)
    assert post(client, team="blue").status_code == 404
    assert post(client, team="red", size="huge").json()["code"] == "needs-approval"
    assert post(client, team="red", network="blue-net").status_code == 400
    assert not VM.objects.exists()
    assert post(client, team="red", keep_until="2031-01-01").status_code == 202
    vm = VM.objects.get()
    assert (vm.team, vm.ends_at.year if vm.ends_at else 0) == (red, 2031)
    assert client.get("/api/v1/images?team=blue").status_code == 404


def test_page_shows_only_what_is_offered(
    client: Client, red: Team, blue: Team, huge: Size, ada: User, oli: User
) -> None:
    offer_image("network", "Network boot", False, [blue.pk], ada)
    client.force_login(oli)
    page = client.get("/machines/new/?team=red").content.decode()
    assert "Needs approval" in page
    assert "blue" not in page.lower()
    assert 'value="network"' not in page


def test_summary_follows_the_team(client: Client, red: Team, host: Host, oli: User) -> None:
    network(host, "red-net", red)
    Team.objects.update(approves_creation=True)
    client.force_login(oli)
    typed = {"name": "web01", "source": "network", "size": "small", "start": "on"}
    hx = {"HX-Request": "true"}
    mine = client.get("/machines/new/summary/", typed | {"team": "", "shown_team": ""}, headers=hx)
    assert "Create machine" in mine.content.decode()
    changed = client.get(
        "/machines/new/summary/", typed | {"team": "red", "shown_team": ""}, headers=hx
    ).content.decode()
    assert "Send request" in changed
    assert "red-net" in changed
    assert 'name="shown_team" value="red"' in changed
