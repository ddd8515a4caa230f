"""Whatever is left out or put in, by page or by API: a team's rules hold for every machine made."""

import itertools
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.access import Capability
from accounts.models import Team, User
from accounts.services import create_token
from approvals.models import Request
from catalogue.models import Size
from hosts.models import Host, Network
from tests.factories import make_vm
from tests.site.test_api import bearer
from tests.vms.conftest import guest
from tests.vms.test_offers import blue, host, huge, red
from vms.models import VM
from vms.sync.rows import Mirror

__all__ = ["blue", "host", "huge", "red"]
pytestmark = pytest.mark.django_db

LEFT_OUT = object()
CHOICES: dict[str, tuple[Any, ...]] = {
    "team": ("red", "blue", LEFT_OUT),
    "size": ("huge", "small", LEFT_OUT),
    "vcpus": (16, LEFT_OUT),
    "network": ("blue-net", "default", LEFT_OUT),
    "count": (2, LEFT_OUT),
}


def bodies() -> Iterator[dict[str, Any]]:
    """Yield every mixture of what may be said and left out."""
    for mixture in itertools.product(*CHOICES.values()):
        said = zip(CHOICES, mixture, strict=True)
        wanted = {name: value for name, value in said if value is not LEFT_OUT}
        yield {"name": "web01", "source": "network", "start": False} | wanted


def refuse_escape(team: Team, what: Any) -> None:
    """No machine stands that the rules do not allow."""
    for vm in VM.objects.all():
        assert vm.team in {team, None}, what
        assert not (vm.team == team and team.approves_creation), what
        assert vm.size != "huge" and vm.vcpus < 16, what
    for asked in Request.objects.all():
        assert asked.team in {team, None}, what
        assert asked.params["network"] != "blue-net", what


@pytest.mark.parametrize("approves", [False, True])
def test_no_mixture_by_the_api(
    client: Client, red: Team, blue: Team, huge: Size, oli: User, approves: bool
) -> None:
    red.approves_creation = approves
    red.save()
    token, made = bearer(oli), 0
    for body in bodies():
        with transaction.atomic():
            answer = client.post(
                "/api/v1/vms", json.dumps(body), content_type="application/json", headers=token
            )
            assert answer.status_code < 500, body
            refuse_escape(red, body)
            made += answer.status_code in {201, 202}
            if "blue" in (body.get("team"), str(body.get("network"))[:4]):
                assert not VM.objects.exists(), body
            transaction.set_rollback(True)
    assert made


@pytest.mark.parametrize("approves", [pytest.param(False, marks=pytest.mark.slow), True])
def test_no_mixture_by_the_page(
    client: Client, red: Team, blue: Team, huge: Size, oli: User, approves: bool
) -> None:
    red.approves_creation = approves
    red.save()
    client.force_login(oli)
    for body in bodies():
        with transaction.atomic():
            assert client.post("/machines/new/", body).status_code < 500, body
            refuse_escape(red, body)
            transaction.set_rollback(True)


def test_a_request_is_checked_again_when_it_is_approved(
    client: Client, red: Team, blue: Team, huge: Size, oli: User, host: Host
) -> None:
    """What was asked for is changed behind the form's back; approving makes nothing of it."""
    manager = User.objects.create_user("mia")
    red.memberships.create(user=manager, role="owner")
    red.approves_creation = True
    red.save()
    body = {"name": "web01", "source": "network", "team": "red", "size": "small"}
    client.post(
        "/api/v1/vms", json.dumps(body), content_type="application/json", headers=bearer(oli)
    )
    client.force_login(oli)
    if not Request.objects.exists():
        params = {"kind": "vm.create", "team": "red", "params": body}
        answer = client.post(
            "/api/v1/requests",
            json.dumps(params),
            content_type="application/json",
            headers=bearer(oli),
        )
        assert answer.status_code == 201, answer.content
    asked = Request.objects.get()
    for change in ({"network": "blue-net"}, {"size": "huge"}, {"vcpus": 16}):
        Request.objects.update(params=asked.params | change)
        answer = client.post(
            f"/api/v1/requests/{asked.pk}/approve",
            "{}",
            content_type="application/json",
            headers=bearer(manager),
        )
        assert answer.status_code in {400, 404, 409, 422}, (change, answer.content)
        assert not VM.objects.exists()


FAR = "2199-01-01"
CHANGES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("PATCH", "/api/v1/vms/{pk}", {"keep_until": FAR}),
    ("PATCH", "/api/v1/vms/{pk}", {"keep_until": None}),
    ("PATCH", "/api/v1/vms/{pk}", {"team": "blue", "owner": "sam", "host": 1}),
    ("PATCH", "/api/v1/vms/{pk}", {"size": "huge", "vcpus": 64, "memory": 2**40, "disk": 2**42}),
    ("PATCH", "/api/v1/vms/{pk}", {"network": "blue-net", "nics": [{"source": "blue-net"}]}),
    ("PATCH", "/api/v1/vms/{pk}", {"definition": "<domain/>", "xml": "<domain/>"}),
    ("PATCH", "/api/v1/vms/{pk}", {"ends_at": None, "recycled_at": None, "is_made": False}),
    ("POST", "/api/v1/vms/{pk}/size", {"size": "huge"}),
    ("POST", "/api/v1/vms/{pk}/size", {"size": "huge", "vcpus": 2}),
    ("POST", "/api/v1/vms/{pk}/size", {"vcpus": 16, "live": True}),
    ("POST", "/api/v1/vms/{pk}/size", {"size": "small", "max_memory": 33 * 2**30}),
    ("POST", "/api/v1/vms/{pk}/disks/grow", {"disk": "vda", "capacity": 2**40}),
    ("POST", "/machines/{pk}/resize/", {"size": "huge"}),
    ("POST", "/machines/{pk}/resize/", {"size": "custom", "vcpus": 16}),
    ("POST", "/machines/{pk}/grow/", {"disk": "vda", "capacity_gib": 1000}),
    ("POST", "/api/v1/vms/bulk", {"action": "keep", "keep_until": FAR}),
    ("POST", "/api/v1/vms/bulk", {"action": "keep"}),
    ("POST", "/api/v1/vms/bulk", {"action": "own", "owner": "sam", "team": "blue"}),
    ("POST", "/api/v1/vms/bulk", {"action": "own"}),
    ("POST", "/machines/{pk}/keep/", {"ends_on": FAR}),
    ("POST", "/machines/{pk}/keep/", {"ends_on": ""}),
    ("POST", "/machines/{pk}/keep/", {}),
    ("POST", "/machines/bulk/", {"action": "own", "owner": "", "team": ""}),
    ("POST", "/machines/bulk/", {"action": "keep", "ends_on": FAR}),
)


@pytest.mark.parametrize(("method", "url", "body"), CHANGES, ids=lambda value: str(value)[:50])
def test_no_change_takes_a_machine_out_of_the_rules(
    client: Client, red: Team, blue: Team, huge: Size, oli: User, method: str, url: str, body: Any
) -> None:
    Team.objects.filter(pk=red.pk).update(lease_days=10, longest_lease_days=30)
    end = timezone.now() + timedelta(days=10)
    network = Network.objects.get(name="default")
    vm = make_vm("web01", host=network.host, team=red, owner=oli, ends_at=end, size="small")
    before = VM.objects.values().get(pk=vm.pk)
    body = body | ({"ids": [vm.pk]} if "bulk" in url else {})
    if url.startswith("/api/"):
        answer = client.generic(
            method,
            url.format(pk=vm.pk),
            json.dumps(body),
            content_type="application/json",
            headers=bearer(oli),
        )
    else:
        client.force_login(oli)
        answer = client.post(url.format(pk=vm.pk), body)
    assert answer.status_code < 500
    after = VM.objects.values().get(pk=vm.pk)
    limit = timezone.now() + timedelta(days=31)
    assert after["ends_at"] is not None and after["ends_at"] < limit
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"rev", "reminded_at"}, answer.content


def test_a_narrowed_token_makes_nothing(client: Client, red: Team, oli: User) -> None:
    key = create_token(oli, "narrow", capabilities=["vm.view", "vm.operate"]).key
    for body in itertools.islice(bodies(), 0, None, 7):
        answer = client.post(
            "/api/v1/vms",
            json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}"},
        )
        assert answer.status_code == 403
    assert not VM.objects.exists()


@pytest.mark.parametrize("name", ["oli", "red", "web01", "team:red", "guesthouse-1"])
def test_a_guest_defined_by_hand_is_nobodys_whatever_it_says(
    mirror: Mirror, host: Host, red: Team, oli: User, name: str
) -> None:
    make_vm("web01", team=red, owner=oli)
    said = f"<owner>{oli.pk}</owner> team=red owner=oli"
    mirror.resync(host, [guest(name, description=said)])
    vm = VM.objects.get(host=host)
    assert (vm.owner, vm.team, vm.ends_at) == (None, None, None)
    assert not VM.objects.allowing(oli, Capability.VM_VIEW).filter(pk=vm.pk).exists()
