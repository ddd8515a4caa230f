"""The first page."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from hosts.models import HostState, StoragePool
from tests.factories import build_vm, make_host, make_vm
from vms.models import VM

pytestmark = pytest.mark.django_db


def test_administrator_sees_counts_needs_and_hosts(client: Client, ada: User) -> None:
    away = make_host("larch", state=HostState.UNREACHABLE)
    host = make_host("birch")
    make_vm("lost", host=away)
    make_vm("stuck", host=host, state="blocked", state_reason="io-error")
    make_vm("fine", host=host)
    StoragePool.objects.create(
        host=host, uuid=host.uuid, name="fast", kind="dir", active=True, capacity=100, available=5
    )
    client.force_login(ada)
    page = client.get("/").context["page"]
    assert page.counts == {"unknown": 1, "blocked": 1, "running": 1}
    assert [need.what for need in page.needs] == [
        "Host larch does not answer",
        "stuck is blocked",
        "Pool fast on birch is 95% full",
    ]
    assert len(page.cards) == 2


def test_ordinary_person_sees_own_machines_only(client: Client, oli: User, sam: User) -> None:
    host = make_host("secret-host")
    make_vm("mine", owner=oli, host=host)
    make_vm("theirs", owner=sam, host=host, state="crashed")
    client.force_login(oli)
    text = client.get("/").content.decode()
    assert "mine" in text
    assert "theirs" not in text
    assert "secret-host" not in text


def test_empty_site_says_what_to_do(client: Client, ada: User, oli: User) -> None:
    client.force_login(ada)
    assert "Add host" in client.get("/").content.decode()
    client.force_login(oli)
    assert "You have no machine yet." in client.get("/").content.decode()


def test_signed_out_person_goes_to_sign_in(client: Client) -> None:
    assert client.get("/").status_code == 302


def test_number_of_queries_does_not_grow(client: Client, ada: User) -> None:
    client.force_login(ada)
    host = make_host()
    make_vm(host=host)
    client.get("/")
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    hosts = [make_host() for _ in range(12)]
    VM.objects.bulk_create([build_vm(host=hosts[n % 12]) for n in range(500)])
    with CaptureQueriesContext(connection) as many:
        client.get("/")
    assert len(many) == len(few)
